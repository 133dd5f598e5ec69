using PipelineTrigger.Core.Vendors.Contract;
using PipelineTrigger.Core.Vendors.Mage;
using PipelineTrigger.Core.Vendors.Prophecy;
using PipelineTrigger.Core.Vendors.Supaflow;

namespace PipelineTrigger.Core.Vendors;

/// <summary>All vendors. This is the only place that references their types.</summary>
internal static class VendorCatalog
{
    public static IReadOnlyList<VendorDescriptor> All { get; } = [new ProphecyVendor(), new MageVendor(), new SupaflowVendor()];

    /// <summary>The vendor with this name, not case-sensitive; null if there is none.</summary>
    public static VendorDescriptor? Find(string? name) =>
        All.FirstOrDefault(v => string.Equals(v.Name, name?.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <exception cref="PipelineException">InvalidInput.</exception>
    public static VendorDescriptor Get(string? name) =>
        Find(name)
        ?? throw new PipelineException(
            PipelineErrorId.InvalidInput,
            $"'{SafeText.Clean(name, 60)}' is not a supported vendor. The vendors are {string.Join(", ", All.Select(v => v.Name))}."
        );
}

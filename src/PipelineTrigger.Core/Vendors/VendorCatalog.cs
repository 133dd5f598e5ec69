using PipelineTrigger.Core.Vendors.Contract;
using PipelineTrigger.Core.Vendors.Mage;
using PipelineTrigger.Core.Vendors.Prophecy;
using PipelineTrigger.Core.Vendors.Supaflow;

namespace PipelineTrigger.Core.Vendors;

/// <summary>All vendors: the one place that knows them by type.</summary>
internal static class VendorCatalog
{
    public static IReadOnlyList<VendorDescriptor> All { get; } = [new ProphecyVendor(), new MageVendor(), new SupaflowVendor()];

    /// <summary>The vendor of this name, in any case; null for none.</summary>
    public static VendorDescriptor? Find(string? name) =>
        All.FirstOrDefault(v => string.Equals(v.Name, name?.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <exception cref="PipelineException">InvalidInput.</exception>
    public static VendorDescriptor Get(string? name) =>
        Find(name)
        ?? throw new PipelineException(
            PipelineErrorId.InvalidInput,
            $"There is no vendor '{SafeText.Clean(name, 60)}'. Known are {string.Join(", ", All.Select(v => v.Name))}."
        );
}

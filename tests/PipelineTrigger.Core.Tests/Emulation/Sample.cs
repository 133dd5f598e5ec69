using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Core.Tests.Emulation;

/// <summary>What every tenant of the emulator knows, or takes, from the start.</summary>
internal static class Sample
{
    public const string ProphecyToken = "prophecy-pat-5b1f0c7e";
    public const string SupaflowKey = "ak_test-key-1f0c7e5b";
    public const string MageApiKey = "zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2";
    public const string MageEmail = "admin@admin.com";
    public const string MagePassword = "pass/word+7e5b";
    public const string NightlySales = "11111111-2222-3333-4444-555555555555";
    public const string HourlyOrders = "22222222-3333-4444-5555-666666666666";
    public const string PausedCustomers = "44444444-5555-6666-7777-888888888888";

    public static Credential MageUser { get; } = new(MageEmail, MagePassword);

    public static string[] Vendors { get; } = [PipelineVendor.Prophecy, PipelineVendor.Mage, PipelineVendor.Supaflow];

    public static Credential? Credential(string vendor) =>
        vendor switch
        {
            PipelineVendor.Prophecy => new(null, ProphecyToken),
            PipelineVendor.Supaflow => new(null, SupaflowKey),
            _ => null,
        };

    /// <summary>The fields of a trigger that works.</summary>
    public static Dictionary<string, object?> Fields(string vendor) =>
        vendor switch
        {
            PipelineVendor.Prophecy => new()
            {
                ["FabricId"] = 33290,
                ["ProjectId"] = "41459",
                ["PipelineName"] = "bakehouse",
            },
            PipelineVendor.Mage => new() { ["TriggerId"] = 1 },
            _ => new() { ["PipelineId"] = NightlySales },
        };

    public static TriggerRequest Parse(string vendor, IReadOnlyDictionary<string, object?> fields) =>
        VendorCatalog.Get(vendor).ParseTrigger(new(fields));
}

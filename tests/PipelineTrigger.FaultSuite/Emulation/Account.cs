using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.FaultSuite.Emulation;

/// <summary>The user that the vendors of a site let in.</summary>
internal static class Account
{
    /// <summary>A connection at work.</summary>
    public static ConnectionClient Connect(string vendor, Uri baseUri, TimeProvider clock, ILedgerStore? ledger = null) =>
        new(
            new PipelineConnection("nightly", vendor, baseUri),
            vendor switch
            {
                PipelineVendor.Mage => new Credential("admin@admin.com", "admin"),
                PipelineVendor.Supaflow => new(null, "ak_fault-suite"),
                _ => new(null, "fault-suite"),
            },
            new ProxyChoice(),
            new SenderOptions { Time = clock },
            ledger
        );

    /// <summary>What makes the site ask for a sign-in that does not end by itself meanwhile.</summary>
    public static object Settings { get; } = new { mageAuthentication = true, supaflowTtlSeconds = 30 * 24 * 3600 };
}

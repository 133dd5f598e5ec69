using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.FaultSuite.Emulation;

/// <summary>Where the suite keeps its ledgers: what PIPELINETRIGGER_LEDGER names (a SAS URI), else new directories.</summary>
internal static class LedgerChoice
{
    public const string Variable = "PIPELINETRIGGER_LEDGER";

    /// <summary>The ledger at a place.</summary>
    /// <param name="place">A directory, or a SAS URI.</param>
    public static ILedgerStore Open(string place) =>
        IsUri(place) ? LedgerStores.Container(place, new ProxyChoice()) : LedgerStores.Directory(place);

    public static bool IsUri(string place) => place.StartsWith("http", StringComparison.OrdinalIgnoreCase);
}

using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Input;
using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <summary>Takes entries out of the ledger; a key is free again after that.</summary>
[Cmdlet(
    VerbsCommon.Remove,
    "PipelineRunHistory",
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium,
    DefaultParameterSetName = ByEntry
)]
[OutputType(typeof(void))]
public sealed class RemovePipelineRunHistoryCommand : PipelineCmdlet
{
    private const string ByEntry = "History";
    private const string ByTime = "Before";

    private readonly List<PipelineRunHistory> chosen = [];

    /// <summary>What Get-PipelineRunHistory returns.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByEntry)]
    public PipelineRunHistory[] History { get; set; } = [];

    /// <summary>Also what is in doubt: its key is then triggered anew when it is given again.</summary>
    [Parameter(ParameterSetName = ByEntry)]
    public SwitchParameter Force { get; set; }

    /// <summary>All entries whose run is known and that were triggered before this time.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByTime)]
    public DateTime Before { get; set; }

    /// <summary>A connection, or its name: its ledger, and of that what was triggered where it leads.</summary>
    [Parameter(ParameterSetName = ByTime)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public object? Connection { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (var entry in History)
        {
            ForEachInput(entry, () =>
            {
                if (!Force && entry.InDoubt && (entry.IdempotencyKey is not null || entry.State != "InDoubt"))
                {
                    throw new PipelineException(
                        PipelineErrorId.InvalidInput,
                        $"{entry} may have made a run: once it is removed, its key triggers anew. Look at the vendor's page of runs, then give -Force."
                    );
                }

                if (ShouldProcess($"{entry} in {entry.Ledger}", "Remove"))
                {
                    chosen.Add(entry);
                }
            });
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => ForEachInput(Connection, () =>
        {
            if (ParameterSetName == ByEntry)
            {
                Await(Task.Run(() => RunHistory.RemoveAsync(chosen, Kept, StopToken)));
                return;
            }

            var connection = Connection is null ? null : Connections.Find(Connection, null);
            var filter = new HistoryFilter(connection, null, null, null, Before, inDoubt: false);
            foreach (
                var store in Connections
                    .Ledgers(connection)
                    .Where(s => ShouldProcess($"Settled entries before {Before.ToUniversalTime():u} in {s.Location}", "Remove"))
            )
            {
                Await(Task.Run(() => RunHistory.RemoveBeforeAsync(store, filter.Takes, Kept, StopToken)));
            }
        });

    private void Kept(PipelineRunHistory entry, PipelineException error) => Post(() => WriteError(ErrorRecords.Of(error, entry)));
}

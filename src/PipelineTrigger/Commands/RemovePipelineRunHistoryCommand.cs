using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Input;
using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <summary>Removes entries from the ledger. Their keys can then be used again.</summary>
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

    private readonly List<PipelineRunHistory> selected = [];

    /// <summary>Entries that Get-PipelineRunHistory returned.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByEntry)]
    [InertArgument]
    public PipelineRunHistory[] History { get; set; } = [];

    /// <summary>Also removes entries whose outcome is unknown. Their keys then trigger again.</summary>
    [Parameter(ParameterSetName = ByEntry)]
    public SwitchParameter Force { get; set; }

    /// <summary>Removes the entries that were triggered before this time and whose run is known.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByTime)]
    [InertArgument]
    public DateTime Before { get; set; }

    /// <summary>A connection, or its name: selects its ledger, and in it the triggers at the connection's address.</summary>
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
                    throw TriggerFields.Invalid(
                        $"{entry} may have created a run. Once it is removed, its key triggers again. "
                            + "Check the vendor's list of runs, then specify -Force."
                    );
                }

                if (ShouldProcess($"{entry} in {entry.Ledger}", "Remove"))
                {
                    selected.Add(entry);
                }
            });
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => ForEachInput(Connection, () =>
        {
            if (ParameterSetName == ByEntry)
            {
                Await(Task.Run(() => RunHistory.RemoveAsync(selected, ReportKept, StopToken)));
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
                Await(Task.Run(() => RunHistory.RemoveBeforeAsync(store, filter.Matches, ReportKept, StopToken)));
            }
        });

    private void ReportKept(PipelineRunHistory entry, PipelineException error) => Post(() => WriteError(ErrorRecords.Of(error, entry)));
}

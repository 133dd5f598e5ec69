using System.Management.Automation;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Hosting;

namespace PipelineTrigger.Commands;

/// <summary>Takes entries out of the ledger; a key is free again after that.</summary>
[Cmdlet(VerbsCommon.Remove, "PipelineRunHistory", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class RemovePipelineRunHistoryCommand : PipelineCmdlet
{
    private readonly List<PipelineRunHistory> chosen = [];

    /// <summary>What Get-PipelineRunHistory returns.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public PipelineRunHistory[] History { get; set; } = [];

    /// <summary>Also what is in doubt: its key is then triggered anew when it is given again.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (var entry in History)
        {
            ForEachInput(entry, () =>
            {
                if (!Force && entry.InDoubt && (entry.IdempotencyKey is not null || entry.State == "Damaged"))
                {
                    throw new PipelineException(PipelineErrorId.InvalidInput, $"{entry} may have made a run: once it is removed, its key triggers anew. Look at the vendor's page of runs, then give -Force.");
                }

                if (ShouldProcess($"{entry} in {entry.Ledger}", "Remove"))
                {
                    chosen.Add(entry);
                }
            });
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => ForEachInput(null, () =>
        Await(Task.Run(() => RunHistory.RemoveAsync(
            chosen,
            new CmdletObserver(this, _ => { }, (_, _) => { }),
            (entry, error) => Post(() => WriteError(ErrorRecords.Of(error, entry))),
            StopToken))));
}

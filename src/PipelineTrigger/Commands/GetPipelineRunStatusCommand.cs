using System.Management.Automation;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Commands;

/// <summary>Reads the status of each run once.</summary>
[Cmdlet(VerbsCommon.Get, "PipelineRunStatus", DefaultParameterSetName = "Run")]
[Alias("Get-PipelineRun")]
[OutputType(typeof(PipelineRun))]
public sealed class GetPipelineRunStatusCommand : RunInputCmdlet
{
    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Start(OperationOptions.Create(), waits: false, canDeferAll: false);
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Finish();

    private protected override void Process(PipelineConnection connection, PipelineRun run)
    {
        var client = Open(connection);
        Await(Task.Run(async () => Observer.Completed(await client.ReadAsync(run, Observer, StopToken).ConfigureAwait(false))));
    }
}

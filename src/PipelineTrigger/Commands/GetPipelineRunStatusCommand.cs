using System.Management.Automation;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Hosting;

namespace PipelineTrigger.Commands;

/// <summary>Looks at each run once.</summary>
[Cmdlet(VerbsCommon.Get, "PipelineRunStatus", DefaultParameterSetName = "Run")]
[Alias("Get-PipelineRun")]
[OutputType(typeof(PipelineRun))]
public sealed class GetPipelineRunStatusCommand : RunInputCmdlet
{
    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Start(OperationOptions.Create(), waits: false, failFast: false);
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Finish();

    private protected override void Process(ConnectionClient client, PipelineRun run) => Await(Task.Run(async () =>
    {
        var seen = await client.ReadAsync(run, Observer, StopToken).ConfigureAwait(false);
        Observer.Completed(seen);
    }));
}

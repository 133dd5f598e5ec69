using System.Management.Automation;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Input;

namespace PipelineTrigger.Commands;

/// <summary>Asks the vendor to cancel each run.</summary>
[Cmdlet(VerbsLifecycle.Stop, "PipelineRun", DefaultParameterSetName = "Run", SupportsShouldProcess = true)]
[OutputType(typeof(PipelineRun))]
public sealed class StopPipelineRunCommand : RunInputCmdlet
{
    /// <summary>Waits until each run has ended.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>With -Wait: the time limit for the whole command, in seconds. No limit if omitted.</summary>
    [Parameter]
    [InertArgument]
    public int? TimeoutSec { get; set; }

    /// <summary>With -Wait: the interval between two status checks, in seconds. Defaults to the vendor's interval.</summary>
    [Parameter]
    [InertArgument]
    public int? PollIntervalSec { get; set; }

    /// <summary>Returns each run as it is after the request.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool ReturnsRuns => PassThru;

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        RunOrTerminate(() => Start(OperationOptions.Create(TimeoutSec, PollIntervalSec), Wait, canDeferAll: Wait));
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Finish();

    private protected override void Process(PipelineConnection connection, PipelineRun run)
    {
        if (!ShouldProcess($"{run.Vendor} run {run.RunId} on connection {connection.Name}", "Stop"))
        {
            return;
        }

        var client = Open(connection);
        try
        {
            Await(Task.Run(async () => Stopped(client, await client.StopAsync(run, Observer, StopToken).ConfigureAwait(false))));
        }
        catch (PipelineException e) when (PassThru && e is { ErrorId: PipelineErrorId.StopTooLate, Run: { } ended })
        {
            WriteObject(ended);
            throw;
        }
    }

    private void Stopped(ConnectionClient client, PipelineRun run)
    {
        if (Wait)
        {
            Operation.Watch(client, run);
        }
        else
        {
            Observer.Completed(run);
        }
    }
}

using System.Management.Automation;
using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Execution;
using PipelineTrigger.Input;
using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <summary>Waits for all runs, and returns each as it ends.</summary>
[Cmdlet(VerbsLifecycle.Wait, "PipelineRun", DefaultParameterSetName = "Run")]
[OutputType(typeof(PipelineRun), typeof(PipelineRunJob))]
public sealed partial class WaitPipelineRunCommand : RunInputCmdlet
{
    /// <summary>The time for the whole wait, in seconds; no limit if left out.</summary>
    [Parameter]
    [InertArgument]
    public int? TimeoutSec { get; set; }

    /// <summary>The interval between two looks, in seconds; the vendor's pace if left out.</summary>
    [Parameter]
    [InertArgument]
    public int? PollIntervalSec { get; set; }

    /// <summary>Returns at the first run that ends.</summary>
    [Parameter]
    public SwitchParameter Any { get; set; }

    /// <summary>Writes the errors of failed runs at once.</summary>
    [Parameter]
    public SwitchParameter FailFast { get; set; }

    /// <summary>Asks the vendors to cancel what still goes on when the time is up.</summary>
    [Parameter]
    public SwitchParameter StopOnTimeout { get; set; }

    /// <summary>Waits in a job, and returns that.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Demand(() =>
            Start(
                OperationOptions.Create(TimeoutSec, PollIntervalSec) with
                {
                    Any = Any,
                    StopOnTimeout = StopOnTimeout,
                    StopOnCancel = StopOnCancel,
                },
                waits: true,
                FailFast,
                AsJob,
                CIFormatChoice.Of(CIFormat, waits: true, AsJob)
            )
        );
        TakeErrors();
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Finish();

    private protected override void Process(PipelineConnection connection, PipelineRun run) => Watch(Open(connection), run);
}

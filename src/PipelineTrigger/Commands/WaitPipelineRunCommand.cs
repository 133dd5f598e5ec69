using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Execution;
using PipelineTrigger.Input;

namespace PipelineTrigger.Commands;

/// <summary>Waits for all runs, and returns each one as it ends.</summary>
[Cmdlet(VerbsLifecycle.Wait, "PipelineRun", DefaultParameterSetName = "Run")]
[OutputType(typeof(PipelineRun), typeof(PipelineRunJob))]
public sealed class WaitPipelineRunCommand : WaitingCmdlet
{
    /// <summary>Runs, which may come from another process.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Run", ValueFromPipeline = true)]
    [RunArgument]
    public PipelineRun[] Run { get; set; } = [];

    /// <summary>The vendor's ids of the runs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "RunId")]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string[] RunId { get; set; } = [];

    /// <summary>A connection, or its name. Defaults to the run's connection, or to the only one.</summary>
    [Parameter(ParameterSetName = "Run")]
    [Parameter(ParameterSetName = "RunId")]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public object? Connection { get; set; }

    /// <summary>Returns at the first run that ends.</summary>
    [Parameter]
    public SwitchParameter Any { get; set; }

    /// <summary>Asks the vendors to cancel unfinished runs when the time limit is reached.</summary>
    [Parameter]
    public SwitchParameter StopOnTimeout { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        RunOrTerminate(() =>
            Start(OperationOptions.Create(TimeoutSec, PollIntervalSec) with { Any = Any, StopOnTimeout = StopOnTimeout }, waits: true)
        );
        TakeErrors();
    }

    /// <inheritdoc />
    protected override void ProcessRecord() => ForEachRun(Run, RunId, Connection, (connection, run) => Watch(Open(connection), run));

    /// <inheritdoc />
    protected override void EndProcessing() => Finish();
}

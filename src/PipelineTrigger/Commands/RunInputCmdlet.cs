using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Input;

namespace PipelineTrigger.Commands;

/// <summary>The base of the cmdlets that do one thing with each run.</summary>
public abstract class RunInputCmdlet : RunCmdlet
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

    /// <summary>Does what the cmdlet does with one run.</summary>
    private protected abstract void Process(PipelineConnection connection, PipelineRun run);

    /// <inheritdoc />
    protected override void ProcessRecord() => ForEachRun(Run, RunId, Connection, Process);
}

using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Input;

namespace PipelineTrigger.Commands;

/// <summary>The base of the cmdlets that take runs: as objects, or as ids with a connection.</summary>
public abstract class RunInputCmdlet : RunCmdlet
{
    /// <summary>Runs, also from another process.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Run", ValueFromPipeline = true)]
    [RunArgument]
    public PipelineRun[] Run { get; set; } = [];

    /// <summary>The vendor's ids of the runs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "RunId")]
    [ArgumentCompleter(typeof(RunIdCompleter))]
    public string[] RunId { get; set; } = [];

    /// <summary>A connection, or its name; that of the run, or the only one, if left out.</summary>
    [Parameter(ParameterSetName = "Run")]
    [Parameter(ParameterSetName = "RunId")]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public object? Connection { get; set; }

    /// <summary>What is done with one run.</summary>
    private protected abstract void Process(PipelineConnection connection, PipelineRun run);

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        foreach (var run in ParameterSetName == "RunId" ? RunId.Select(id => new PipelineRun { RunId = id }) : Run)
        {
            ForEachInput(ParameterSetName == "RunId" ? run.RunId : run, () =>
            {
                var connection = Connections.Find(run, Connection);
                var known = run.Copy();
                known.Vendor = connection.Vendor;
                Process(connection, known);
            });
        }
    }
}

using System.Management.Automation;
using PipelineTrigger.Completion;

namespace PipelineTrigger.Commands;

/// <summary>The base of the cmdlets that do one thing with each named connection.</summary>
public abstract class NamedConnectionCmdlet : PipelineCmdlet
{
    /// <summary>The connections' names. Defaults to the only connection.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Does what the cmdlet does with one connection.</summary>
    private protected abstract void Process(PipelineConnection connection);

    /// <inheritdoc />
    protected override void ProcessRecord() => ForEachInput(Name, nameof(Name), name => Process(Connections.Find(name, null)));
}

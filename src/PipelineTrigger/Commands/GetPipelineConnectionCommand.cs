using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Input;

namespace PipelineTrigger.Commands;

/// <summary>Lists the connections of this session and the saved ones.</summary>
[Cmdlet(VerbsCommon.Get, "PipelineConnection")]
[OutputType(typeof(PipelineConnection))]
public sealed class GetPipelineConnectionCommand : PipelineCmdlet
{
    /// <summary>Names, with wildcards. Defaults to all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => ForEachInput(Name, nameof(Name), name => Write(name ?? "*"));

    private void Write(string name)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            WriteObject(Connections.Table.Named(name));
            return;
        }

        var pattern = NamePattern.Of(name);
        foreach (var unreadable in Connections.Table.Unreadable.Where(c => pattern.IsMatch(c.Name ?? "")))
        {
            WriteWarning(unreadable.Error.Message);
        }

        WriteObject(Connections.Table.All.Where(c => pattern.IsMatch(c.Name)), enumerateCollection: true);
    }
}

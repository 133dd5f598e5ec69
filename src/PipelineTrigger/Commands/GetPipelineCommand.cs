using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Input;
using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <summary>Lists what can be triggered: Mage's triggers, Supaflow's pipelines.</summary>
[Cmdlet(VerbsCommon.Get, "Pipeline")]
[OutputType(typeof(PipelineDefinition))]
public sealed class GetPipelineCommand : PipelineCmdlet
{
    /// <summary>Names, with wildcards. Defaults to all.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PipelineNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>A connection, or its name. Defaults to the only connection.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public object? Connection { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (!RejectsNull(Connection, nameof(Connection)))
        {
            ForEachInput(Connection, List);
        }
    }

    private void List()
    {
        var wanted = Name.Distinct(StringComparer.OrdinalIgnoreCase).ToDictionary(name => name, name => NamePattern.Of(name));
        var missing = new HashSet<string>(wanted.Keys.Where(name => !WildcardPattern.ContainsWildcardCharacters(name)));
        var observer = new CmdletObserver(this);
        var client = Open(Connections.Find(Connection, null));
        Await(
            Task.Run(() =>
                client.ListAsync(
                    pipeline =>
                    {
                        var matched = wanted.Where(w => w.Value.IsMatch(pipeline.Name)).Select(w => w.Key).ToList();
                        if (matched.Count > 0)
                        {
                            missing.ExceptWith(matched);
                            Post(() => WriteObject(pipeline));
                        }
                    },
                    observer,
                    StopToken
                )
            )
        );

        foreach (var name in missing)
        {
            WriteError(
                ErrorRecords.Of(
                    new PipelineException(
                        PipelineErrorId.PipelineNotFound,
                        $"Connection '{client.Name}' has no pipeline or trigger named '{name}'. "
                            + "To list all of them, run Get-Pipeline without -Name."
                    ),
                    name
                )
            );
        }
    }
}

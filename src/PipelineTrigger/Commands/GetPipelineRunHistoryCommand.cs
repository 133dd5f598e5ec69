using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Input;

namespace PipelineTrigger.Commands;

/// <summary>Lists what was triggered from this machine, or from any machine that shares the ledger.</summary>
[Cmdlet(VerbsCommon.Get, "PipelineRunHistory")]
[OutputType(typeof(PipelineRunHistory))]
public sealed class GetPipelineRunHistoryCommand : PipelineCmdlet
{
    /// <summary>Keys, with wildcards.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    public string[]? IdempotencyKey { get; set; }

    /// <summary>Connections, or their names: selects their ledgers, and in them the triggers at the connections' addresses.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public object[]? Connection { get; set; }

    /// <summary>The last known statuses.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(StatusCompleter))]
    public string[]? Status { get; set; }

    /// <summary>Triggered at this time or later.</summary>
    [Parameter]
    [InertArgument]
    public DateTime? After { get; set; }

    /// <summary>Triggered before this time.</summary>
    [Parameter]
    [InertArgument]
    public DateTime? Before { get; set; }

    /// <summary>Only triggers with an unknown outcome.</summary>
    [Parameter]
    public SwitchParameter InDoubt { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => ForEachInput(Connection, nameof(Connection), Write);

    private void Write(object? given)
    {
        var connection = given is null ? null : Connections.Find(given, null);
        var filter = new HistoryFilter(connection, IdempotencyKey, Status, After, Before, InDoubt);
        foreach (var store in Connections.Ledgers(connection))
        {
            foreach (var entry in Await(() => RunHistory.ReadAsync(store, StopToken)).Where(filter.Matches))
            {
                WriteObject(entry);
            }
        }
    }
}

using System.Management.Automation;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Input;

/// <summary>Selects entries of a ledger. Times without a time zone are local.</summary>
internal sealed class HistoryFilter(
    PipelineConnection? connection,
    string[]? keys,
    string[]? statuses,
    DateTime? after,
    DateTime? before,
    bool inDoubt
)
{
    private readonly WildcardPattern[]? patterns = keys?.Select(key => NamePattern.Of(key)).ToArray();

    public bool Matches(PipelineRunHistory entry) =>
        (connection is null || (entry.Vendor == connection.Vendor && EndpointUri.SameBase(entry.BaseUri, connection.BaseUri.AbsoluteUri)))
        && (patterns is null || (entry.IdempotencyKey is { } key && patterns.Any(p => p.IsMatch(key))))
        && (statuses is null || statuses.Contains(entry.Status, StringComparer.OrdinalIgnoreCase))
        && !(entry.TriggeredAt < after?.ToUniversalTime())
        && !(entry.TriggeredAt >= before?.ToUniversalTime())
        && (!inDoubt || entry.InDoubt);
}

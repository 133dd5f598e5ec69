using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;
using PipelineTrigger.Session;

namespace PipelineTrigger.Completion;

/// <summary>Completes the names of vendors.</summary>
public sealed class VendorCompleter : Completer
{
    private protected override IEnumerable<Candidate> Candidates(object? connection) =>
        VendorCatalog.All.Select(v => new Candidate(v.Name, v.DefaultBaseUri?.AbsoluteUri ?? "your own installation"));
}

/// <summary>Completes the names of connections, without sending a request.</summary>
public sealed class ConnectionCompleter : Completer
{
    private protected override IEnumerable<Candidate> Candidates(object? connection) =>
        RunspaceState.Current.Connections.All.Select(c => new Candidate(c.Name, $"{c.Vendor} at {c.BaseUri}"));
}

/// <summary>Completes the ids of runs that this session has triggered or read, the latest first, without sending a request.</summary>
public sealed class RunIdCompleter : Completer
{
    private protected override IEnumerable<Candidate> Candidates(object? connection) =>
        from run in RunspaceState.Current.Memory.Runs
        where connection is null || string.Equals(run.Connection, connection.ToString(), StringComparison.OrdinalIgnoreCase)
        select new Candidate(run.RunId, $"{run.Pipeline ?? run.Vendor} {run.Status} (connection {run.Connection})");
}

/// <summary>Completes the statuses of runs.</summary>
public sealed class StatusCompleter : Completer
{
    private static readonly Candidate[] Statuses =
    [
        new(PipelineRunStatus.Queued, "created, not started yet"),
        new(PipelineRunStatus.Running, "in progress"),
        new(PipelineRunStatus.Succeeded, "ended successfully"),
        new(PipelineRunStatus.SucceededWithWarnings, "ended successfully, with issues that the vendor calls non-fatal"),
        new(PipelineRunStatus.Failed, "ended with an error"),
        new(PipelineRunStatus.Cancelled, "cancelled by a person or a limit"),
        new(PipelineRunStatus.TimedOut, "ended by the vendor's own time limit"),
        new(PipelineRunStatus.Skipped, "ended without doing anything"),
        new(PipelineRunStatus.Unknown, "has a status that this version does not recognize"),
    ];

    private protected override IEnumerable<Candidate> Candidates(object? connection) => Statuses;
}

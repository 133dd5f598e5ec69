using PipelineTrigger.Benchmarks.Emulation;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>Runs to be waited for.</summary>
internal static class Waited
{
    /// <summary>Longer than any benchmark.</summary>
    public const double Endless = 1_000_000;

    /// <summary>Runs of which no more is known than <c>-RunId</c> tells.</summary>
    public static IEnumerable<PipelineRun> ById(string vendor, IEnumerable<string> ids) =>
        ids.Select(id => new PipelineRun { RunId = id, Vendor = vendor });

    /// <summary>New runs that do not end, with no other client's runs between them.</summary>
    public static async Task<IReadOnlyList<PipelineRun>> EndlessAsync(
        Tenant tenant,
        string vendor,
        int count,
        CancellationToken cancellationToken
    ) => [.. ById(vendor, await tenant.CreateRunsAsync(vendor, count, Endless, cancellationToken))];
}

namespace PipelineTrigger.Benchmarks.Emulation;

/// <summary>What the emulator counted of one vendor's requests.</summary>
/// <param name="All">All of them.</param>
/// <param name="Status">Reads of named runs.</param>
/// <param name="List">Reads of lists of runs.</param>
internal sealed record RequestCounts(long All, long Status, long List)
{
    public static RequestCounts operator -(RequestCounts after, RequestCounts before) =>
        new(after.All - before.All, after.Status - before.Status, after.List - before.List);
}

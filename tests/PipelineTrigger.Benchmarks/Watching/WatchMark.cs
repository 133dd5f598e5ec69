using PipelineTrigger.Benchmarks.Emulation;

namespace PipelineTrigger.Benchmarks.Watching;

/// <summary>How things stood when a watch had come to the end of a round.</summary>
/// <param name="Looks">At single runs, so far.</param>
/// <param name="Counts">The emulator's.</param>
/// <param name="Memory">Managed bytes after a collection; 0 where it was not asked for.</param>
/// <param name="ProcessorBefore">Of this process, before the mark was taken.</param>
/// <param name="ProcessorAfter">And after: what the mark itself costs is counted nowhere.</param>
internal sealed record WatchMark(long Looks, RequestCounts Counts, long Memory, TimeSpan ProcessorBefore, TimeSpan ProcessorAfter);

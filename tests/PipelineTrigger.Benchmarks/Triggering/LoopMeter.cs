using System.Diagnostics;

namespace PipelineTrigger.Benchmarks.Triggering;

/// <summary>Times a loop, on the clock and on the processor.</summary>
internal sealed class LoopMeter
{
    private readonly TimeSpan processor = Environment.CpuUsage.TotalTime;
    private readonly long began = Stopwatch.GetTimestamp();

    public static LoopMeter Start() => new();

    public LoopCost Stop(int count)
    {
        var elapsed = Stopwatch.GetElapsedTime(began);
        return new(count / elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / count);
    }
}

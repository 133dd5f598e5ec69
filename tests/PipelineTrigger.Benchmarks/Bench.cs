using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Benchmarks.Measures;
using PipelineTrigger.Benchmarks.Shells;

namespace PipelineTrigger.Benchmarks;

/// <summary>What the benchmarks share in one run.</summary>
/// <param name="Shell">Null: there is no PowerShell.</param>
internal sealed record Bench(BenchmarkOptions Options, EmulatorProcess Emulator, ShellInfo? Shell)
{
    public const string NoShell = "no PowerShell";

    /// <summary>The points of the plot.</summary>
    public List<GrowthSeries> Growth { get; } = [];

    /// <summary>A number of the full run, or of the quick one.</summary>
    public int Or(int full, int quick) => Options.Quick ? quick : full;

    /// <summary>Reports the progress.</summary>
    public static void Say(string what) => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {what}");
}

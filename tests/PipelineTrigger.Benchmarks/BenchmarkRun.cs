using System.Runtime.InteropServices;
using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Benchmarks.Measures;
using PipelineTrigger.Benchmarks.Plotting;
using PipelineTrigger.Benchmarks.Shells;

namespace PipelineTrigger.Benchmarks;

/// <summary>One run of everything that was asked for.</summary>
internal static class BenchmarkRun
{
    public static async Task RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        using var emulator = await EmulatorProcess.StartAsync(cancellationToken);
        var bench = new Bench(options, emulator, await ShellInfo.FindAsync(cancellationToken));
        var measures = new List<Measure>();
        foreach (var benchmark in BenchmarkList.All.Where(options.Includes))
        {
            Bench.Say(benchmark.Name);
            measures.AddRange(await benchmark.RunAsync(bench, cancellationToken));
        }

        var warning = options.Quick ? "A quick run: it shows that the benchmarks work, not what anything costs. " : "";
        var shell = bench.Shell is null ? Bench.NoShell : $"PowerShell {bench.Shell.Version}";
        Console.WriteLine($"{warning}{Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}, {shell}.");
        Console.WriteLine();
        Console.WriteLine(MeasureTable.Of(measures));
        if (options.Json is { } json)
        {
            await MeasureFile.WriteAsync(json, bench, measures, cancellationToken);
        }

        if (options.Plot is { } plot && bench.Growth.Count > 0)
        {
            await File.WriteAllTextAsync(plot, GrowthPlot.Svg(bench.Growth), cancellationToken);
        }
    }
}

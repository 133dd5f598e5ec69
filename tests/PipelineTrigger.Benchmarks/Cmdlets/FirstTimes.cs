using System.Text.Json;
using PipelineTrigger.Benchmarks.Shells;

namespace PipelineTrigger.Benchmarks.Cmdlets;

/// <summary>What Scripts/first.ps1 tells of one fresh session.</summary>
/// <param name="Load">The loading of assemblies, if any were named.</param>
/// <param name="Calls">The ten triggers.</param>
/// <param name="Second">The first trigger of a second connection.</param>
/// <param name="Loaded">The assemblies that the triggers brought in.</param>
internal sealed record FirstTimes(
    FirstTimes.Step Import,
    FirstTimes.Step Connect,
    FirstTimes.Step Load,
    IReadOnlyList<FirstTimes.Step> Calls,
    FirstTimes.Step Second,
    IReadOnlyList<string> Loaded
)
{
    /// <param name="preload">Assemblies to be loaded before the first trigger, separated by commas.</param>
    public static async Task<FirstTimes> OfAsync(ShellInfo shell, Uri server, string preload, CancellationToken cancellationToken)
    {
        var script =
            $"& {{ {ScriptFile.Read("first.ps1")} }} -Manifest {ShellInfo.Quote(ShellInfo.ModuleManifest)} -Server "
            + $"{server.AbsoluteUri} -Preload {ShellInfo.Quote(preload)}";
        return JsonSerializer.Deserialize<FirstTimes>((await shell.RunAsync(script, cancellationToken)).Output)!;
    }

    /// <summary>One step, in milliseconds.</summary>
    /// <param name="Compiled">Of that, spent in the just-in-time compiler, on all threads.</param>
    /// <param name="Methods">How many it compiled.</param>
    internal sealed record Step(double Elapsed, double Compiled, int Methods);
}

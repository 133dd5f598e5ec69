using System.Diagnostics;
using PipelineTrigger.FaultSuite.Reports;

namespace PipelineTrigger.FaultSuite;

/// <summary>One run of everything that was asked for.</summary>
internal static class SuiteRun
{
    // The short form mostly waits.
    private const int AtOnceWhenShort = 4;

    /// <summary>Whether every promise was kept.</summary>
    public static async Task<bool> RunAsync(SuiteOptions options, CancellationToken cancellationToken)
    {
        var chosen = ScenarioList.All.Where(options.Includes).ToLookup(s => s.IsTimed);
        var isKept = true;
        var told = new Lock();
        foreach (var (scenarios, atOnce) in new[] { (chosen[false], options.Or(1, AtOnceWhenShort)), (chosen[true], 1) })
        {
            await Parallel.ForEachAsync(
                scenarios,
                new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
                async (scenario, stop) =>
                {
                    var (text, wasKept) = await RunAsync(scenario, options, stop);
                    lock (told)
                    {
                        Console.WriteLine(text);
                        isKept &= wasKept;
                    }
                }
            );
        }

        Console.WriteLine(isKept ? "Every promise was kept." : "A PROMISE WAS BROKEN.");
        return isKept;
    }

    private static async Task<(string Text, bool IsKept)> RunAsync(
        IScenario scenario,
        SuiteOptions options,
        CancellationToken cancellationToken
    )
    {
        if (await scenario.MissingAsync(cancellationToken) is { } missing)
        {
            return ($"{scenario.Name}: skipped: {missing}\n", true);
        }

        try
        {
            var watch = Stopwatch.StartNew();
            var report = new Report(scenario.Name);
            await scenario.RunAsync(options, report, cancellationToken);
            return ($"{report}({watch.Elapsed.TotalSeconds:0} s)\n", report.IsKept);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return ($"{scenario.Name}: failed: {e}\n", false);
        }
    }
}

using System.Diagnostics;
using PipelineTrigger.FaultSuite.Reports;

namespace PipelineTrigger.FaultSuite;

/// <summary>One run of everything that was asked for.</summary>
internal static class SuiteRun
{
    /// <summary>Whether every promise was kept.</summary>
    public static async Task<bool> RunAsync(SuiteOptions options, CancellationToken cancellationToken)
    {
        var isKept = true;
        foreach (var scenario in ScenarioList.All.Where(options.Includes))
        {
            if (scenario.Missing is { } missing)
            {
                Console.WriteLine($"{scenario.Name}: skipped: {missing}\n");
                continue;
            }

            var watch = Stopwatch.StartNew();
            var report = new Report(scenario.Name);
            await scenario.RunAsync(options, report, cancellationToken);
            Console.WriteLine($"{report}({watch.Elapsed.TotalSeconds:0} s)\n");
            isKept &= report.IsKept;
        }

        Console.WriteLine(isKept ? "Every promise was kept." : "A PROMISE WAS BROKEN.");
        return isKept;
    }
}

namespace PipelineTrigger.Hosts.Tests;

/// <summary>The client core as Windows PowerShell will run it.</summary>
public sealed class NetFrameworkTests
{
    private const int Abort = 128 + 6;

    // Mono 6.8 itself aborts now and then. A defect of ours would end each attempt.
    private const int Attempts = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(12);

    // In the way that Mono 6.8 prefers to stop its threads for a garbage collection, it now and then stands still for ever.
    private static readonly Dictionary<string, string?> SafeStops = new() { ["MONO_THREADS_SUSPEND"] = "preemptive" };

    [Fact]
    public async Task Client_core_passes_its_tests_on_net472()
    {
        var file = SuiteResult.Forget("net472", "Core");
        var mono = OperatingSystem.IsWindows() ? null : ChildProcess.Find("mono");
        if (mono is null && !OperatingSystem.IsWindows())
        {
            SuiteResult.SkipRow(
                "There is no mono on PATH, the nearest thing to .NET Framework outside Windows (Debian: mono-runtime mono-devel)."
            );
        }

        var tests = Repository.Built("PipelineTrigger.Core.Tests", "net472", "PipelineTrigger.Core.Tests.exe");
        var report = Path.ChangeExtension(file, ".xml");
        string[] arguments = ["-xml", report, "-noColor", "-noLogo", "-diagnostics"];
        ChildProcess run;
        var attempt = 1;
        do
        {
            File.Delete(report);
            run = mono is null
                ? await ChildProcess.RunAsync(tests, arguments, Limit, null, TestContext.Current.CancellationToken)
                : await ChildProcess.RunAsync(mono, [tests, .. arguments], Limit, SafeStops, TestContext.Current.CancellationToken);
        } while (mono is not null && run.ExitCode == Abort && !File.Exists(report) && attempt++ < Attempts);

        if (attempt > 1)
        {
            TestContext.Current.AddWarning($"Mono itself aborted {attempt - 1} times before the tests were done.");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(run.Tail(200));
        Judge(run, report, isMono: mono is not null).OrBrokenIfEmpty().Conclude(file);
    }

    private static SuiteResult Judge(ChildProcess run, string report, bool isMono)
    {
        const string suite = "Core on net472";
        var host = isMono ? "Mono" : ".NET Framework";
        if (run.TimedOut || !File.Exists(report))
        {
            var end = run.TimedOut
                ? $"It was still running after {Limit} and was killed."
                : $"It exited with {run.ExitCode} and left no report.";
            return SuiteResult.Broken(suite, host, $"{end} The end of its output:\n{run.Tail()}");
        }

        var result = XunitReport.Read(report, suite, host);
        if (result.Failed > 0 || run.ExitCode == 0)
        {
            return result;
        }

        // Mono 6.8 may abort while it shuts down (a timer made as the thread pool ends), when all tests are done and the report
        // is complete.
        if (!isMono || run.ExitCode != Abort || !run.Output.Contains("=== TEST EXECUTION SUMMARY ===", StringComparison.Ordinal))
        {
            return SuiteResult.Broken(
                suite,
                host,
                $"It exited with {run.ExitCode} though no test had failed. The end of its output:\n{run.Tail()}"
            );
        }

        TestContext.Current.AddWarning("All tests were done; then Mono itself aborted while it shut down.");
        return result;
    }
}

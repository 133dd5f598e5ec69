namespace PipelineTrigger.Hosts.Tests.Wine;

/// <summary>The ledger, the files and the cmdlets under Wine.</summary>
public sealed class WineTests(WineMachine machine) : IClassFixture<WineMachine>
{
    private const int Attempts = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    // What needs Azurite or Unix runs on Linux, and so do the naughty strings, which do not depend on the system.
    private static readonly Dictionary<string, string[]> Filters = new()
    {
        ["Core"] =
        [
            .. Options("-namespace", "Files", "Ledger", "Ledger.FileSystem", "Windows"),
            "-trait-",
            "System=Unix",
            "-trait-",
            "Wine=No",
        ],
        ["Cmdlets"] = ["-namespace-", "PipelineTrigger.Cmdlets.Tests.Naughty", "-trait-", "Wine=No"],
    };

    public static TheoryData<string> Suites => [.. Filters.Keys];

    [Theory, MemberData(nameof(Suites))]
    public async Task A_suite_passes_under_Wine(string suite)
    {
        var file = SuiteResult.Forget("wine", suite);
        if (machine.Missing is { } missing)
        {
            SuiteResult.SkipRow(missing);
        }

        var program = $"PipelineTrigger.{suite}.Tests";
        var (report, log) = (Path.ChangeExtension(file, ".xml"), Path.ChangeExtension(file, ".log"));
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            File.Delete(report);
            var run = await machine.RunAsync(
                program,
                log,
                Limit,
                ["-xml", WineMachine.PathThere(report), "-noColor", "-noLogo", .. Filters[suite]]
            );
            if (!run.TimedOut && File.Exists(report))
            {
                XunitReport.Read(report, suite, "Wine").OrBrokenIfEmpty().Conclude(file);
                return;
            }

            // Wine ended .NET itself early, which says nothing about the tests.
            await machine.StopAsync();
        }

        SuiteResult.SkipRow($"Wine ended the test process early in {Attempts} attempts. See the logs in TestResults/wine.");
    }

    private static IEnumerable<string> Options(string option, params string[] names) =>
        names.SelectMany(name => (string[])[option, $"PipelineTrigger.Core.Tests.{name}"]);
}

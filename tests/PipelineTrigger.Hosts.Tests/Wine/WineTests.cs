namespace PipelineTrigger.Hosts.Tests.Wine;

/// <summary>The ledger, the files and the cmdlets on Windows as Wine plays it.</summary>
public sealed class WineTests(WineMachine machine) : IClassFixture<WineMachine>
{
    private const int Attempts = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    // What needs Azurite or a Unix runs on this side.
    private static readonly Dictionary<string, string[]> Filters = new()
    {
        ["Core"] =
        [
            .. Options("-namespace", "Files", "Ledger", "Windows"), .. Options("-class-", "Ledger.BlobLedgerContract", "Ledger.BlobLeaseTests", "Ledger.BlobUnavailableTests"),
            "-trait-", "System=Unix", "-trait-", "Wine=No",
        ],
        ["Cmdlets"] = ["-trait-", "Wine=No"],
    };

    public static TheoryData<string> Suites => [.. Filters.Keys];

    [Theory, MemberData(nameof(Suites))]
    public async Task Suite_passes_on_Windows_as_Wine_plays_it(string suite)
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
            var run = await machine.RunAsync(program, log, Limit, ["-xml", WineMachine.PathThere(report), "-noColor", "-noLogo", .. Filters[suite]]);
            if (!run.TimedOut && File.Exists(report))
            {
                XunitReport.Read(report, suite, "Wine").OrBrokenIfEmpty().Conclude(file);
                return;
            }

            // It is .NET itself that Wine could not run to its end: that tells nothing of what is tested.
            await machine.StopAsync();
        }

        SuiteResult.SkipRow($"Wine did not run the suite to its end in {Attempts} attempts; TestResults/wine has its last words.");
    }

    private static IEnumerable<string> Options(string option, params string[] names) => names.SelectMany(name => (string[])[option, $"PipelineTrigger.Core.Tests.{name}"]);
}

using PipelineTrigger.Core.Tests.Ledger.Azurite;

namespace PipelineTrigger.Hosts.Tests;

/// <summary>A Pester suite in a PowerShell process and a home of its own.</summary>
internal static class PesterSuite
{
    private const string BlobLedger = "BlobLedger.Tests.ps1";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>All suites in all PowerShells, dealt out to lanes. A long file takes long, so the longest are dealt first.</summary>
    /// <param name="lane">From 0.</param>
    public static TheoryData<string, string> Lane(int lane, int lanes) =>
        new(
            (
                from host in PowerShellHost.Kinds
                from file in new DirectoryInfo(Repository.Pester)
                    .EnumerateFiles("*.Tests.ps1")
                    .OrderByDescending(f => f.Length)
                    .ThenBy(f => f.Name, StringComparer.Ordinal)
                select (file.Name, host)
            ).Where((_, number) => number % lanes == lane)
        );

    /// <summary>Lets the row of this test pass, fail or be skipped as the suite does.</summary>
    public static async Task RunAsync(string suite, string host)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var name = suite[..^".Tests.ps1".Length];
        var file = SuiteResult.Forget("pester", $"{host}.{name}");
        var powerShell = await PowerShellHost.FindAsync(host, cancellationToken);
        if (powerShell.Missing is { } missing)
        {
            SuiteResult.SkipRow(missing);
        }

        if (suite == BlobLedger)
        {
            await OfferAzuriteAsync();
        }

        // An empty home, like a new user's: no suite sees the settings, connections or vaults of the user who runs it.
        var home = Directory.CreateTempSubdirectory("PipelineTrigger-");
        home.CreateSubdirectory(".config");
        home.CreateSubdirectory(Path.Combine(".local", "share"));
        try
        {
            var raw = Path.Combine(home.FullName, "result.json");
            var run = await ChildProcess.RunAsync(
                powerShell.Program,
                [
                    .. powerShell.Arguments,
                    "-NoProfile",
                    "-NonInteractive",
                    .. OperatingSystem.IsWindows() ? (string[])["-ExecutionPolicy", "Bypass"] : [],
                    "-File",
                    Path.Combine(Repository.Pester, "Invoke-Suite.ps1"),
                    "-Path",
                    Path.Combine(Repository.Pester, suite),
                    "-ResultFile",
                    raw,
                    "-Pester",
                    Repository.PesterModule,
                    "-Module",
                    BuiltPackage.Module,
                    "-Packages",
                    BuiltPackage.Folder,
                ],
                Limit,
                Surroundings(host, powerShell, home.FullName),
                cancellationToken
            );
            TestContext.Current.TestOutputHelper?.WriteLine(run.Output);
            Judge(run, raw, name, $"{host} {powerShell.Version}").OrBrokenIfEmpty().Conclude(file);
        }
        finally
        {
            Discard(home);
        }
    }

    // A suite installs nothing; where it cannot be had, the suite says so.
    private static async Task OfferAzuriteAsync()
    {
        try
        {
            await AzuritePackage.InstallAsync();
        }
        catch (AzuriteMissingException e)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(e.Message);
        }
    }

    private static SuiteResult Judge(ChildProcess run, string raw, string name, string host)
    {
        var result = File.Exists(raw) ? SuiteResult.Parse(File.ReadAllText(raw)) : null;
        return run.TimedOut
                ? SuiteResult.Broken(name, host, $"It had not ended after {Limit}, and was killed. Its last words:\n{run.Tail()}")
            : result is null
                ? SuiteResult.Broken(name, host, $"It exited with {run.ExitCode} and left no result. Its last words:\n{run.Tail()}")
            : result.Failed == 0 && run.ExitCode != 0
                ? SuiteResult.Broken(name, host, $"It exited with {run.ExitCode} though no test had failed. Its last words:\n{run.Tail()}")
            : result with { Suite = name, Host = host };
    }

    private static Dictionary<string, string?> Surroundings(string kind, PowerShellHost powerShell, string home)
    {
        var environment = PowerShellHost.Environment(kind);
        environment["NO_COLOR"] = "1";
        environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        environment["POWERSHELL_UPDATECHECK"] = "Off";
        if (!OperatingSystem.IsWindows())
        {
            environment["HOME"] = home;
            environment["XDG_CONFIG_HOME"] =
                environment["XDG_DATA_HOME"] =
                environment["XDG_CACHE_HOME"] =
                environment["XDG_STATE_HOME"] =
                    null;
            environment["PSModulePath"] = powerShell.ModulePath;
            environment["PIPELINETRIGGER_SCRATCH_HOME"] = home;
        }

        return environment;
    }

    // Best effort: a process that was killed may still be letting go of a file.
    private static void Discard(DirectoryInfo home)
    {
        try
        {
            home.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }
}

using System.Diagnostics;
using System.Reflection;
using PipelineTrigger.Cmdlets.Tests;

[assembly: AssemblyFixture(typeof(Emulator))]

namespace PipelineTrigger.Cmdlets.Tests;

/// <summary>The emulator, one process for all tests, which ends when its input is closed; or one that was given.</summary>
public sealed class Emulator : IAsyncLifetime
{
    private const string Announcement = "listening on ";

    // The address of one that runs already, for a system where it cannot be started.
    private const string Given = "PIPELINETRIGGER_EMULATOR";

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("PipelineTrigger-");
    private Process? process;
    private Uri? address;
    private int tenants;

    /// <summary>Where summaries for build agents are put.</summary>
    internal static string AgentFolder { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        // The user's ledger and saved connections stay as they are.
        Environment.SetEnvironmentVariable("PIPELINETRIGGER_LEDGER", Path.Combine(home.FullName, "ledger"));
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", Path.Combine(home.FullName, "data"));

        // Nor does a build agent that runs this get summaries of it.
        AgentFolder = home.CreateSubdirectory("agent").FullName;
        Environment.SetEnvironmentVariable("AGENT_TEMPDIRECTORY", AgentFolder);
        Environment.SetEnvironmentVariable("GITHUB_STEP_SUMMARY", Path.Combine(AgentFolder, "summary.md"));
        Environment.SetEnvironmentVariable("GITHUB_OUTPUT", Path.Combine(AgentFolder, "output.txt"));
        foreach (
            var variable in (string[])["TF_BUILD", "GITHUB_ACTIONS", "PROPHECY_PAT", "PROPHECY_URL", "SUPAFLOW_API_KEY", "SUPAFLOW_APP_URL"]
        )
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        if (Environment.GetEnvironmentVariable(Given) is { Length: > 0 } given)
        {
            address = new Uri(given);
            return;
        }

        var path = typeof(Emulator).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "EmulatorPath").Value!;
        process = Process.Start(
            new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [path, "serve", "--port", "0"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var line = await process.StandardOutput.ReadLineAsync();
        address =
            line?.StartsWith(Announcement, StringComparison.Ordinal) == true
                ? new Uri(line[Announcement.Length..])
                : throw new InvalidOperationException($"The emulator at {path} said '{line}' instead of its address.");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (process is not null)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        home.Delete(recursive: true);
    }

    /// <summary>Three vendors of one test's own.</summary>
    internal Tenant NewTenant() => new(http, new Uri(address!, $"cmdlets{Interlocked.Increment(ref tenants)}/"));
}

using System.Diagnostics;

namespace PipelineTrigger.Hosts.Tests.Wine;

/// <summary>
/// A Wine prefix in a temporary folder, with .NET for Windows and the test programs as they were built. The emulator runs on Linux.
/// </summary>
public sealed class WineMachine : IAsyncLifetime
{
    private const string Announcement = "listening on ";

    private static readonly string[] Programs = ["PipelineTrigger.Core.Tests", "PipelineTrigger.Cmdlets.Tests"];
    private static readonly string[] ThisSide = ["DOTNET", "COMPlus", "MSBUILD", "VSTEST", "TESTINGPLATFORM", "XDG_", "CORECLR"];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("PipelineTrigger-wine-");
    private Process? emulator;
    private string address = "";

    /// <summary>Why there is none; null where there is.</summary>
    public string? Missing { get; private set; }

    public async ValueTask InitializeAsync() =>
        Missing =
            OperatingSystem.IsWindows() ? "This is Windows: the suites run here as they are."
            : ChildProcess.Find("wine") is null || ChildProcess.Find("wineserver") is null
                ? "There is no wine on PATH, the nearest thing to Windows outside of it (Debian: wine wine64)."
            : await InstallAsync() ?? await BeginAsync();

    /// <summary>Runs a program to its end. Its output goes to the file, because Wine's services inherit its streams.</summary>
    internal Task<ChildProcess> RunAsync(string program, string log, TimeSpan limit, IEnumerable<string> arguments) =>
        ShellAsync(
            """exec wine "$@" > "$0" 2>&1 < /dev/null""",
            limit,
            [log, Path.Combine(folder.FullName, program, $"{program}.exe"), .. arguments]
        );

    /// <summary>Ends whatever still runs there.</summary>
    internal Task StopAsync() => ShellAsync("wineserver -k; wineserver -w", TimeSpan.FromSeconds(30), []);

    /// <summary>A path as it is called there.</summary>
    internal static string PathThere(string path) => "Z:" + path.Replace('/', '\\');

    public async ValueTask DisposeAsync()
    {
        if (Missing is null)
        {
            await StopAsync();
        }

        if (emulator is not null)
        {
            emulator.StandardInput.Close();
            emulator.WaitForExit(5000);
            emulator.Dispose();
        }

        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that was killed may still be letting go of a file.
        }
    }

    private async Task<string?> InstallAsync()
    {
        foreach (var program in Programs)
        {
            Copy(new(Path.GetDirectoryName(Repository.Built(program, "net10.0", $"{program}.dll"))!), folder.CreateSubdirectory(program));
        }

        var layOut = await ChildProcess.RunAsync(
            Dotnet,
            [
                "build",
                Path.Combine(Repository.Root, "tests", "PipelineTrigger.Hosts.Tests", "Wine", "Windows.csproj"),
                "-t:LayOut",
                "-v:quiet",
                "-nologo",
                "-nodeReuse:false",
                $"-p:BaseIntermediateOutputPath={folder.FullName}/obj/",
                $"-p:WindowsFolder={folder.FullName}/",
                $"-p:Programs=\"{string.Join(';', Programs)}\"",
            ],
            Limit,
            null,
            TestContext.Current.CancellationToken
        );
        if (layOut.ExitCode != 0)
        {
            return $".NET for Windows could not be had: {layOut.Tail(5)}";
        }

        var boot = await ShellAsync(
            """{ wineboot -i && wine reg add 'HKCU\Software\Wine' /v Version /d win10 /f && wineserver -w; } > "$0" 2>&1 < /dev/null""",
            Limit,
            [Path.Combine(folder.FullName, "boot.log")]
        );
        return boot.ExitCode == 0 ? null : "Wine does not start here.";
    }

    private async Task<string?> BeginAsync()
    {
        emulator = Process.Start(
            new ProcessStartInfo(Dotnet, [Repository.Emulator, "serve", "--port", "0"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var line = await emulator.StandardOutput.ReadLineAsync();
        Assert.StartsWith(Announcement, line, StringComparison.Ordinal);
        address = line![Announcement.Length..];
        return null;
    }

    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to.FullName, file.Name));
        }

        // The package is unpacked again there.
        foreach (var part in from.EnumerateDirectories().Where(d => d.Name != "package"))
        {
            Copy(part, to.CreateSubdirectory(part.Name));
        }
    }

    private Task<ChildProcess> ShellAsync(string script, TimeSpan limit, string[] arguments) =>
        ChildProcess.RunAsync("/bin/sh", ["-c", script, .. arguments], limit, Surroundings(), TestContext.Current.CancellationToken);

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    // Nothing that this side's .NET was told holds there.
    private Dictionary<string, string?> Surroundings()
    {
        var environment = Environment
            .GetEnvironmentVariables()
            .Keys.Cast<string>()
            .Where(name => ThisSide.Any(begin => name.StartsWith(begin, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(name => name, _ => (string?)null);
        environment["HOME"] = folder.FullName;
        environment["WINEPREFIX"] = Path.Combine(folder.FullName, "prefix");
        environment["WINEDEBUG"] = "-all";
        environment["WINEDLLOVERRIDES"] = "winemenubuilder.exe=d";
        environment["DISPLAY"] = environment["WAYLAND_DISPLAY"] = null;
        environment["DOTNET_ROOT"] = PathThere(Path.Combine(folder.FullName, "dotnet"));

        // Wine stops threads for a garbage collection less reliably than Windows: there are to be few, and no code is made twice.
        environment["DOTNET_gcConcurrent"] = "0";
        environment["DOTNET_GCgen0size"] = "0x10000000";
        environment["DOTNET_TieredPGO"] = "0";
        environment["PIPELINETRIGGER_EMULATOR"] = address;
        environment["PIPELINETRIGGER_PACKAGES"] = PathThere(BuiltPackage.Folder);
        return environment;
    }
}

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace PipelineTrigger.Hosts.Tests;

/// <summary>A PowerShell that was found on this machine, or why there is none that can run the suites.</summary>
/// <param name="Arguments">What comes before PowerShell's own arguments.</param>
/// <param name="Missing">What is missing; null where everything is there.</param>
internal sealed record PowerShellHost(string Program, IReadOnlyList<string> Arguments, string Version, string? ModulePath, string? Missing)
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<PowerShellHost>>> Hosts = new();

    // Encoded, because Windows PowerShell reads quotes in its own way.
    private static readonly string[] Question =
    [
        "-NoProfile",
        "-NonInteractive",
        "-EncodedCommand",
        Convert.ToBase64String(
            Encoding.Unicode.GetBytes(
                """
                $ProgressPreference = 'SilentlyContinue'
                'facts:' + (ConvertTo-Json -Compress @{ version = "$($PSVersionTable.PSVersion)"; modulePath = $env:PSModulePath })
                """
            )
        ),
    ];

    /// <summary>The kinds to look for: PowerShell 7 everywhere, Windows PowerShell where Windows is.</summary>
    public static string[] Kinds { get; } = OperatingSystem.IsWindows() ? ["pwsh", "powershell"] : ["pwsh"];

    /// <summary>Looks once for each kind: on PATH, and for PowerShell 7 in the tool manifest as well.</summary>
    public static Task<PowerShellHost> FindAsync(string kind, CancellationToken cancellationToken) =>
        Hosts.GetOrAdd(kind, k => new(() => LookAsync(k))).Value.WaitAsync(cancellationToken);

    /// <summary>What the process needs to know of its surroundings, beside what the caller adds.</summary>
    public static Dictionary<string, string?> Environment(string kind) =>
        // Started below PowerShell 7, Windows PowerShell would be told the other one's modules.
        kind == "powershell"
            ? new() { ["PSModulePath"] = null }
            : [];

    private static async Task<PowerShellHost> LookAsync(string kind)
    {
        if (kind != "pwsh")
        {
            return ChildProcess.Find(kind) is { } found ? await AskAsync(kind, found, []) : Nothing($"There is no {kind} on PATH.");
        }

        try
        {
            var program = await PowerShellProgram.FindAsync();
            return await AskAsync(kind, program.FileName, program.Arguments);
        }
        catch (PowerShellMissingException e)
        {
            return Nothing(e.Message);
        }
    }

    private static async Task<PowerShellHost> AskAsync(string kind, string program, IReadOnlyList<string> arguments)
    {
        var answer = await ChildProcess.RunAsync(
            program,
            [.. arguments, .. Question],
            TimeSpan.FromMinutes(2),
            Environment(kind),
            CancellationToken.None
        );
        if (
            answer.ExitCode != 0
            || answer.Output.Split('\n').FirstOrDefault(l => l.StartsWith("facts:", StringComparison.Ordinal)) is not { } line
        )
        {
            return Nothing($"{program} does not work here: {answer.Tail(5)}");
        }

        var facts = JsonDocument.Parse(line["facts:".Length..]).RootElement;
        return new(program, arguments, facts.GetProperty("version").GetString()!, facts.GetProperty("modulePath").GetString(), null);
    }

    private static PowerShellHost Nothing(string reason) => new("", [], "", null, reason);
}

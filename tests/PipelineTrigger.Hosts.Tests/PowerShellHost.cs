using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace PipelineTrigger.Hosts.Tests;

/// <summary>A PowerShell that was found on this machine, or why there is none that can run the suites.</summary>
/// <param name="Home">Its $PSHOME.</param>
/// <param name="Missing">What is missing; null where everything is there.</param>
internal sealed record PowerShellHost(string Program, string[] Arguments, string Home, string Version, string? ModulePath, string? Missing)
{
    private static readonly ConcurrentDictionary<string, Task<PowerShellHost>> Hosts = new();

    // Encoded, because Windows PowerShell reads quotes in its own way.
    private static readonly string[] Question = ["-NoProfile", "-NonInteractive", "-EncodedCommand", Convert.ToBase64String(Encoding.Unicode.GetBytes(
        """
        $ProgressPreference = 'SilentlyContinue'
        $pester = Get-Module Pester -ListAvailable | Sort-Object Version | Select-Object -Last 1
        'facts:' + (ConvertTo-Json -Compress @{ version = "$($PSVersionTable.PSVersion)"; home = $PSHOME; pester = "$($pester.Version)"; modulePath = $env:PSModulePath })
        """))];

    /// <summary>The kinds to look for: PowerShell 7 everywhere, Windows PowerShell where Windows is.</summary>
    public static string[] Kinds { get; } = OperatingSystem.IsWindows() ? ["pwsh", "powershell"] : ["pwsh"];

    /// <summary>Looks once for each kind: on PATH, and for PowerShell 7 in the tool manifest as well.</summary>
    public static Task<PowerShellHost> FindAsync(string kind, CancellationToken cancellationToken) =>
        Hosts.GetOrAdd(kind, k => LookAsync(k, cancellationToken));

    /// <summary>What the process needs to know of its surroundings, beside what the caller adds.</summary>
    public static Dictionary<string, string?> Environment(string kind) =>
        // Started below PowerShell 7, Windows PowerShell would be told the other one's modules.
        kind == "powershell" ? new() { ["PSModulePath"] = null } : [];

    private static async Task<PowerShellHost> LookAsync(string kind, CancellationToken cancellationToken) =>
        ChildProcess.Find(kind) is { } program ? await AskAsync(kind, program, [], cancellationToken)
        : kind == "pwsh" ? await RestoreAsync(cancellationToken)
        : Nothing($"There is no {kind} on PATH.");

    private static async Task<PowerShellHost> RestoreAsync(CancellationToken cancellationToken)
    {
        var restored = await ChildProcess.RunAsync("dotnet", ["tool", "restore"], TimeSpan.FromMinutes(5), null, cancellationToken);
        if (restored.ExitCode != 0)
        {
            var reason = restored.TimedOut ? "it did not end within 5 minutes" : restored.Output.Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0);
            return Nothing($"There is no pwsh on PATH, and 'dotnet tool restore' brought none: {reason}");
        }

        // The tool is a shim that looks into the user's home at every start; the suites get another home, so they start what lies behind it.
        var tool = await AskAsync("pwsh", "dotnet", ["tool", "run", "pwsh", "--"], cancellationToken);
        return tool with { Arguments = ["exec", "--roll-forward", "Major", Path.Combine(tool.Home, "pwsh.dll")] };
    }

    private static async Task<PowerShellHost> AskAsync(string kind, string program, string[] arguments, CancellationToken cancellationToken)
    {
        var answer = await ChildProcess.RunAsync(program, [.. arguments, .. Question], TimeSpan.FromMinutes(2), Environment(kind), cancellationToken);
        if (answer.ExitCode != 0 || answer.Output.Split('\n').FirstOrDefault(l => l.StartsWith("facts:", StringComparison.Ordinal)) is not { } line)
        {
            return Nothing($"{program} does not work here: {answer.Tail(5)}");
        }

        var facts = JsonDocument.Parse(line["facts:".Length..]).RootElement;
        var pester = facts.GetProperty("pester").GetString()!;
        return new(program, arguments, facts.GetProperty("home").GetString()!, facts.GetProperty("version").GetString()!, facts.GetProperty("modulePath").GetString(),
            System.Version.TryParse(pester, out var found) && found.Major >= 5 ? null
            : $"{program} has {(pester.Length == 0 ? "no Pester" : $"Pester {pester}")}, and the suites need 5 or later: './build.ps1 test' installs it from the PowerShell Gallery.");
    }

    private static PowerShellHost Nothing(string reason) => new("", [], "", "", null, reason);
}

using System.Collections.Concurrent;
using System.Diagnostics;

namespace PipelineTrigger.Hosts.Tests;

/// <summary>The outcome of a process.</summary>
/// <param name="ExitCode">Null: it was killed because its time was up.</param>
/// <param name="Output">Both of its streams as they came.</param>
internal sealed record ChildProcess(int? ExitCode, string Output)
{
    // A grandchild may have inherited the streams and outlive its parent: their end is not waited for any longer than this.
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);

    public bool TimedOut => ExitCode is null;

    /// <summary>The last lines: enough to see what went wrong.</summary>
    public string Tail(int lines = 40) => string.Join(Environment.NewLine, Output.Split('\n').Select(l => l.TrimEnd()).TakeLast(lines));

    /// <summary>Runs a program to its end, or kills it with all its children when its time is up or the test is cancelled.</summary>
    public static async Task<ChildProcess> RunAsync(
        string program,
        IEnumerable<string> arguments,
        TimeSpan limit,
        IReadOnlyDictionary<string, string?>? environment,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var lines = new ConcurrentQueue<string>();
        using var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => exited.TrySetResult();
        process.OutputDataReceived += (_, e) => lines.Enqueue(e.Data ?? "");
        process.ErrorDataReceived += (_, e) => lines.Enqueue(e.Data ?? "");
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await exited.Task.WaitAsync(limit, cancellationToken);
            await Task.WhenAny(process.WaitForExitAsync(CancellationToken.None), Task.Delay(Drain, CancellationToken.None));
            return new(process.ExitCode, string.Join('\n', lines));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await Task.WhenAny(process.WaitForExitAsync(CancellationToken.None), Task.Delay(Drain, CancellationToken.None));
            return new(null, string.Join('\n', lines));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>A program on PATH, as a shell would find it.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder.Trim('"'), OperatingSystem.IsWindows() ? $"{name}.exe" : name))
            .FirstOrDefault(file => File.Exists(file) && (OperatingSystem.IsWindows() || IsExecutable(file)));

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool IsExecutable(string file) =>
        (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}

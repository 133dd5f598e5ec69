using System.Collections.Concurrent;
using System.Diagnostics;

namespace PipelineTrigger.FaultSuite.Processes;

/// <summary>A process of the suite's own, and what it has said so far.</summary>
internal sealed class Child : IDisposable
{
    private const string Answers = "told ";
    private const string Failures = "failed ";

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly ConcurrentQueue<string> errors = new();

    private Child(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Lines "told KEY RUNID": the runs that it was given.</summary>
    public IReadOnlyList<(string Key, string RunId)> Told => [.. Words(Answers).Select(w => (w[0], w[1]))];

    /// <summary>Lines "failed KEY ERRORID MESSAGE".</summary>
    public IReadOnlyList<(string Key, string ErrorId, string Message)> Failed =>
        [.. Words(Failures).Select(w => (w[0], w[1], string.Join(' ', w.Skip(2))))];

    /// <summary>Everything that it said.</summary>
    public string Output => string.Join('\n', lines.Concat(errors));

    /// <summary>Starts one; this program again with these arguments, or another.</summary>
    public static Child Start(ProcessStartInfo start, params (string Name, string Value)[] environment)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new Child(new Process { StartInfo = start });
        child.process.OutputDataReceived += (_, e) => child.lines.Enqueue(e.Data ?? "");
        child.process.ErrorDataReceived += (_, e) => child.errors.Enqueue(e.Data ?? "");
        child.process.Start();
        child.process.StandardInput.Close();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>This program once more.</summary>
    public static ProcessStartInfo Again(params string[] arguments) =>
        new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(Child).Assembly.Location, .. arguments]);

    /// <summary>Waits for its end; it must end well.</summary>
    public async Task EndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken).WaitAsync(limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"A process did not end within {limit}. It said:\n{Output}");
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"A process ended with {process.ExitCode}. It said:\n{Output}");
        }
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private IEnumerable<string[]> Words(string start) =>
        lines.Where(l => l.StartsWith(start, StringComparison.Ordinal)).Select(l => l[start.Length..].Split(' '));
}

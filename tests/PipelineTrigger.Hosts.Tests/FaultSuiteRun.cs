namespace PipelineTrigger.Hosts.Tests;

/// <summary>The short form of the fault suite, run once for all of its rows.</summary>
public sealed class FaultSuiteRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly Lazy<Task<string[]>> lines = new(RunAsync);

    /// <summary>What it said of a scenario, its name first; null where it said nothing.</summary>
    public async Task<string[]?> OfAsync(string scenario)
    {
        var said = await lines.Value;
        var first = Array.FindIndex(said, line => NameOf(line) == scenario);
        return first < 0 ? null : [.. said.Skip(first).TakeWhile(line => line.Length > 0)];
    }

    /// <summary>All scenarios that it told of.</summary>
    public async Task<IEnumerable<string>> NamesAsync() => (await lines.Value).Select(NameOf).OfType<string>();

    private static async Task<string[]> RunAsync()
    {
        var program = Repository.Built("PipelineTrigger.FaultSuite", "net10.0", "PipelineTrigger.FaultSuite.dll");
        var run = await ChildProcess.RunAsync(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [program, "--short"],
            Limit,
            null,
            TestContext.Current.CancellationToken
        );
        return run.ExitCode is 0 or 1
            ? [.. run.Output.Split('\n').Select(line => line.TrimEnd())]
            : throw new InvalidOperationException($"It exited with {run.ExitCode}. Its last words:\n{run.Tail()}");
    }

    // A scenario begins at the margin with its name, which has no blanks; what follows is indented, or in parentheses.
    private static string? NameOf(string line) =>
        line.Split(':')[0] is { Length: > 0 } name
        && char.IsAsciiLetterLower(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || c == '-')
            ? name
            : null;
}

using System.Collections.Concurrent;

namespace PipelineTrigger.Core.Tests.Doubles;

/// <summary>Keeps what it was told.</summary>
internal sealed class RecordingObserver : IOperationObserver
{
    private readonly ConcurrentQueue<string> verbose = new();
    private readonly ConcurrentQueue<string> warnings = new();
    private readonly ConcurrentQueue<PipelineRun> completed = new();
    private readonly ConcurrentQueue<(PipelineException Error, object? Target)> failed = new();

    public IReadOnlyList<string> VerboseLines => [.. verbose];

    public IReadOnlyList<string> Warnings => [.. warnings];

    public IReadOnlyList<PipelineRun> Runs => [.. completed];

    public IReadOnlyList<(PipelineException Error, object? Target)> Failures => [.. failed];

    /// <summary>All the text of it.</summary>
    public string Everything => string.Join("\n", [.. verbose, .. warnings, .. failed.Select(f => f.Error.ToString())]);

    public bool IsVerbose => true;

    public void Verbose(string message) => verbose.Enqueue(message);

    public void Warning(string message) => warnings.Enqueue(message);

    public void Completed(PipelineRun run) => completed.Enqueue(run);

    public void Failed(PipelineException error, object? target) => failed.Enqueue((error, target));
}

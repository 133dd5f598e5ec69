namespace PipelineTrigger.Core.Agents;

/// <summary>GitHub Actions: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands.</summary>
internal sealed class GithubAgent(Func<string, string?> environment, Action<string> write) : IAgent
{
    // GitHub rejects a step's whole summary beyond this size.
    private const int SummaryLimit = 1024 * 1024;

    public int SummaryRoom =>
        SummaryFile is { } file && File.Exists(file) ? (int)Math.Max(0, SummaryLimit - new FileInfo(file).Length) : SummaryLimit;

    private string? SummaryFile => environment("GITHUB_STEP_SUMMARY") is { Length: > 0 } file ? file : null;

    public void Error(SafeText title, SafeText message) => Annotate("error", title, message);

    public void Warning(SafeText title, SafeText message) => Annotate("warning", title, message);

    // GitHub does not show progress.
    public void Progress(int percent, SafeText text) { }

    public void Output(SafeText name, SafeText value)
    {
        if (environment("GITHUB_OUTPUT") is { Length: > 0 } file)
        {
            // The delimiter is random, so that the value cannot contain it.
            var end = $"end-{Guid.NewGuid():N}";
            File.AppendAllText(file, $"{name}<<{end}\n{value}\n{end}\n", AgentText.Encoding);
        }
    }

    public void Summary(string markdown)
    {
        if (SummaryFile is { } file)
        {
            File.AppendAllText(file, markdown, AgentText.Encoding);
        }
    }

    internal static string Data(string text) => text.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");

    internal static string Property(string text) => Data(text).Replace(":", "%3A").Replace(",", "%2C");

    private void Annotate(string kind, SafeText title, SafeText message) =>
        write($"::{kind} title={Property(title.ToString())}::{Data(message.ToString())}");
}

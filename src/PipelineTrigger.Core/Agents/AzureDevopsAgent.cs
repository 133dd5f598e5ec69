using System.Globalization;

namespace PipelineTrigger.Core.Agents;

/// <summary>Azure Pipelines: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands.</summary>
internal sealed class AzureDevopsAgent(Func<string, string?> environment, Action<string> write) : IAgent
{
    // No limit is documented.
    public int SummaryRoom => 1024 * 1024;

    public void Error(SafeText title, SafeText message) => Write("task.logissue", "type=error", Titled(title, message));

    public void Warning(SafeText title, SafeText message) => Write("task.logissue", "type=warning", Titled(title, message));

    public void Progress(int percent, SafeText text) =>
        Write("task.setprogress", $"value={percent.ToString(CultureInfo.InvariantCulture)}", text);

    public void Output(SafeText name, SafeText value) =>
        Write("task.setvariable", $"variable={Property(name.ToString())};isOutput=true", value);

    // The agent uploads the file later and empties its folder itself.
    public void Summary(string markdown)
    {
        var folder = environment("AGENT_TEMPDIRECTORY") is { Length: > 0 } given ? given : Path.GetTempPath();
        var file = Path.GetFullPath(Path.Combine(folder, $"pipeline-runs-{Guid.NewGuid().ToString("N").Substring(0, 8)}.md"));
        File.WriteAllText(file, markdown, AgentText.Encoding);
        Write("task.uploadsummary", "", SafeText.OfName(file));
    }

    /// <summary>Escapes data: https://github.com/microsoft/azure-pipelines-agent/blob/master/docs/design/percentEncoding.md.</summary>
    internal static string Data(string text) => text.Replace("%", "%AZP25").Replace("\r", "%0D").Replace("\n", "%0A");

    internal static string Property(string text) => Data(text).Replace("]", "%5D").Replace(";", "%3B");

    private static SafeText Titled(SafeText title, SafeText message) => $"{title}: {message}";

    private void Write(string command, string properties, SafeText data)
    {
        var suffix = properties.Length > 0 ? $" {properties};" : "";
        write($"##vso[{command}{suffix}]{Data(data.ToString())}");
    }
}

namespace PipelineTrigger.Core.Agents;

/// <summary>Text on its way to an agent.</summary>
internal static class AgentText
{
    private const int MaxLength = 4000;

    /// <summary>One line with no command in it, whoever wrote it; blank for nothing.</summary>
    public static string Line(string? text) => SafeText.Clean(text, MaxLength) ?? "";

    /// <summary>UTF-8 without a mark at its beginning, which agents would read as text.</summary>
    public static System.Text.Encoding Encoding { get; } = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
}

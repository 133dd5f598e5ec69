namespace PipelineTrigger.Core.Agents;

/// <summary>Text that is sent to a build agent.</summary>
internal static class AgentText
{
    private const int MaxLength = 4000;

    /// <summary>The text as one line without agent commands; empty for a null or blank text.</summary>
    public static string Line(string? text) => SafeText.Clean(text, MaxLength) ?? "";

    /// <summary>UTF-8 without a byte order mark, which agents would read as text.</summary>
    public static System.Text.Encoding Encoding { get; } = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
}

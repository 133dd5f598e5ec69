namespace PipelineTrigger.Core.Text;

/// <summary>Text from a vendor as part of a message.</summary>
internal static class Sentence
{
    /// <summary>The text with a full stop, unless it already ends with a punctuation mark.</summary>
    /// <param name="text">Not empty.</param>
    public static string End(string text) => text[text.Length - 1] is '.' or '!' or '?' or '…' ? text : text + ".";
}

using System.Text.RegularExpressions;

namespace PipelineTrigger.Core.Vendors.Prophecy;

/// <summary>
/// Removes the server's type names from Prophecy's messages, as in <c>Success(Left(a.b.MetadataException: Fabric not found)) (of class
/// …)</c>.
/// </summary>
internal static class ScalaNoise
{
    private const string ClassNote = @"\s*\(of class [\w.$]+\)\s*$";
    private const string ExceptionName = @"[\w.$]*(Exception|Error):\s*";

    /// <summary>The readable part of the message; the unchanged message if it has no type names.</summary>
    public static string Strip(string message)
    {
        var text = Regex.Replace(message, ClassNote, "");
        var names = Regex.Matches(text, ExceptionName);
        if (names.Count == 0)
        {
            return message;
        }

        var last = names[names.Count - 1];
        text = text.Substring(last.Index + last.Length).TrimEnd();
        while (text.EndsWith(")", StringComparison.Ordinal) && text.Count(c => c == ')') > text.Count(c => c == '('))
        {
            text = text.Substring(0, text.Length - 1);
        }

        return text.Length == 0 ? message : text;
    }
}

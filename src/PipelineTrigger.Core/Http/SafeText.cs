using System.Globalization;
using System.Text;

namespace PipelineTrigger.Core.Http;

/// <summary>Makes text that came from elsewhere fit to print: one line, of a sane length, and nothing in it that a terminal or a build agent would act on.</summary>
internal static class SafeText
{
    /// <summary>The longest text that is shown of what a vendor said, in characters.</summary>
    public const int DefaultLength = 500;

    /// <summary>The text in one printable line, at most <paramref name="maxLength"/> characters; null for null and blank.</summary>
    public static string? Clean(string? text, int maxLength = DefaultLength)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (text!.Length <= maxLength && IsPlain(text))
        {
            return text;
        }

        // A little more than is kept, so that what is collapsed below does not shorten the result.
        var line = new StringBuilder(Math.Min(text.Length, maxLength * 4));
        var pendingSpace = false;
        for (var i = 0; i < text.Length && line.Length <= maxLength; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                Append(line, ref pendingSpace).Append(c).Append(text[++i]);
            }
            else if (char.IsWhiteSpace(c) || char.IsControl(c) || IsInvisible(c))
            {
                pendingSpace = line.Length > 0;
            }
            else
            {
                Append(line, ref pendingSpace);
                if (IsOrder(line, c))
                {
                    line.Append(' ');
                }

                line.Append(char.IsSurrogate(c) ? '\uFFFD' : c);
            }
        }

        if (line.Length == 0)
        {
            return null;
        }

        var cut = line.Length > maxLength;
        if (cut)
        {
            line.Length = char.IsHighSurrogate(line[maxLength - 1]) ? maxLength - 1 : maxLength;
        }

        return cut ? line.Append('…').ToString() : line.ToString();
    }

    /// <summary>Whether each half of a character stands beside its other half: no encoding has a form for one alone.</summary>
    public static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    // Most texts need nothing done: printable ASCII, with no sign twice that could be an order, and no blank at an end or twice.
    private static bool IsPlain(string text)
    {
        var before = ' ';
        foreach (var c in text)
        {
            if (c is < ' ' or > '~' || (c == before && c is ('#' or ':' or ' ')))
            {
                return false;
            }

            before = c;
        }

        return before != ' ';
    }

    private static StringBuilder Append(StringBuilder line, ref bool pendingSpace)
    {
        if (pendingSpace)
        {
            line.Append(' ');
            pendingSpace = false;
        }

        return line;
    }

    // '##vso[', '##[' and '::command' are orders to Azure DevOps and GitHub agents, the first two anywhere in a line.
    private static bool IsOrder(StringBuilder line, char next) => next is ('#' or ':') && line.Length > 0 && line[line.Length - 1] == next;

    private static bool IsInvisible(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

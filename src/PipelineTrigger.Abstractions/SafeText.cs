using System.Globalization;
using System.Text;

namespace PipelineTrigger;

/// <summary>
/// Text that is safe to print, whatever its source: one line of limited length that no terminal or build agent interprets as a command.
/// The only way to create it is to clean a text; everything that is written for people accepts no other type.
/// </summary>
internal readonly struct SafeText
{
    /// <summary>The maximum length of a text from a vendor, in characters.</summary>
    public const int DefaultLength = 500;

    /// <summary>The maximum length of a message of this module, in characters.</summary>
    public const int MessageLength = 4000;

    private const int LongestAddress = 45;

    private readonly string? text;

    private SafeText(string? text) => this.text = text;

    /// <summary>Cleans a text where safe text is expected.</summary>
    public static implicit operator SafeText(string? text) => Of(text);

    /// <summary>The text as one printable line of at most <paramref name="maxLength"/> characters.</summary>
    public static SafeText Of(string? text, int maxLength = MessageLength) => new(Clean(text, maxLength));

    /// <summary>A name or an address, as <see cref="Keep"/> returns it.</summary>
    public static SafeText OfName(string? text) => new(Keep(text));

    /// <summary>
    /// A name or an address: unchanged if it is safe to print, because a changed name identifies something else; cleaned otherwise.
    /// </summary>
    public static string? Keep(string? text) => text is null || IsInert(text) ? text : Clean(text, MessageLength);

    /// <summary>Whether no terminal or build agent would interpret the unchanged text as a command, at any position in a line.</summary>
    public static bool IsInert(string text) =>
        text.Length <= MessageLength
        && !text.Any(c => char.IsControl(c) || IsInvisible(c))
        && text.IndexOf("##[", StringComparison.Ordinal) < 0
        && text.IndexOf("##vso[", StringComparison.OrdinalIgnoreCase) < 0
        && !text.TrimStart().StartsWith("::", StringComparison.Ordinal);

    /// <summary>The text; empty if there is none.</summary>
    public override string ToString() => text ?? "";

    /// <summary>The text as one printable line of at most <paramref name="maxLength"/> characters; null for a null or blank text.</summary>
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

        // More than is kept, because collapsed white space takes up room in the source.
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
                if (IsCommand(line, c) && !(c == ':' && IsInAddress(text, i)))
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

    /// <summary>Whether the text has no unpaired surrogate, which no encoding can represent.</summary>
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

    // Most texts need no cleaning: printable ASCII without '##', '::', double blanks, or blanks at either end.
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

    // '##vso[', '##[' and '::command' are commands to Azure DevOps and GitHub agents; the first two work anywhere in a line.
    private static bool IsCommand(StringBuilder line, char next) =>
        next is ('#' or ':') && line.Length > 0 && line[line.Length - 1] == next;

    // An IPv6 address in brackets is not a command, and a blank would break it.
    private static bool IsInAddress(string text, int position)
    {
        int first = position,
            last = position;
        while (first > 0 && IsOfAddress(text[first - 1]))
        {
            first--;
        }

        while (last + 1 < text.Length && IsOfAddress(text[last + 1]))
        {
            last++;
        }

        return first > 0 && text[first - 1] == '[' && last + 1 < text.Length && text[last + 1] == ']' && last - first < LongestAddress;
    }

    private static bool IsOfAddress(char c) => c is ':' or '.' or (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F');

    private static bool IsInvisible(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c)
            is UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}

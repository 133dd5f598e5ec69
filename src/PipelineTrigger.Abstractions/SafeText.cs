using System.Globalization;
using System.Text;

namespace PipelineTrigger;

/// <summary>
/// Text that is fit to print, wherever it came from: one line, of a sane length, and nothing in it that a terminal or a build agent would act on.
/// It can only be made by cleaning, and whatever is written for people takes no other text.
/// </summary>
internal readonly struct SafeText
{
    /// <summary>The longest text that is shown of what a vendor said, in characters.</summary>
    public const int DefaultLength = 500;

    /// <summary>The longest message of ours, in characters.</summary>
    public const int MessageLength = 4000;

    private const int LongestAddress = 45;

    private readonly string? text;

    private SafeText(string? text) => this.text = text;

    /// <summary>Any text becomes safe by being put where safe text is wanted.</summary>
    public static implicit operator SafeText(string? text) => Of(text);

    /// <summary>The text in one printable line, at most <paramref name="maxLength"/> characters.</summary>
    public static SafeText Of(string? text, int maxLength = MessageLength) => new(Clean(text, maxLength));

    /// <summary>A name or an address, as <see cref="Keep"/> has it.</summary>
    public static SafeText OfName(string? text) => new(Keep(text));

    /// <summary>
    /// A name or an address: as it is where nothing would act on it, because what is changed in it names something else; cleaned where something would.
    /// </summary>
    public static string? Keep(string? text) => text is null || IsInert(text) ? text : Clean(text, MessageLength);

    /// <summary>Whether neither a terminal nor a build agent would act on it as it stands, at any place of a line of its own.</summary>
    public static bool IsInert(string text) =>
        text.Length <= MessageLength
        && !text.Any(c => char.IsControl(c) || IsInvisible(c))
        && text.IndexOf("##[", StringComparison.Ordinal) < 0
        && text.IndexOf("##vso[", StringComparison.OrdinalIgnoreCase) < 0
        && !text.TrimStart().StartsWith("::", StringComparison.Ordinal);

    /// <summary>The text; empty for none.</summary>
    public override string ToString() => text ?? "";

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
                if (IsOrder(line, c) && !(c == ':' && IsInAddress(text, i)))
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

    // An IPv6 address in its brackets is no command, and would lead nowhere with a blank in it.
    private static bool IsInAddress(string text, int place)
    {
        int first = place,
            last = place;
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

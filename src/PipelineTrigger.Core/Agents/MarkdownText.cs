using System.Globalization;
using System.Text;

namespace PipelineTrigger.Core.Agents;

/// <summary>Text of others in Markdown: shown as it is, whatever it is made of.</summary>
internal static class MarkdownText
{
    // What an address may hold and Markdown or a table would take for its own.
    private const string Foreign = "()[]<>|`\\\"'";

    /// <summary>One line in which nothing is markup, a link, a mention or a cell's end.</summary>
    public static string Escape(string? text)
    {
        var escaped = new StringBuilder();
        foreach (var c in AgentText.Line(text))
        {
            // What is no ASCII is no markup.
            if (c > '~' || char.IsLetterOrDigit(c) || c is ' ' or ',' or '-')
            {
                escaped.Append(c);
            }
            else
            {
                escaped.Append("&#").Append(((int)c).ToString(CultureInfo.InvariantCulture)).Append(';');
            }
        }

        return escaped.ToString();
    }

    /// <summary>The text as a link; the text alone where the address is none of the web.</summary>
    public static string Link(string? text, string? address)
    {
        var shown = Escape(text);
        return
            Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.AbsoluteUri.All(c => c is > ' ' and <= '~')
            ? $"[{shown}]({string.Concat(uri.AbsoluteUri.Select(c => Foreign.Contains(c) ? Uri.HexEscape(c) : c.ToString()))})"
            : shown;
    }
}

using System.Globalization;
using System.Text;

namespace PipelineTrigger.Core.Agents;

/// <summary>Escapes untrusted text for Markdown, so that it is shown literally.</summary>
internal static class MarkdownText
{
    // Characters of an address that Markdown or a table would interpret.
    private const string Reserved = "()[]<>|`\\\"'";

    /// <summary>The text as one line without markup, links, mentions or cell delimiters.</summary>
    public static string Escape(string? text)
    {
        var escaped = new StringBuilder();
        foreach (var c in AgentText.Line(text))
        {
            // Characters outside ASCII are never markup.
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

    /// <summary>The text as a link; the text alone if the address is not an http or https address.</summary>
    public static string Link(string? text, string? address)
    {
        var shown = Escape(text);
        return
            Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri.AbsoluteUri.All(c => c is > ' ' and <= '~')
            ? $"[{shown}]({string.Concat(uri.AbsoluteUri.Select(c => Reserved.Contains(c) ? Uri.HexEscape(c) : c.ToString()))})"
            : shown;
    }
}

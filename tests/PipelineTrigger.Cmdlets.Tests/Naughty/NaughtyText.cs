using System.Globalization;
using System.Text.Json;
using PipelineTrigger.Core.Tests.Suites;

namespace PipelineTrigger.Cmdlets.Tests.Naughty;

/// <summary>
/// The Big List of Naughty Strings, with what build agents and terminals take for commands; and what may be written of them.
/// </summary>
internal static class NaughtyText
{
    /// <summary>Text that no encoding has a form for.</summary>
    public const string HalfACharacter = "half \uD83D a character";

    private static readonly string[] Commands =
    [
        "##vso[task.setvariable variable=PATH]x",
        "a\n##vso[task.complete result=Succeeded;]b",
        "##[error]red",
        "::error::x",
        "a\r\n::set-output name=status::Succeeded",
        "a\u2028##vso[task.complete]b",
        "a\u0085::error::b",
        "#\u200B#vso[task.complete]",
        "a%0D%0A::error::b",
        "\u001B]8;;https://example.com\u0007link\u001B]8;;\u0007",
        "/a\0b",
        HalfACharacter,
    ];

    /// <summary>All texts; without the public data, the test is skipped.</summary>
    public static IReadOnlyList<string> All() =>
        [
            .. JsonSerializer.Deserialize<List<string>>(File.ReadAllText(PublicSuite.Locate(Path.Combine("blns", "blns.json"))))!,
            .. Commands,
        ];

    /// <summary>Whether a line can be written: one line, and nothing in it that a terminal or a build agent acts on.</summary>
    public static bool IsSafe(string? written) =>
        written is null
        || (
            !written.Any(c => char.IsControl(c) || IsInvisible(c))
            && !written.Contains("##[", StringComparison.Ordinal)
            && !written.Contains("##vso[", StringComparison.OrdinalIgnoreCase)
            && !written.TrimStart().StartsWith("::", StringComparison.Ordinal)
        );

    /// <summary>A text as a failed test shows it.</summary>
    public static string Shown(string? text) => JsonSerializer.Serialize(text is { Length: > 160 } ? text[..160] : text);

    private static bool IsInvisible(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

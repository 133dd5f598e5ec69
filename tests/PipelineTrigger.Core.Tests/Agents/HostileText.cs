using System.Text.RegularExpressions;

namespace PipelineTrigger.Core.Tests.Agents;

/// <summary>What a vendor may say to make an agent, a browser or a later step do something.</summary>
internal static class HostileText
{
    public static TheoryData<string> All =>
        [
            "##vso[task.complete result=Succeeded;]done",
            "text ##vso[task.setvariable variable=PATH]x",
            "##[error]red",
            "::error::x",
            "::set-output name=status::Succeeded",
            "::add-mask::a",
            "a\n##vso[task.complete]b",
            "a\r::error::b",
            "a\r\n::stop-commands::b",
            "a\u2028##vso[task.complete]b",
            "a\u2029::error::b",
            "a\u0085::error::b",
            "a\v::error::b\f##vso[task.complete]",
            "a%0A##vso[task.complete]b",
            "a%0D%0A::error::b",
            "a%AZP250A##vso[task.complete]b",
            "a%250A::error::b",
            "x;variable=PATH]y##vso[task.complete]",
            "#\u200B#vso[task.complete]",
            ":\u200B:error::",
            "a | b | [c](javascript:alert(1)) `d` <script>e</script> ![f](http://g) https://h www.i.org @j **k** &lt;",
        ];

    /// <summary>The lines, split at every character that any reader takes for a line end.</summary>
    public static string[] Lines(string text) => Regex.Split(text, "\r\n|[\n\r\v\f\u0085\u2028\u2029]");

    /// <summary>The commands in a text, for either agent.</summary>
    public static IEnumerable<string> Commands(string text) =>
        Lines(text)
            .Where(line =>
                line.Contains("##vso[", StringComparison.Ordinal)
                || line.Contains("##[", StringComparison.Ordinal)
                || line.TrimStart().StartsWith("::", StringComparison.Ordinal)
            );
}

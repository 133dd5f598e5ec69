using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("größe 東京 🚀", "größe 東京 🚀")]
    [InlineData("  at both ends  ", "at both ends")]
    [InlineData("one\r\ntwo\n\n\nthree", "one two three")]
    [InlineData("a\tb\vc\fd", "a b c d")]
    [InlineData("nul\0bell\adel\u007f", "nul bell del")]
    [InlineData("c1\u0085next\u009bcsi", "c1 next csi")]
    [InlineData("\u001b[31mred\u001b[0m", "[31mred [0m")]
    [InlineData("\u001b]0;title\u0007", "]0;title")]
    [InlineData("line\u2028paragraph\u2029end", "line paragraph end")]
    [InlineData("user\u202Etxt.exe", "user txt.exe")]
    [InlineData("\u2066isolated\u2069 \u200Fmark", "isolated mark")]
    [InlineData("zero\u200Bwidth\uFEFFbom\u00ADsoft", "zero width bom soft")]
    public void Text_becomes_one_line_that_a_terminal_only_shows(string text, string shown) => Assert.Equal(shown, SafeText.Clean(text));

    // Given as numbers, because an attribute cannot hold half a character.
    [Theory]
    [InlineData(0xD83D, 'x')]
    [InlineData(0xDE80, 'x')]
    [InlineData(0xDE80, 0xD83D)]
    [InlineData(0xD83D, 0xD83D)]
    public void Half_a_character_is_replaced(int half, int next)
    {
        var shown = SafeText.Clean($"a{(char)half}{(char)next}");

        Assert.Equal(next == 'x' ? "a\uFFFDx" : "a\uFFFD\uFFFD", shown);
    }

    [Theory]
    [InlineData("##vso[task.setvariable variable=x]y")]
    [InlineData("\n##vso[task.complete result=Succeeded]")]
    [InlineData("text before ##vso[task.complete]")]
    [InlineData("##[error]red")]
    [InlineData("#\u200B#vso[task.complete]")]
    [InlineData("#\u001b#[command]x")]
    [InlineData("###vso[task.complete]")]
    [InlineData("####vso[task.complete]")]
    [InlineData("#####[error]red")]
    [InlineData("::error file=a::b")]
    [InlineData("\r\n::set-output name=x::y")]
    [InlineData("  ::add-mask::x")]
    [InlineData(":::error::")]
    [InlineData("::::error::")]
    [InlineData(":\u200B:stop-commands::x")]
    public void No_line_is_left_that_a_build_agent_takes_for_a_command(string text)
    {
        var shown = SafeText.Clean(text)!;

        Assert.DoesNotContain("##vso[", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("##[", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("::", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    [InlineData("\u200B\u001b\0")]
    public void Nothing_visible_is_nothing(string? text) => Assert.Null(SafeText.Clean(text));

    [Theory]
    [InlineData(10, "0123456789", "0123456789")]
    [InlineData(10, "0123456789a", "0123456789…")]
    [InlineData(10, "012345678🚀", "012345678…")]
    [InlineData(10, "01234567🚀", "01234567🚀")]
    [InlineData(10, "01234567🚀x", "01234567🚀…")]
    public void A_long_text_is_cut_and_no_character_in_half(int length, string text, string shown) => Assert.Equal(shown, SafeText.Clean(text, length));

    [Fact]
    public void A_text_of_any_length_stays_sane() => Assert.Equal(SafeText.DefaultLength + 1, SafeText.Clean(new string('x', 10_000_000))!.Length);

    [Fact]
    public void What_is_made_harmless_stays_within_a_sane_length() =>
        Assert.Equal(SafeText.DefaultLength + 1, SafeText.Clean(new string('#', 10_000))!.Length);
}

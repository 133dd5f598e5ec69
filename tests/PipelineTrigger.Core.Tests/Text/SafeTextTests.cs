namespace PipelineTrigger.Core.Tests.Text;

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
    public void A_long_text_is_cut_and_no_character_in_half(int length, string text, string shown) =>
        Assert.Equal(shown, SafeText.Clean(text, length));

    [Fact]
    public void A_text_of_any_length_stays_sane() =>
        Assert.Equal(SafeText.DefaultLength + 1, SafeText.Clean(new string('x', 10_000_000))!.Length);

    [Fact]
    public void What_is_made_harmless_stays_within_a_sane_length() =>
        Assert.Equal(SafeText.DefaultLength + 1, SafeText.Clean(new string('#', 10_000))!.Length);

    [Theory]
    [InlineData("http://[::1]:6789 did not answer")]
    [InlineData("http://[fe80::1]:6789 did not answer")]
    public void An_address_stays_one(string text) => Assert.Equal(text, SafeText.Clean(text));

    [Theory]
    [InlineData("[::error::x]")]
    [InlineData("[::add-mask::a]")]
    public void A_command_in_brackets_is_no_address(string text) =>
        Assert.DoesNotContain("::", SafeText.Clean(text)!, StringComparison.Ordinal);

    [Theory]
    [InlineData("night::2026", true)]
    [InlineData("two  blanks", true)]
    [InlineData("http://[::1]/", true)]
    [InlineData(" ::error::x", false)]
    [InlineData("x ##[error]y", false)]
    [InlineData("x ##VSO[task.complete]y", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u202eb", false)]
    public void A_name_stays_as_it_is_unless_something_would_act_on_it(string name, bool stays)
    {
        Assert.Equal(stays, SafeText.IsInert(name));
        Assert.Equal(stays, SafeText.Keep(name) == name);
    }

    [Fact]
    public void Nothing_is_safe_text_as_well() => Assert.Equal("", default(SafeText).ToString());

    [Fact]
    public void A_message_of_an_error_is_safe_whatever_it_was_made_of() =>
        Assert.Equal("a # #vso[task.complete]b", new PipelineException(PipelineErrorId.InvalidInput, "a\n##vso[task.complete]b").Message);

    [Fact]
    public void What_a_run_says_is_safe_wherever_it_came_from()
    {
        const string command = "a\n##vso[task.complete]b";
        var run = new PipelineRun
        {
            Vendor = command,
            Pipeline = command,
            Status = command,
            VendorStatus = command,
            Message = command,
            Connection = command,
            BaseUri = command,
            Url = command,
            IdempotencyKey = command,
        };

        Assert.Equal(
            Enumerable.Repeat("a # #vso[task.complete]b", 9),
            [run.Vendor, run.Pipeline, run.Status, run.VendorStatus, run.Message, run.Connection, run.BaseUri, run.Url, run.IdempotencyKey]
        );
    }
}

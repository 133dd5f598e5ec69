using System.Security;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Tests.Runs;

public sealed class TriggerFieldsTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData(" \t", false)]
    [InlineData("false", false)]
    [InlineData("FALSE", false)]
    [InlineData("0", false)]
    [InlineData("No", false)]
    [InlineData(0, false)]
    [InlineData(false, false)]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData(" TRUE ", true)]
    [InlineData("1", true)]
    [InlineData("yes", true)]
    [InlineData(1, true)]
    [InlineData(true, true)]
    public void A_switch_is_on_only_if_it_says_so_and_blank_is_off(object? value, bool on) => Assert.Equal(on, Of(value).Switch("Field"));

    [Theory]
    [InlineData("maybe")]
    [InlineData("2")]
    [InlineData("on")]
    [InlineData("-")]
    [InlineData("null")]
    [InlineData("True.")]
    public void A_switch_with_another_text_is_refused(string value)
    {
        Action read = () => Of(value).Switch("Field");

        Assert.Contains($"not '{value}'", read.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("  ", null)]
    [InlineData(" text ", " text ")]
    [InlineData(42, "42")]
    [InlineData(1.5, "1.5")]
    [InlineData(true, "true")]
    public void A_text_may_be_any_single_value_and_blank_is_absent(object? value, string? text)
    {
        Assert.Equal(text, Of(value).Text("Field"));
        Assert.Equal(text is not null, Of(value).Has("Field"));
    }

    [Fact]
    public void A_field_that_is_not_there_is_absent()
    {
        Assert.Null(Of(1).Text("Other"));
        Assert.False(Of(1).Has("Other"));
        Assert.False(Of(1).Switch("Other"));
        Assert.Null(Of(1).Map("Other"));
    }

    [Fact]
    public void A_required_field_that_is_blank_is_refused_by_its_name()
    {
        Action read = () => Of(" ").RequiredText("Field");

        Assert.StartsWith("Field is missing.", read.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_value_is_no_list_no_map_and_no_secret()
    {
        using var secret = Secret("word");
        foreach (
            var value in new object[]
            {
                new List<object?> { 1 },
                new Dictionary<string, object?>(),
                secret,
            }
        )
        {
            Action read = () => Of(value).Text("Field");
            read.Fails(PipelineErrorId.InvalidInput);
        }
    }

    [Theory]
    [InlineData("33290", 33290)]
    [InlineData(" 33290 ", 33290)]
    [InlineData("-1", -1)]
    [InlineData(33290, 33290)]
    [InlineData(9223372036854775807L, 9223372036854775807L)]
    public void A_whole_number_may_be_text(object value, long number) => Assert.Equal(number, Of(value).RequiredInteger("Field"));

    [Theory]
    [InlineData("1.5")]
    [InlineData(1.5)]
    [InlineData("1,000")]
    [InlineData("0x10")]
    [InlineData("9223372036854775808")]
    [InlineData("abc")]
    public void A_whole_number_is_nothing_else(object value)
    {
        Action read = () => Of(value).RequiredInteger("Field");

        read.Fails(PipelineErrorId.InvalidInput);
    }

    [Fact]
    public void A_map_may_be_JSON_text_whose_numbers_keep_their_digits()
    {
        var map = Of("""{ "a": 1.10, "b": "x", "c": [true, null, {"d": 1e400}], "a2": {} }""").Map("Field")!;

        Assert.Equal("""{"a":1.10,"b":"x","c":[true,null,{"d":1e400}],"a2":{}}""", JsonPlain.Text(map));
    }

    [Fact]
    public void A_map_is_taken_as_it_is()
    {
        var map = new Dictionary<string, object?> { ["a"] = 1 };

        Assert.Same(map, Of(map).Map("Field"));
    }

    [Theory]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("1", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    [InlineData("{\"a\":", "not valid at line 1")]
    [InlineData("{\"password\":\"word\",}", "not valid at line 1")]
    [InlineData("a=1", "not valid at line 1, byte 1")]
    public void A_text_that_is_no_JSON_object_is_refused_without_being_shown(string text, string reason)
    {
        Action read = () => Of(text).Map("Field");

        var error = read.Fails(PipelineErrorId.InvalidInput);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("word", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What holds half a character, which no request can carry, by what it is.</summary>
    public static TheoryData<string> Halves => [.. HalfCharacters.Keys];

    private static Dictionary<string, object> HalfCharacters { get; } =
        new()
        {
            ["JSON text"] = """{"a":"\ud800"}""",
            ["JSON text with a name"] = """{"\udc00":1}""",
            ["JSON text that is nested"] = """{"a":[{"b":"x\ud800y"}]}""",
            ["JSON text as it stands"] = "{\"a\":\"\ud800\"}",
            ["a value"] = new Dictionary<string, object?> { ["a"] = "\ud83d" },
            ["a name"] = new Dictionary<string, object?> { ["\ude00"] = 1 },
            ["a nested value"] = new Dictionary<string, object?>
            {
                ["a"] = new List<object?> { new Dictionary<string, object?> { ["b"] = "\ude00\ud83d" } },
            },
        };

    [Theory]
    [MemberData(nameof(Halves))]
    public void A_map_with_half_a_character_is_refused_by_its_name(string what)
    {
        Action read = () => Of(HalfCharacters[what]).Map("Field");

        Assert.Contains("Field", read.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_with_half_a_character_is_refused_by_its_name_and_a_whole_one_is_not()
    {
        Action text = () => Of("a\ud800").Text("Field");
        Action secret = () => Of("a\ud800").Secret("Field");

        Assert.Contains("Field", text.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
        secret.Fails(PipelineErrorId.InvalidInput);
        Assert.Equal("a\ud83d\ude00", Of("a\ud83d\ude00").Text("Field"));
        Assert.Equal("\ud83d\ude00", Of("""{"a":"\ud83d\ude00"}""").Map("Field")!["a"]);
    }

    [Fact]
    public void A_map_with_a_secret_is_refused_by_its_name()
    {
        using var secret = Secret("word");
        Action read = () => Of(new Dictionary<string, object?> { ["a"] = new List<object?> { secret } }).Map("Field");

        Assert.Contains("Field", read.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_may_be_text_or_secure_and_an_empty_one_is_absent()
    {
        using var secure = Secret("word");
        using var empty = Secret("");

        Assert.Equal("word", Of(secure).Secret("Field")!.Reveal());
        Assert.Equal("word", Of("word").Secret("Field")!.Reveal());
        Assert.Null(Of(empty).Secret("Field"));
        Assert.Null(Of("").Secret("Field"));
    }

    private static TriggerFields Of(object? value) => new(new Dictionary<string, object?> { ["Field"] = value });

    private static SecureString Secret(string text)
    {
        var secret = new SecureString();
        text.ToList().ForEach(secret.AppendChar);
        return secret;
    }
}

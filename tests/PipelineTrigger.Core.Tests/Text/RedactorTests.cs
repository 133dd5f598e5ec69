using System.Text;
using System.Text.Json;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Tests.Text;

public sealed class RedactorTests
{
    private const string Secret = "p\"ss/w+rd=ü&<x>";

    private readonly Redactor redactor = new();

    public RedactorTests() => redactor.Add(Secret);

    /// <summary>The spellings a secret can come back in.</summary>
    public static TheoryData<string, string> Spellings =>
        new()
        {
            { "as it is", Secret },
            { "escaped for a URL", Uri.EscapeDataString(Secret) },
            { "in JSON", JsonSerializer.Serialize(Secret).Trim('"') },
            { "in JSON as most others write it", "p\\\"ss/w+rd=ü&<x>" },
            { "in base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)) },
            {
                "in base64 for URLs",
                Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)).TrimEnd('=').Replace('+', '-').Replace('/', '_')
            },
        };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_secret_is_masked_in_every_spelling(string how, string spelling) =>
        Assert.Equal($"{how}: [***], [***]", redactor.Clean($"{how}: [{spelling}], [{spelling}]"));

    [Fact]
    public void A_secret_that_holds_another_is_masked_whole()
    {
        redactor.Add("abcd");
        redactor.Add("abcdefgh");

        Assert.Equal("***|***|***efg", redactor.Clean("abcd|abcdefgh|abcdefg"));
    }

    [Fact]
    public void A_secret_is_masked_before_the_text_is_cut() =>
        Assert.DoesNotContain("p\"ss", redactor.Clean(new string('x', 95) + Secret, 100), StringComparison.Ordinal);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abc")]
    public void What_is_too_short_to_be_a_secret_masks_no_ordinary_words(string? secret)
    {
        redactor.Add(secret);

        Assert.Equal("abc of the alphabet", redactor.Clean("abc of the alphabet"));
    }

    [Fact]
    public void What_is_masked_is_made_fit_to_print() => Assert.Equal("a *** b", redactor.Clean($"a\n{Secret}\u001bb"));

    [Fact]
    public void Nothing_is_nothing() => Assert.Null(redactor.Clean(null));
}

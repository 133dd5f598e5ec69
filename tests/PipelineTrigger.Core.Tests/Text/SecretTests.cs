using System.Text.Json;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Tests.Text;

public sealed class SecretTests
{
    private static readonly Secret Word = "s3cr3t-word";

    public static TheoryData<string> Shown =>
        [
            Word.ToString(),
            $"{Word}",
            string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0:G}", Word),
            JsonSerializer.Serialize(Word),
            JsonSerializer.Serialize<object>(Word),
            JsonSerializer.Serialize(new Credential("user", Word)),
            new Credential(null, Word).ToString(),
        ];

    [Theory, MemberData(nameof(Shown))]
    public void Nothing_that_formats_or_serializes_a_secret_shows_it(string shown) =>
        Assert.DoesNotContain("s3cr3t", shown, StringComparison.Ordinal);

    [Fact]
    public void Reveal_returns_the_secret_text() => Assert.Equal("s3cr3t-word", Word.Reveal());
}

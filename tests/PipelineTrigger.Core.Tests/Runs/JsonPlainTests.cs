using System.Numerics;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Runs;

public sealed class JsonPlainTests
{
    /// <summary>The JSON by the value it is of.</summary>
    public static TheoryData<string> Texts => [.. Values.Keys];

    private static Dictionary<string, object?> Values { get; } =
        new()
        {
            ["null"] = null,
            ["true"] = true,
            ["-1"] = (sbyte)-1,
            ["18446744073709551615"] = ulong.MaxValue,
            ["1.10"] = 1.10m,
            ["0.1"] = 0.1,
            ["123456789012345678901234567890"] = BigInteger.Parse(
                "123456789012345678901234567890",
                System.Globalization.CultureInfo.InvariantCulture
            ),
            ["1.000"] = new JsonNumber("1.000"),
            ["\"text\""] = "text",
            ["\"2026-11-22T07:30:50Z\""] = new DateTime(2026, 11, 22, 7, 30, 50, DateTimeKind.Utc),
            ["\"5f1b4b3c-0000-0000-0000-000000000000\""] = new Guid("5f1b4b3c-0000-0000-0000-000000000000"),
            ["""{"b":[1,[],{}],"a":null}"""] = new Dictionary<string, object?>
            {
                ["b"] = new List<object?> { 1, new List<object?>(), new Dictionary<string, object?>() },
                ["a"] = null,
            },
        };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_plain_value_has_its_JSON(string json) => Assert.Equal(json, JsonPlain.Text(Values[json]));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_number_that_JSON_does_not_have_is_refused(object value)
    {
        Action write = () => JsonPlain.Text(value);

        write.Fails(PipelineErrorId.InvalidInput);
    }
}

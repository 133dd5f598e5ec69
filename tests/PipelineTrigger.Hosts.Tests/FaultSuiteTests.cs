namespace PipelineTrigger.Hosts.Tests;

/// <summary>A trigger happens once, whatever goes wrong: the short form of the fault suite, a row for each scenario.</summary>
[Collection(nameof(Alone))]
public sealed class FaultSuiteTests(FaultSuiteRun suite) : IClassFixture<FaultSuiteRun>
{
    public static TheoryData<string> Scenarios =>
        [
            "mix-prophecy",
            "mix-mage",
            "mix-supaflow",
            "kill-prophecy",
            "kill-mage",
            "kill-supaflow",
            "race",
            "race-stopped",
            "race-azurite",
            "race-stopped-azurite",
            "race-powershell",
            "wait-mage",
            "wait-supaflow",
            "cost",
            "cost-azurite",
        ];

    [Theory, MemberData(nameof(Scenarios))]
    public async Task Every_promise_is_kept(string scenario)
    {
        var said = await suite.OfAsync(scenario);
        Assert.NotNull(said);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(Environment.NewLine, said));
        if (said[0].Split(": skipped: ") is [_, var reason])
        {
            SuiteResult.SkipRow(reason);
        }

        Assert.Equal([scenario], said.Take(1));
        Assert.DoesNotContain(said, line => line.EndsWith(": BROKEN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_scenario_has_a_row() =>
        Assert.Equal(
            Scenarios.Select(row => row.Data).Order(StringComparer.Ordinal),
            (await suite.NamesAsync()).Order(StringComparer.Ordinal)
        );
}

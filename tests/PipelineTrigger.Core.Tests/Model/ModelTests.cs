using FsCheck;
using FsCheck.Fluent;

namespace PipelineTrigger.Core.Tests.Model;

/// <summary>
/// What docs/exactly-once.md promises, over many cases of what hosts, clocks, users, processes, the ledger and a vendor do. A case that
/// breaks a promise is shrunk, and shown
/// with the seed of the whole and with its own text: give that text in the variable PIPELINETRIGGER_MODEL_CASE to see it again.
/// </summary>
public sealed class ModelTests
{
    private const int Many = 3_500;
    private const ulong Seed = 20261201;
    private const ulong Gamma = 9;

    // The text of a case to be seen again, with all that happens in it.
    private const string CaseVariable = "PIPELINETRIGGER_MODEL_CASE";

    [Fact]
    public void A_trigger_happens_once_between_hosts_users_and_clocks()
    {
        var tally = new ModelTally();
        Prop.ForAll(PlanSource.Plans, plan => Holds(plan, tally))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Many).WithReplay(Seed, Gamma));
        TestContext.Current.TestOutputHelper?.WriteLine(tally.ToString());
    }

    [Fact]
    public void A_case_of_the_environment_s_keeps_every_promise()
    {
        var text = Environment.GetEnvironmentVariable(CaseVariable);
        Assert.SkipWhen(string.IsNullOrEmpty(text), $"{CaseVariable} holds the text of no case.");
        var broken = ModelCase.Play(Plan.Parse(text!), out var story, isTold: true);
        TestContext.Current.TestOutputHelper?.WriteLine(story);
        Assert.Empty(broken);
    }

    private static bool Holds(Plan plan, ModelTally? tally)
    {
        if (ModelCase.Play(plan, out _, tally: tally) is { Count: > 0 } broken)
        {
            throw new InvalidOperationException(string.Join("\n", broken));
        }

        return true;
    }
}

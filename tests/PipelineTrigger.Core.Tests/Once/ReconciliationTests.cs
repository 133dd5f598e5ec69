using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Once;

/// <summary>The outcome of a trigger without a key whose answer was lost.</summary>
public sealed class ReconciliationTests(EmulatorProcess emulator)
{
    private static readonly string[] Listing = [PipelineVendor.Mage, PipelineVendor.Supaflow];

    private readonly Tenant tenant = emulator.NewTenant();

    public static TheoryData<string> ListingVendors => [.. Listing];

    [Theory]
    [MemberData(nameof(ListingVendors))]
    public async Task A_run_that_was_created_is_found_adopted_and_said_to_be(string vendor)
    {
        using var connection = await ConnectAsync(vendor);
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );

        var run = await connection.TriggerAsync();

        Assert.Equal(2, await tenant.RunsCreatedAsync(vendor));
        Assert.Equal((await tenant.RunsAsync(vendor))[1].GetProperty("id").GetString(), run.RunId);
        Assert.StartsWith("adopted", run.Details["Origin"], StringComparison.Ordinal);
        Assert.Contains(connection.Told.Warnings, w => w.Contains("was found at the vendor and adopted", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ListingVendors))]
    public async Task A_run_that_certainly_was_not_created_is_triggered_again(string vendor)
    {
        using var connection = await ConnectAsync(vendor);
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = "trigger",
                kind = "reset",
            }
        );

        var run = await connection.TriggerAsync();

        Assert.Equal(2, await tenant.RunsCreatedAsync(vendor));
        Assert.DoesNotContain("Origin", run.Details.Keys);
        Assert.Contains(connection.Told.Warnings, w =>
            w.Contains("shows that no run was created; it is triggered again", StringComparison.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(ListingVendors))]
    public async Task That_none_was_created_is_sure_only_after_the_horizon(string vendor)
    {
        using var connection = await ConnectAsync(vendor);
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = "trigger",
                kind = "reset",
            }
        );
        var began = connection.Clock.GetUtcNow();

        await connection.TriggerAsync();

        Assert.True(connection.Clock.GetUtcNow() - began >= TimeSpan.FromSeconds(Connected.HorizonSec));
        Assert.Contains(connection.Told.Warnings, w => w.Contains("Searching for its run", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ListingVendors))]
    public async Task A_search_that_has_never_found_a_run_of_ours_does_not_prove_that_there_is_none(string vendor)
    {
        using var connection = tenant.Connect(vendor);
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = "trigger",
                kind = "reset",
            }
        );

        var error = await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("never found a run that is certainly ours", error.Message.Replace("not yet", "never"), StringComparison.Ordinal);
        Assert.Equal(0, await tenant.RunsCreatedAsync(vendor));
    }

    [Fact]
    public async Task At_Supaflow_no_run_is_adopted_before_the_list_has_shown_one_of_ours()
    {
        using var connection = tenant.Connect(PipelineVendor.Supaflow);
        await tenant.FaultAsync(
            new
            {
                vendor = "supaflow",
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );

        var error = await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("certainly ours", error.Message, StringComparison.Ordinal);
        Assert.Contains("candidates: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ListingVendors))]
    public async Task A_list_that_cannot_be_read_leaves_it_unknown(string vendor)
    {
        using var connection = await ConnectAsync(vendor);
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = "trigger",
                kind = "reset",
            }
        );
        await tenant.AnswerAsync(vendor, "list", 403, "{}");

        await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Equal(1, await tenant.RunsCreatedAsync(vendor));
    }

    [Theory]
    [MemberData(nameof(ListingVendors))]
    public async Task An_outage_of_the_list_is_waited_for(string vendor)
    {
        using var connection = await ConnectAsync(vendor);
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );
        await tenant.AnswerAsync(vendor, "list", 503, "", count: 12);

        var run = await connection.TriggerAsync();

        Assert.StartsWith("adopted", run.Details["Origin"], StringComparison.Ordinal);
        Assert.Equal(2, await tenant.RunsCreatedAsync(vendor));
    }

    [Theory]
    [MemberData(nameof(ListingVendors))]
    public async Task A_server_whose_lists_are_none_is_not_asked_until_the_horizon(string vendor)
    {
        using var connection = await ConnectAsync(vendor);
        await tenant.FaultAsync(
            new
            {
                vendor,
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );
        await tenant.AnswerAsync(vendor, "list", 200, "<html>", contentType: "text/html");
        var began = connection.Clock.GetUtcNow();

        await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.True(connection.Clock.GetUtcNow() - began < TimeSpan.FromSeconds(Connected.HorizonSec));
    }

    [Fact]
    public async Task A_sign_in_that_ends_during_the_search_does_not_end_it()
    {
        await tenant.RequireMageSignInAsync();
        using var connection = tenant.Connect(PipelineVendor.Mage, Sample.MageUser);
        await connection.TriggerAsync();
        await tenant.FaultAsync(
            new
            {
                vendor = "mage",
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );
        await tenant.AnswerAsync(PipelineVendor.Mage, "list", 401, "{}", count: 2);

        Assert.StartsWith("adopted", (await connection.TriggerAsync()).Details["Origin"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_id_in_its_variables_a_run_at_Mage_cannot_be_told_from_others()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage, noTriggerId: true);
        await connection.TriggerAsync();
        await tenant.FaultAsync(
            new
            {
                vendor = "mage",
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );

        await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
    }

    [Fact]
    public async Task Mages_runs_of_others_are_never_taken()
    {
        using var connection = await ConnectAsync(PipelineVendor.Mage);
        await tenant.FaultAsync(
            new
            {
                vendor = "mage",
                operation = "trigger",
                kind = "reset",
            }
        );
        await tenant.RunAsync(PipelineVendor.Mage, new { triggerId = 1 });

        var run = await connection.TriggerAsync();

        Assert.DoesNotContain("Origin", run.Details.Keys);
    }

    [Fact]
    public async Task Supaflows_runs_of_schedules_and_of_other_users_are_never_taken()
    {
        using var connection = await ConnectAsync(PipelineVendor.Supaflow);
        await tenant.FaultAsync(
            new
            {
                vendor = "supaflow",
                operation = "trigger",
                kind = "reset",
            }
        );
        await tenant.RunAsync(PipelineVendor.Supaflow, new { pipelineId = Sample.NightlySales, createdBy = Guid.NewGuid() });
        await tenant.RunAsync(
            PipelineVendor.Supaflow,
            new { pipelineId = Sample.NightlySales, scheduleExecutionId = "77777777-0000-0000-0000-000000000000" }
        );

        var run = await connection.TriggerAsync();

        Assert.DoesNotContain("Origin", run.Details.Keys);
    }

    [Fact]
    public async Task At_Supaflow_more_runs_than_lost_triggers_leave_it_unknown_and_are_named()
    {
        using var connection = await ConnectAsync(PipelineVendor.Supaflow);
        await tenant.FaultAsync(
            new
            {
                vendor = "supaflow",
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );
        var foreign = await tenant.RunAsync(
            PipelineVendor.Supaflow,
            new { pipelineId = Sample.NightlySales, createdBy = await tenant.SupaflowUserAsync() }
        );

        var error = await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("candidates: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(foreign, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_Supaflow_several_lost_triggers_at_once_are_never_shared_out()
    {
        using var connection = await ConnectAsync(PipelineVendor.Supaflow);
        await tenant.FaultAsync(
            new
            {
                vendor = "supaflow",
                operation = "trigger",
                kind = "stall",
                when = "after",
                count = 2,
            }
        );
        var triggers = Task.WhenAll(Outcome(connection.TriggerAsync()), Outcome(connection.TriggerAsync()));
        await Tenant.UntilAsync(async () => await tenant.RunsCreatedAsync(PipelineVendor.Supaflow) == 3);
        connection.Clock.Advance(Connected.Patient.TriggerTimeout);

        var outcomes = await triggers;

        Assert.All(outcomes, e => Assert.Equal(PipelineErrorId.TriggerOutcomeUnknown, e?.ErrorId));
        Assert.All(outcomes, e => Assert.Contains("candidates: ", e?.Message, StringComparison.Ordinal));
        Assert.Equal(3, await tenant.RunsCreatedAsync(PipelineVendor.Supaflow));
    }

    [Fact]
    public async Task At_Supaflow_a_server_that_does_not_tell_who_made_a_job_leaves_it_unknown()
    {
        using var connection = await ConnectAsync(PipelineVendor.Supaflow);
        await tenant.FaultAsync(
            new
            {
                vendor = "supaflow",
                operation = "trigger",
                kind = "reset",
                when = "after",
            }
        );
        await tenant.AnswerAsync(
            PipelineVendor.Supaflow,
            "list",
            400,
            """{"code":"42703","message":"column jobs.created_by does not exist"}"""
        );

        var error = await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("does not return who created a job", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_ends_the_search_and_leaves_it_unknown()
    {
        using var connection = await ConnectAsync(PipelineVendor.Mage);
        await tenant.FaultAsync(
            new
            {
                vendor = "mage",
                operation = "trigger",
                kind = "reset",
            }
        );
        using var stop = new CancellationTokenSource();
        await tenant.AnswerAsync(PipelineVendor.Mage, "list", 503, "");
        var trigger = connection.TriggerAsync(cancellationToken: stop.Token);
        await Tenant.UntilAsync(async () => await tenant.CallsAsync(PipelineVendor.Mage, "list") > 0);
        stop.Cancel();

        var error = await trigger.FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);

        Assert.Contains("the search was ended", error.Message, StringComparison.Ordinal);
    }

    private static async Task<PipelineException?> Outcome(Task<PipelineRun> trigger)
    {
        try
        {
            await trigger;
            return null;
        }
        catch (PipelineException e)
        {
            return e;
        }
    }

    // One that works comes first: the search must find a run that is certainly ours.
    private async Task<Connected> ConnectAsync(string vendor)
    {
        var connection = tenant.Connect(vendor);
        await connection.TriggerAsync();
        return connection;
    }
}

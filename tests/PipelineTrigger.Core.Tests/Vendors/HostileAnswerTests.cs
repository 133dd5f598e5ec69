using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors;

/// <summary>
/// JSON that is right and holds what no vendor would say: it ends as an answer or as an error of ours, never as a
/// defect.
/// </summary>
public sealed class HostileAnswerTests(EmulatorProcess emulator)
{
    private readonly Tenant tenant = emulator.NewTenant();

    /// <summary>By vendor and operation, what is answered to a read of run 1 or to a list.</summary>
    public static TheoryData<string, string, string> Reads =>
        new()
        {
            {
                PipelineVendor.Mage,
                "status",
                """{"pipeline_run":{"id":1,"status":"failed","block_runs":[{"block_uuid":"b","metrics":{"error":{"error":"\ud800"}}}]}}"""
            },
            {
                PipelineVendor.Mage,
                "status",
                """{"pipeline_run":{"id":1,"status":"failed","block_runs":"""
                    + """[{"block_uuid":"b","metrics":{"error":{"error":"x","erro\ud800":1},"erro\ud800":1}}]}}"""
            },
            { PipelineVendor.Mage, "status", """{"pipeline_run":{"id":1,"status":"failed","block_runs":[null]}}""" },
            { PipelineVendor.Mage, "status", """{"pipeline_run":{"id":1,"status":"failed","block_runs":null,"variables":[]}}""" },
            { PipelineVendor.Mage, "status", """{"pipeline_run":{"id":1,"status":"\ud800"}}""" },
            { PipelineVendor.Mage, "status", """{"pipeline_run":null}""" },
            { PipelineVendor.Mage, "schedule", """{"pipeline_schedules":[null],"metadata":null}""" },
            { PipelineVendor.Mage, "schedule", """{"pipeline_schedules":[{"id":1},null],"metadata":{"next":false}}""" },
            { PipelineVendor.Supaflow, "status", "[null]" },
            { PipelineVendor.Supaflow, "status", """[{"id":"\ud800","job_status":"running"}]""" },
            {
                PipelineVendor.Supaflow,
                "status",
                """[{"id":"1","job_status":"completed","job_response":{"total_objects":1,"total_object\ud800":1}}]"""
            },
            { PipelineVendor.Supaflow, "pipelines", "[null]" },
            { PipelineVendor.Supaflow, "pipelines", """[{"pipeline_id":"p"},null]""" },
            { PipelineVendor.Prophecy, "status", """{"success":true,"runStatus":"\ud800"}""" },
            { PipelineVendor.Prophecy, "status", """{"success":true,"runStatus":{"a":[1]}}""" },
        };

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task A_read_ends_as_an_answer_or_as_an_error_of_ours(string vendor, string operation, string answer)
    {
        await tenant.AnswerAsync(vendor, operation, 200, answer);
        using var connection = tenant.Connect(vendor);

        var failure = await Record.ExceptionAsync(async () =>
        {
            if (operation == "status")
            {
                await connection.ReadAsync("1");
            }
            else
            {
                await connection.ListAsync();
            }
        });

        Assert.True(failure is null or PipelineException, failure?.ToString());
    }

    [Theory]
    [InlineData("""{"pipeline_runs":[null],"metadata":{"count":1,"next":false}}""")]
    [InlineData("""{"pipeline_runs":[{"id":1,"status":"running"},null],"metadata":{"count":2,"next":false}}""")]
    public async Task A_list_of_runs_with_nothing_in_it_is_none(string answer)
    {
        await tenant.AnswerAsync(PipelineVendor.Mage, "list", 200, answer);
        using var connection = tenant.Connect(PipelineVendor.Mage);

        await connection.ReadManyAsync("1", "2").FailsAsync(PipelineErrorId.InvalidResponse);
    }

    [Theory]
    [InlineData("""{"pipeline_trigger_id":"\ud800"}""")]
    [InlineData("""{"pipeline_trigger_id":"x","pipeline_trigger_\ud800":1}""")]
    public async Task A_run_with_an_unpaired_surrogate_in_its_variables_is_not_adopted(string variables)
    {
        await tenant.AnswerAsync(
            PipelineVendor.Mage,
            "list",
            200,
            """{"pipeline_runs":[{"id":7,"status":"running","created_at":"2099-01-01 00:00:00","variables":"""
                + variables
                + """}],"metadata":{"count":1,"next":false}}"""
        );
        await tenant.AnswerAsync(PipelineVendor.Mage, "trigger", 200, "", count: 1);
        using var connection = tenant.Connect(PipelineVendor.Mage);

        await connection.TriggerAsync().FailsAsync(PipelineErrorId.TriggerOutcomeUnknown);
    }
}

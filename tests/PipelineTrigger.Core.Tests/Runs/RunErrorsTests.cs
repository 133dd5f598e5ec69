using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Runs;

/// <summary>What the failure of a trigger says of its run is a property, set where it is known, and never read from its words.</summary>
public sealed class RunErrorsTests
{
    private static readonly TriggerRequest Request = new Sales();

    [Theory]
    [InlineData(
        RunAbsence.Certain,
        "The vendor said: nothing was triggered.",
        "The vendor said: nothing was triggered. No run was created."
    )]
    [InlineData(RunAbsence.Told, "There is none.", "There is none.")]
    [InlineData(RunAbsence.NotKnown, "Odd.", "Odd.")]
    internal void That_there_is_no_run_is_said_where_it_is_known_and_not_yet_said(RunAbsence absence, string message, string said) =>
        Assert.Equal(
            said,
            RunErrors.Of(new PipelineException(PipelineErrorId.AuthenticationFailed, message) { Absence = absence }, Request).Message
        );

    [Fact]
    public void It_is_not_said_of_a_run_that_a_key_stands_for() =>
        Assert.Equal(
            "No.",
            RunErrors
                .Of(
                    new PipelineException(PipelineErrorId.AccessDenied, "No.")
                    {
                        Absence = RunAbsence.Certain,
                        Run = new() { RunId = "1" },
                    },
                    Request
                )
                .Message
        );

    [Theory]
    [InlineData(PipelineErrorId.TriggerRejected, RunAbsence.Certain)]
    [InlineData(PipelineErrorId.OutOfCredits, RunAbsence.Certain)]
    [InlineData(PipelineErrorId.VendorUnavailable, RunAbsence.NotKnown)]
    [InlineData(PipelineErrorId.AuthenticationFailed, RunAbsence.NotKnown)]
    [InlineData(PipelineErrorId.TriggerOutcomeUnknown, RunAbsence.NotKnown)]
    internal void An_id_that_means_it_says_that_there_is_no_run(string errorId, RunAbsence absence) =>
        Assert.Equal(absence, new PipelineException(errorId, "no").Absence);

    [Theory]
    [InlineData(PipelineErrorId.VendorUnavailable, FailureKind.Passing)]
    [InlineData(PipelineErrorId.RateLimited, FailureKind.Passing)]
    [InlineData(PipelineErrorId.InvalidResponse, FailureKind.Unusable)]
    [InlineData(PipelineErrorId.AccessDenied, FailureKind.Permanent)]
    [InlineData(PipelineErrorId.RunNotFound, FailureKind.Permanent)]
    internal void An_id_says_whether_the_failure_may_pass(string errorId, FailureKind kind) =>
        Assert.Equal(kind, new PipelineException(errorId, "no").Kind);

    [Fact]
    public void What_happened_is_known_apart_from_what_follows_of_it() =>
        Assert.Equal(
            "The trigger was sent to https://app.supa-flow.io and no answer came.",
            SenderErrors.OutcomeUnknown("The trigger was sent to https://app.supa-flow.io and no answer came.").Incident
        );

    [Fact]
    public void A_keyed_trigger_not_sent_in_time_does_not_claim_that_no_run_was_created()
    {
        Assert.DoesNotContain(
            "No run was created",
            RunErrors.NotSentInTime(Request, "night", TimeSpan.FromSeconds(5)).Message,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "No run was created.",
            RunErrors.NotSentInTime(Request, null, TimeSpan.FromSeconds(5)).Message,
            StringComparison.Ordinal
        );
    }

    private sealed record Sales() : TriggerRequest("sales")
    {
        public override IReadOnlyDictionary<string, object?> Values => new Dictionary<string, object?>();
    }
}

using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>The errors of triggers at Mage. After an exception with an unknown text, a run may exist.</summary>
internal static class MageTriggerErrors
{
    private const string NoSuchTrigger = "no trigger has this id";

    private static readonly (string Mark, string Reason)[] Refusals =
    [
        ("has no attribute 'pipeline_uuid'", NoSuchTrigger),
        ("record_not_found", NoSuchTrigger),
        ("Record not found", NoSuchTrigger),
        ("Invalid token for pipeline schedule", "the trigger token is wrong or missing; copy it from the trigger's page in Mage"),
        ("only supported for API trigger", "a trigger token works only with triggers of the type API; omit -TriggerToken"),
    ];

    public static PipelineException Of(VendorAnswer answer, MageTrigger trigger, bool hasSession, VendorParts parts)
    {
        if (!answer.IsSuccess)
        {
            return new(
                PipelineErrorId.TriggerRejected,
                $"{parts.BaseUri} refused the trigger ({JsonAnswer.Describe(answer, parts.Redactor)}). No run was created. "
                    + MageErrors.CheckBaseUri
            )
            {
                Absence = RunAbsence.Told,
            };
        }

        return MageErrors.Parse(answer)?.Error switch
        {
            { Exception: { } exception } when Array.Find(Refusals, r => exception.Contains(r.Mark)).Reason is { } reason => Rejected(
                trigger,
                reason
            ),
            { Exception: { } exception } => SenderErrors.OutcomeUnknown(
                $"Mage failed to process the trigger.{SenderErrors.Said(exception, parts.Redactor)}"
            ),
            { Code: 404 } => Rejected(trigger, NoSuchTrigger),
            { Code: 400 or 401 or 403 or 405 or 422 } => NoRun(
                MageErrors.Of(answer, $"trigger {trigger.TriggerId}", PipelineErrorId.TriggerRejected, hasSession, parts)
            ),
            { } error => SenderErrors.OutcomeUnknown(
                $"Mage answered the trigger with error {error.Code} ({parts.Redactor.Clean(error.Type, 60)})."
            ),
            null => SenderErrors.OutcomeUnknown(
                $"Mage's answer to the trigger is not valid ({JsonAnswer.Describe(answer, parts.Redactor)})."
            ),
        };
    }

    private static PipelineException Rejected(MageTrigger trigger, string reason) =>
        new(PipelineErrorId.TriggerRejected, $"Mage refused trigger {trigger.TriggerId}: {reason}. No run was created.")
        {
            Absence = RunAbsence.Told,
        };

    private static PipelineException NoRun(PipelineException error) =>
        new(
            error.ErrorId is PipelineErrorId.InvalidResponse ? PipelineErrorId.TriggerRejected : error.ErrorId,
            $"{error.Message} No run was created."
        )
        {
            Absence = RunAbsence.Told,
        };
}

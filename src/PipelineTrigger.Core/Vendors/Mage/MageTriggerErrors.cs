using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>What a refused trigger means at Mage. An exception whose text is not known here may have come after the run was made.</summary>
internal static class MageTriggerErrors
{
    private static readonly (string Mark, string Reason)[] Refusals =
    [
        ("has no attribute 'pipeline_uuid'", "there is no trigger with this id"),
        ("record_not_found", "there is no trigger with this id"),
        ("Record not found", "there is no trigger with this id"),
        ("Invalid token for pipeline schedule", "the trigger token is wrong or missing; it stands on the trigger's page in Mage"),
        ("only supported for API trigger", "it is not of the type API, and a trigger token works for those alone; leave -TriggerToken out"),
    ];

    public static PipelineException Of(VendorAnswer answer, MageTrigger trigger, bool hasSession, VendorParts parts)
    {
        if (!answer.IsSuccess)
        {
            return new(
                PipelineErrorId.TriggerRejected,
                $"{parts.BaseUri} refused the trigger ({JsonAnswer.Describe(answer, parts.Redactor)}). No run was created. Check the connection's -BaseUri, with the base path if the server has one."
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
                $"Mage failed over the trigger, perhaps after the run was made.{SenderErrors.Said(exception, parts.Redactor)}"
            ),
            { Code: 404 } => Rejected(trigger, "there is no trigger with this id"),
            { Code: 400 or 401 or 403 or 405 or 422 } => NoRun(
                MageErrors.Of(answer, $"trigger {trigger.TriggerId}", PipelineErrorId.TriggerRejected, hasSession, parts)
            ),
            { } error => SenderErrors.OutcomeUnknown(
                $"Mage answered the trigger with error {error.Code} ({parts.Redactor.Clean(error.Type, 60)})."
            ),
            null => SenderErrors.OutcomeUnknown(
                $"Mage's answer to the trigger was not understood ({JsonAnswer.Describe(answer, parts.Redactor)})."
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

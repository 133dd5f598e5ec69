using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Http;

/// <summary>What a person is told of a call that was not answered, or answered in a way that is no vendor's own.</summary>
internal static class SenderErrors
{
    private const string Unknown =
        "Whether a run was created cannot be known from here, and it is not sent again. Look at the vendor's page of runs before you trigger it anew.";

    /// <summary>The error for an answer that is not the vendor client's to read; null if it is.</summary>
    public static PipelineException? Of(VendorRequest request, VendorAnswer answer, string vendor, Uri baseUri, Redactor redactor)
    {
        if (answer.IsSuccess)
        {
            return null;
        }

        var said = Said(request.Explain(answer), redactor);
        var isTrigger = request.Kind == RequestKind.Trigger;
        var nothingRan = isTrigger ? " No run was created." : "";
        var meaning = request.Judge(answer);
        var absence = isTrigger ? RunAbsence.Told : RunAbsence.NotKnown;
        return answer.StatusCode switch
        {
            _ when meaning == AnswerMeaning.ForCaller => null,
            401 => new(
                PipelineErrorId.AuthenticationFailed,
                $"{vendor} did not accept the credential.{said}{nothingRan} Check the connection's credential; Test-PipelineConnection tells more."
            )
            {
                Absence = absence,
            },
            403 => new(
                PipelineErrorId.AccessDenied,
                $"{vendor} accepted the credential and refused the call.{said}{nothingRan} Ask for the permission, or use another credential."
            )
            {
                Absence = absence,
            },
            407 => new(
                PipelineErrorId.VendorUnavailable,
                $"The proxy before {vendor} asks for a credential.{nothingRan} Connect with -ProxyCredential or -ProxyUseDefaultCredentials."
            )
            {
                Kind = FailureKind.Unusable,
                Absence = absence,
            },
            429 => new(
                PipelineErrorId.RateLimited,
                $"{vendor} asks for fewer calls{Wait(answer)}.{said}{nothingRan} Try again later, or with fewer at once."
            )
            {
                RetryAfter = answer.RetryAfter,
                Absence = absence,
            },
            _ when meaning == AnswerMeaning.Refused => null,
            _ when isTrigger && meaning == AnswerMeaning.Unclear => OutcomeUnknown(
                $"{vendor} answered the trigger with HTTP {answer.StatusCode}.{said}"
            ),
            _ when isTrigger && meaning == AnswerMeaning.NothingRan => new(
                PipelineErrorId.VendorUnavailable,
                $"{vendor} could not create the run (HTTP {answer.StatusCode}), each time it was asked.{said} No run was created. Try again later."
            )
            {
                RetryAfter = answer.RetryAfter,
                Absence = RunAbsence.Told,
            },
            >= 500 or 408 when isTrigger => OutcomeUnknown($"{vendor} answered the trigger with HTTP {answer.StatusCode}.{said}"),
            >= 500 or 408 => new(
                PipelineErrorId.VendorUnavailable,
                $"{vendor} could not answer (HTTP {answer.StatusCode}).{said} Try again later."
            )
            {
                RetryAfter = answer.RetryAfter,
            },
            301 or 307 or 308 when isTrigger => new(
                PipelineErrorId.TriggerRejected,
                $"{Redirected(answer, vendor, baseUri, redactor)} A trigger is never sent on. No run was created. Check the connection's -BaseUri."
            )
            {
                Absence = RunAbsence.Told,
            },
            >= 300 and < 400 when isTrigger => OutcomeUnknown(
                $"{Redirected(answer, vendor, baseUri, redactor)} A trigger is never sent on."
            ),
            >= 300 and < 400 => new(
                PipelineErrorId.InvalidResponse,
                $"{Redirected(answer, vendor, baseUri, redactor)} Credentials are not sent on. Check the connection's -BaseUri."
            ),
            _ => null,
        };
    }

    /// <summary>The error for a call that got no whole answer.</summary>
    public static PipelineException Of(VendorRequest request, SendFailure failure, string vendor, Uri baseUri, int attempts)
    {
        var place = $"{vendor} at {baseUri.GetLeftPart(UriPartial.Authority)}";
        var times = attempts == 1 ? "" : $", {attempts} times";
        var isTrigger = request.Kind == RequestKind.Trigger;
        return failure.Kind switch
        {
            SendFailureKind.NotSent => new(
                PipelineErrorId.VendorUnavailable,
                $"{place} could not be reached: {failure.Message}{times}.{(isTrigger ? " Nothing was sent, so no run was created." : "")} Check the address, the network and the proxy."
            )
            {
                Kind = failure.IsLasting ? FailureKind.Unusable : FailureKind.Passing,
                Absence = isTrigger ? RunAbsence.Told : RunAbsence.NotKnown,
            },
            _ when isTrigger => OutcomeUnknown($"The trigger was sent to {place} and no whole answer came back: {failure.Message}."),
            SendFailureKind.TooLarge => new(
                PipelineErrorId.InvalidResponse,
                $"{place} sent no answer of its own: {failure.Message}. Check the connection's -BaseUri."
            ),
            _ => new(
                PipelineErrorId.VendorUnavailable,
                $"{place} gave no whole answer: {failure.Message}{times}. Check the network, or try again later."
            ),
        };
    }

    /// <summary>The error for a trigger that may or may not have run.</summary>
    public static PipelineException OutcomeUnknown(string what) =>
        new(PipelineErrorId.TriggerOutcomeUnknown, $"{what} {Unknown}") { Incident = what };

    /// <summary>The vendor's words as a sentence of ours, with a leading space; empty for none.</summary>
    public static string Said(string? text, Redactor redactor) =>
        redactor.Clean(text) is { } clean ? $" It said: {clean}{(clean[clean.Length - 1] is '.' or '!' or '?' or '…' ? "" : ".")}" : "";

    private static string Wait(VendorAnswer answer) =>
        answer.RetryAfter is { } wait ? $" (not before {wait.TotalSeconds:0} s have passed)" : "";

    private static string Redirected(VendorAnswer answer, string vendor, Uri baseUri, Redactor redactor)
    {
        var target = answer.Location is { } location
            ? redactor.Clean(new Uri(baseUri, location).GetLeftPart(UriPartial.Path), 200)
            : "nowhere";
        return $"{vendor} answered with a redirect (HTTP {answer.StatusCode}) to {target}.";
    }
}

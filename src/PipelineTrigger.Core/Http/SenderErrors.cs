using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Http;

/// <summary>The errors of calls that got no answer, or an answer that means the same at every vendor.</summary>
internal static class SenderErrors
{
    private const string Unknown =
        "A run may have been created, so the trigger is not sent again. Check the vendor's list of runs before you trigger it again.";

    private const string NotFollowed = "The redirect was not followed.";

    /// <summary>The error for an answer; null if the vendor's client explains the answer.</summary>
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
                $"{vendor} did not accept the credential.{said}{nothingRan} Check the connection with Test-PipelineConnection."
            )
            {
                Absence = absence,
            },
            403 => new(
                PipelineErrorId.AccessDenied,
                $"{vendor} accepted the credential but denied the call.{said}{nothingRan} "
                    + "Ask for the permission, or use another credential."
            )
            {
                Absence = absence,
            },
            407 => new(
                PipelineErrorId.VendorUnavailable,
                $"The proxy requires a credential.{nothingRan} Connect with -ProxyCredential or -ProxyUseDefaultCredentials."
            )
            {
                Kind = FailureKind.Unusable,
                Absence = absence,
            },
            429 => new(
                PipelineErrorId.RateLimited,
                $"{vendor} limits the rate of calls{Wait(answer)}.{said}{nothingRan} Try again later, or send fewer calls at once."
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
                $"{vendor} could not create the run, even after retries (HTTP {answer.StatusCode}).{said} "
                    + "No run was created. Try again later."
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
                $"{Redirected(answer, vendor, baseUri, redactor)} {NotFollowed} No run was created. Check the connection's -BaseUri."
            )
            {
                Absence = RunAbsence.Told,
            },
            >= 300 and < 400 when isTrigger => OutcomeUnknown($"{Redirected(answer, vendor, baseUri, redactor)} {NotFollowed}"),
            >= 300 and < 400 => new(
                PipelineErrorId.InvalidResponse,
                $"{Redirected(answer, vendor, baseUri, redactor)} {NotFollowed} Check the connection's -BaseUri."
            ),
            _ => null,
        };
    }

    /// <summary>The error for a call that got no complete answer.</summary>
    public static PipelineException Of(VendorRequest request, SendFailure failure, string vendor, Uri baseUri, int attempts)
    {
        var server = $"{vendor} at {baseUri.GetLeftPart(UriPartial.Authority)}";
        var times = attempts == 1 ? "" : $", {attempts} times";
        var isTrigger = request.Kind == RequestKind.Trigger;
        var nothingSent = isTrigger ? " Nothing was sent, so no run was created." : "";
        return failure.Kind switch
        {
            SendFailureKind.NotSent => new(
                PipelineErrorId.VendorUnavailable,
                $"{server} could not be reached: {failure.Message}{times}.{nothingSent} Check the address, the network and the proxy."
            )
            {
                Kind = failure.IsLasting ? FailureKind.Unusable : FailureKind.Passing,
                Absence = isTrigger ? RunAbsence.Told : RunAbsence.NotKnown,
            },
            _ when isTrigger => OutcomeUnknown($"The trigger was sent to {server}, but no complete answer arrived: {failure.Message}."),
            SendFailureKind.TooLarge => new(
                PipelineErrorId.InvalidResponse,
                $"{server} sent an unexpected answer: {failure.Message}. Check the connection's -BaseUri."
            ),
            _ => new(
                PipelineErrorId.VendorUnavailable,
                $"{server} did not send a complete answer: {failure.Message}{times}. Check the network, or try again later."
            ),
        };
    }

    /// <summary>The error for a trigger that may or may not have run.</summary>
    public static PipelineException OutcomeUnknown(string what) =>
        new(PipelineErrorId.TriggerOutcomeUnknown, $"{what} {Unknown}") { Incident = what };

    /// <summary>The vendor's message as a sentence with a leading space; empty if there is no message.</summary>
    public static string Said(string? text, Redactor redactor) =>
        redactor.Clean(text) is { } clean ? $" It said: {Sentence.End(clean)}" : "";

    private static string Wait(VendorAnswer answer) => answer.RetryAfter is { } wait ? $" (retry after {wait.TotalSeconds:0} s)" : "";

    private static string Redirected(VendorAnswer answer, string vendor, Uri baseUri, Redactor redactor)
    {
        var target = answer.Location is { } location
            ? $" to {redactor.Clean(new Uri(baseUri, location).GetLeftPart(UriPartial.Path), 200)}"
            : "";
        return $"{vendor} answered with a redirect (HTTP {answer.StatusCode}){target}.";
    }
}

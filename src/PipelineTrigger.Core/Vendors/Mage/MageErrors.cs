using System.Text;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>The errors of Mage, which answers most of them with HTTP 200 and an error object. Its <c>message</c> is not reliable.</summary>
internal static class MageErrors
{
    /// <summary>The advice for an answer that is not from Mage.</summary>
    public const string CheckBaseUri = "Check the connection's -BaseUri, including the base path if the server has one.";

    private const string TransientMark = "InFailedSqlTransaction";
    private static readonly byte[] TransientMarkBytes = Encoding.ASCII.GetBytes(TransientMark);

    /// <summary>The answer as Mage's envelope; null if the answer is not from Mage.</summary>
    public static MageAnswer? Parse(VendorAnswer answer) =>
        JsonAnswer.TryRead(answer, MageJson.Default.MageAnswer) is { } envelope
        && JsonAnswer.IsWhole(envelope.PipelineRuns)
        && JsonAnswer.IsWhole(envelope.PipelineSchedules)
            ? envelope
            : null;

    /// <summary>The text of the server's exception, or else the type of the error.</summary>
    public static string? Explain(VendorAnswer answer) => Parse(answer)?.Error is { } error ? error.Exception ?? error.Type : null;

    /// <summary>A read may be retried if another request broke the server's database session, because the session recovers.</summary>
    public static AnswerMeaning JudgeRead(VendorAnswer answer) =>
        answer.Body.AsSpan().IndexOf(TransientMarkBytes) >= 0 && Parse(answer)?.Error?.Exception?.Contains(TransientMark) == true
            ? AnswerMeaning.NothingRan
            : AnswerMeaning.ByStatus;

    /// <summary>The error for a failed read or cancellation.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="what">What was requested, such as "run 12".</param>
    /// <param name="notFound">The error id if it does not exist, which Mage answers with code 404 and HTTP 200.</param>
    /// <param name="hasSession">Whether the call was made as a signed-in user.</param>
    /// <param name="parts">The client's parts.</param>
    public static PipelineException Of(VendorAnswer answer, string what, string notFound, bool hasSession, VendorParts parts) =>
        Parse(answer)?.Error switch
        {
            { Code: 404 } when answer.IsSuccess => new(notFound, $"Mage has no {what}. Check the id and the connection."),
            { Code: 401 } => NotSignedIn(),
            { Code: 403 } when !hasSession => NotSignedIn(),
            { Code: 403 } => new(
                PipelineErrorId.AccessDenied,
                $"Mage accepted the sign-in but denied access to {what}. Ask for the role Editor or higher on the pipeline."
            ),
            { Exception: { } exception } when exception.Contains(TransientMark) => new(
                PipelineErrorId.VendorUnavailable,
                $"Mage could not read {what}, even after retries, because another request broke its database session ({TransientMark}). "
                    + "Try again later."
            ),
            { } error => new(
                PipelineErrorId.InvalidResponse,
                $"Mage failed to return {what} (error {error.Code}).{SenderErrors.Said(error.Exception ?? error.Type, parts.Redactor)}"
            ),
            null => NotUnderstood(answer, what, parts),
        };

    /// <summary>The error for an answer that is not from Mage.</summary>
    public static PipelineException NotUnderstood(VendorAnswer answer, string what, VendorParts parts) =>
        new(
            PipelineErrorId.InvalidResponse,
            $"{parts.BaseUri} did not return {what} as Mage does ({JsonAnswer.Describe(answer, parts.Redactor)}). {CheckBaseUri}"
        );

    private static PipelineException NotSignedIn() =>
        new(
            PipelineErrorId.AuthenticationFailed,
            "Mage requires a sign-in. Connect with -Credential (e-mail and password), or pass a session token with -Token or -SecretName. "
                + "The API key alone is not a sign-in."
        );
}

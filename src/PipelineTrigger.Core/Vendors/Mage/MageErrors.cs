using System.Text;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Mage answers most errors with HTTP 200: what they mean stands in the body, and never in its <c>message</c>.</summary>
internal static class MageErrors
{
    private const string TransientMark = "InFailedSqlTransaction";
    private static readonly byte[] TransientMarkBytes = Encoding.ASCII.GetBytes(TransientMark);

    /// <summary>The answer in its envelope; null if it is not Mage's.</summary>
    public static MageAnswer? Parse(VendorAnswer answer) =>
        JsonAnswer.TryRead(answer, MageJson.Default.MageAnswer) is { } told
        && JsonAnswer.IsWhole(told.PipelineRuns)
        && JsonAnswer.IsWhole(told.PipelineSchedules)
            ? told
            : null;

    /// <summary>The text of an uncaught exception, the only one that can be trusted.</summary>
    public static string? Explain(VendorAnswer answer) => Parse(answer)?.Error is { } error ? error.Exception ?? error.Type : null;

    /// <summary>A database session that another request broke heals by itself: the read may be repeated.</summary>
    public static AnswerMeaning JudgeRead(VendorAnswer answer) =>
        answer.Body.AsSpan().IndexOf(TransientMarkBytes) >= 0 && Parse(answer)?.Error?.Exception?.Contains(TransientMark) == true
            ? AnswerMeaning.NothingRan
            : AnswerMeaning.ByStatus;

    /// <summary>The failure of a read or a cancel, whatever it was about.</summary>
    /// <param name="what">What was asked for, such as "run 12".</param>
    /// <param name="notFound">The id for code 404, which is the thing asked for, not the path.</param>
    public static PipelineException Of(VendorAnswer answer, string what, string notFound, bool hasSession, VendorParts parts) =>
        Parse(answer)?.Error switch
        {
            { Code: 404 } when answer.IsSuccess => new(notFound, $"Mage knows no {what}. Check the id and the connection."),
            { Code: 401 } => NotSignedIn(),
            { Code: 403 } when !hasSession => NotSignedIn(),
            { Code: 403 } => new(
                PipelineErrorId.AccessDenied,
                $"Mage accepted the sign-in and does not let its user touch {what}. Ask for the role Editor or higher on that pipeline."
            ),
            { Exception: { } exception } when exception.Contains(TransientMark) => new(
                PipelineErrorId.VendorUnavailable,
                $"Mage could not read {what}: its database session was broken by another request ({TransientMark}), each time it was asked. Try again later."
            ),
            { } error => new(
                PipelineErrorId.InvalidResponse,
                $"Mage failed over {what} (error {error.Code}).{SenderErrors.Said(error.Exception ?? error.Type, parts.Redactor)}"
            ),
            null => NotUnderstood(answer, what, parts),
        };

    /// <summary>An answer that is none of Mage's.</summary>
    public static PipelineException NotUnderstood(VendorAnswer answer, string what, VendorParts parts) =>
        new(
            PipelineErrorId.InvalidResponse,
            $"{parts.BaseUri} did not answer for {what} as Mage does ({JsonAnswer.Describe(answer, parts.Redactor)}). Check the connection's -BaseUri, with the base path if the server has one."
        );

    private static PipelineException NotSignedIn() =>
        new(
            PipelineErrorId.AuthenticationFailed,
            "Mage wants a sign-in. Connect with -Credential (e-mail and password), or with a session token in -Token or -SecretName; the API key alone signs nobody in."
        );
}

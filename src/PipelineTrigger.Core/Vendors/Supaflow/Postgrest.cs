using System.Text.RegularExpressions;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>PostgREST's errors: what they say, and whether the statement can have taken effect.</summary>
internal static class Postgrest
{
    /// <summary>A column that does not exist.</summary>
    public const string UndefinedColumn = "42703";

    // PostgreSQL's classes of errors (its documentation, appendix A): five signs of any other are none of its codes.
    private const string SqlState = @"\A(0[389ABFLPZ]|10|2[0-8BDF]|3[489BDF]|4[024]|5[3-578]|72|F0|HV|P0|XX)[0-9A-Z]{3}\z";

    // The connection was lost during the statement (class 08, 57P0x), or the server itself does not know (40003): it may have committed.
    private const string ConnectionLost = @"\A(08[0-9A-Z]{3}|57P0[0-9A-Z]|40003)\z";

    // PostgREST answers 503 for a lack of resources, but for this limit, which an administrator has set.
    private const string OutOfResources = @"\A53(?!400)[0-9A-Z]{3}\z";

    private const string ReadOnlyTransaction = "25006";

    // A range is applied to a function's answer, when its work is committed already.
    private const string RangeOfAnswer = "PGRST103";

    public static PostgrestError? Error(VendorAnswer answer) =>
        answer.IsSuccess ? null : JsonAnswer.TryRead(answer, SupaflowJson.Default.PostgrestError);

    public static string? Explain(VendorAnswer answer) =>
        Error(answer) is { Message: { } message } error
            ? $"{message}{(error.Hint is { Length: > 0 } hint ? $" ({hint})" : "")}{(error.Code is { Length: > 0 } code ? $" [{code}]" : "")}"
            : null;

    /// <summary>What an answer means for a call that changes something: https://docs.postgrest.org/en/stable/references/errors.html.</summary>
    public static AnswerMeaning Judge(VendorAnswer answer) =>
        (answer.StatusCode, Error(answer)?.Code ?? "") switch
        {
            // An ambiguous name and a server without a secret are found out before anything runs; PGRST121 is a function's own error that cannot be read.
            (300, "PGRST201" or "PGRST203") or (500, "PGRST121" or "PGRST300") => AnswerMeaning.Refused,
            (< 400 or 401 or 403 or 429, _) => AnswerMeaning.ByStatus,
            var (status, code) when IsChosenByFunction(status, code) => AnswerMeaning.Refused,
            (408, _) or (_, "PGRST001" or RangeOfAnswer) => AnswerMeaning.Unclear,
            (_, var code) when Regex.IsMatch(code, ConnectionLost) => AnswerMeaning.Unclear,
            (503, "PGRST000" or "PGRST002") or (504, "PGRST003") or (405, ReadOnlyTransaction) => AnswerMeaning.NothingRan,
            (503, var code) when Regex.IsMatch(code, OutOfResources) => AnswerMeaning.NothingRan,
            (500, var code) when Regex.IsMatch(code, SqlState) => AnswerMeaning.NothingRan,
            _ => AnswerMeaning.ByStatus,
        };

    // RAISE sqlstate 'PTxyz' makes PostgREST answer with the status xyz.
    private static bool IsChosenByFunction(int status, string code) => code == FormattableString.Invariant($"PT{status}");
}

using System.Text.RegularExpressions;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>The errors of PostgREST: their message, and whether the statement may have taken effect.</summary>
internal static class Postgrest
{
    /// <summary>A column that does not exist.</summary>
    public const string UndefinedColumn = "42703";

    // The error classes of PostgreSQL (appendix A of its documentation); other five-character codes are not PostgreSQL's.
    private const string SqlState = @"\A(0[389ABFLPZ]|10|2[0-8BDF]|3[489BDF]|4[024]|5[3-578]|72|F0|HV|P0|XX)[0-9A-Z]{3}\z";

    // The connection was lost during the statement (class 08, 57P0x), or its completion is unknown (40003): it may have committed.
    private const string ConnectionLost = @"\A(08[0-9A-Z]{3}|57P0[0-9A-Z]|40003)\z";

    // PostgREST answers with 503 if resources are insufficient (class 53), except for 53400, a configured limit.
    private const string OutOfResources = @"\A53(?!400)[0-9A-Z]{3}\z";

    private const string ReadOnlyTransaction = "25006";

    // A range is applied to a function's answer, when its work is committed already.
    private const string RangeOfAnswer = "PGRST103";

    public static PostgrestError? Error(VendorAnswer answer) =>
        answer.IsSuccess ? null : JsonAnswer.TryRead(answer, SupaflowJson.Default.PostgrestError);

    public static string? Explain(VendorAnswer answer)
    {
        if (Error(answer) is not { Message: { } message } error)
        {
            return null;
        }

        var hint = string.IsNullOrEmpty(error.Hint) ? "" : $" ({error.Hint})";
        var code = string.IsNullOrEmpty(error.Code) ? "" : $" [{error.Code}]";
        return message + hint + code;
    }

    /// <summary>What an answer means for a call that changes data: https://docs.postgrest.org/en/stable/references/errors.html.</summary>
    public static AnswerMeaning Judge(VendorAnswer answer) =>
        (answer.StatusCode, Error(answer)?.Code ?? "") switch
        {
            // An ambiguous name and a server without a secret are found out before anything runs; PGRST121 is a function's own error that
            // cannot be read.
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

    // A function that raises the sqlstate 'PTxyz' makes PostgREST answer with the status xyz.
    private static bool IsChosenByFunction(int status, string code) => code == FormattableString.Invariant($"PT{status}");
}

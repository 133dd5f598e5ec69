using System.Text.RegularExpressions;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>PostgREST's errors: what they say, and whether the statement can have taken effect.</summary>
internal static class Postgrest
{
    /// <summary>A column that does not exist.</summary>
    public const string UndefinedColumn = "42703";

    private const string ChosenByFunction = "^PT[0-9]{3}$";
    private const string SqlState = "^[0-9A-Z]{5}$";

    // The connection was lost during the statement (class 08, 57P0x), or the server itself does not know (40003): it may have committed.
    private const string ConnectionLost = "^(08...|57P0.|40003)$";

    public static PostgrestError? Error(VendorAnswer answer) => answer.IsSuccess ? null : JsonAnswer.TryRead(answer, SupaflowJson.Default.PostgrestError);

    public static string? Explain(VendorAnswer answer) => Error(answer) is { Message: { } message } error
        ? $"{message}{(error.Hint is { Length: > 0 } hint ? $" ({hint})" : "")}{(error.Code is { Length: > 0 } code ? $" [{code}]" : "")}"
        : null;

    /// <summary>What an answer means for a call that changes something.</summary>
    public static AnswerMeaning Judge(VendorAnswer answer) => (answer.StatusCode, Error(answer)?.Code ?? "") switch
    {
        (< 400 or 401 or 403 or 429, _) => AnswerMeaning.ByStatus,
        (_, var code) when Regex.IsMatch(code, ChosenByFunction) => AnswerMeaning.Refused,
        (408, _) or (_, "PGRST001") => AnswerMeaning.Unclear,
        (_, var code) when Regex.IsMatch(code, ConnectionLost) => AnswerMeaning.Unclear,
        (503, "PGRST000" or "PGRST002") or (504, "PGRST003") => AnswerMeaning.NothingRan,
        (>= 500, var code) when Regex.IsMatch(code, SqlState) => AnswerMeaning.NothingRan,
        _ => AnswerMeaning.ByStatus,
    };
}

using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Vendors.Supaflow;

/// <summary>
/// The rows of PostgREST's own tables of errors (https://docs.postgrest.org/en/stable/references/errors.html) against a trigger:
/// how often it is sent, what is told, and whether there certainly is no run. A row with a star stands for a class; its examples are
/// PostgreSQL's.
/// </summary>
public sealed class PostgrestErrorTableTests(EmulatorProcess emulator)
{
    private static readonly Meaning Refused = new(PipelineErrorId.TriggerRejected, Posts: 1, Absent: true);
    private static readonly Meaning Denied = new(PipelineErrorId.AccessDenied, Posts: 1, Absent: true);
    private static readonly Meaning SignedOut = new(PipelineErrorId.AuthenticationFailed, Posts: 2, Absent: true);
    private static readonly Meaning NotCreated = new(PipelineErrorId.VendorUnavailable, Posts: 5, Absent: true);
    private static readonly Meaning Unknown = new(PipelineErrorId.TriggerOutcomeUnknown, Posts: 1, Absent: false);

    private static readonly (string Row, int Status, string[] Codes, Meaning Meaning)[] Table =
    [
        // PostgreSQL's codes.
        ("08*", 503, ["08000", "08003", "08006", "08P01"], Unknown),
        ("09*", 500, ["09000"], NotCreated),
        ("0L*", 403, ["0L000", "0LP01"], Denied),
        ("0P*", 403, ["0P000"], Denied),
        ("23503", 409, ["23503"], Refused),
        ("23505", 409, ["23505"], Refused),
        ("25006", 405, ["25006"], NotCreated),
        ("25*", 500, ["25001", "25P02", "25P03"], NotCreated),
        ("28*", 403, ["28000", "28P01"], Denied),
        ("2D*", 500, ["2D000"], NotCreated),
        ("38*", 500, ["38000", "38003"], NotCreated),
        ("39*", 500, ["39000", "39P01"], NotCreated),
        ("3B*", 500, ["3B000", "3B001"], NotCreated),
        ("40*", 500, ["40000", "40001", "40002", "40P01"], NotCreated),
        ("40* that leaves it open", 500, ["40003"], Unknown),
        ("53400", 500, ["53400"], NotCreated),
        ("53*", 503, ["53000", "53100", "53200", "53300"], NotCreated),
        ("54*", 500, ["54000", "54001"], NotCreated),
        ("55*", 500, ["55000", "55006", "55P03"], NotCreated),
        ("57*", 500, ["57000", "57014"], NotCreated),
        ("57* that ends the connection", 500, ["57P01", "57P02", "57P03", "57P04", "57P05"], Unknown),
        ("57P01, of late", 503, ["57P01"], Unknown),
        ("58*", 500, ["58000", "58030", "58P01"], NotCreated),
        ("F0*", 500, ["F0000", "F0001"], NotCreated),
        ("HV*", 500, ["HV000", "HV00N"], NotCreated),
        ("P0001", 400, ["P0001"], Refused),
        ("P0*", 500, ["P0000", "P0002", "P0003", "P0004"], NotCreated),
        ("XX*", 500, ["XX000", "XX001", "XX002"], NotCreated),
        ("21000, of late", 500, ["21000"], NotCreated),
        ("42883", 404, ["42883"], Refused),
        ("42883 of xmlagg", 406, ["42883"], Refused),
        ("42P01", 404, ["42P01"], Refused),
        ("42P17", 500, ["42P17"], NotCreated),
        ("42501, signed in", 403, ["42501"], Denied),
        ("42501, else", 401, ["42501"], SignedOut),
        ("22023 of a role", 401, ["22023"], SignedOut),
        ("other", 400, ["21000", "22023", "22P02", "23502", "23514", "42601", "42703", "44000", "0A000"], Refused),
        // PostgREST's own. Group 0: the database.
        ("PGRST000", 503, ["PGRST000"], NotCreated),
        ("PGRST001", 503, ["PGRST001"], Unknown),
        ("PGRST002", 503, ["PGRST002"], NotCreated),
        ("PGRST003", 504, ["PGRST003"], NotCreated),
        // Group 1: the request. What concerns the answer alone is found out when the function's work is kept already.
        ("not understood", 400, ["PGRST100", "PGRST102", "PGRST108", "PGRST109", "PGRST110", "PGRST114", "PGRST115"], Refused),
        ("not understood", 400, ["PGRST118", "PGRST119", "PGRST120", "PGRST122", "PGRST123", "PGRST124", "PGRST127", "PGRST128"], Refused),
        ("a verb", 405, ["PGRST101", "PGRST105", "PGRST117"], Refused),
        ("PGRST103", 416, ["PGRST103"], Unknown),
        ("PGRST106, PGRST107, PGRST116", 406, ["PGRST106", "PGRST107", "PGRST116"], Refused),
        ("PGRST107, of old", 415, ["PGRST107"], Refused),
        ("PGRST111, PGRST112", 500, ["PGRST111", "PGRST112"], Unknown),
        ("PGRST121", 500, ["PGRST121"], Refused),
        ("PGRST125, PGRST126", 404, ["PGRST125", "PGRST126"], Refused),
        // Group 2: the schema cache, read before the database is asked.
        ("PGRST200, PGRST204", 400, ["PGRST200", "PGRST204"], Refused),
        ("PGRST201, PGRST203", 300, ["PGRST201", "PGRST203"], Refused),
        ("PGRST202, PGRST205", 404, ["PGRST202", "PGRST205"], Refused),
        // Group 3: the token, read first of all.
        ("PGRST300", 500, ["PGRST300"], Refused),
        ("PGRST301 to PGRST303", 401, ["PGRST301", "PGRST302", "PGRST303"], SignedOut),
        // Group X.
        ("PGRSTX00", 500, ["PGRSTX00"], Unknown),
        // What a function chooses: PTxyz, and a code and a status of its own.
        ("PTxyz", 402, ["PT402"], Refused),
        ("PTxyz", 418, ["PT418"], Refused),
        ("PTxyz", 500, ["PT500"], Refused),
        ("PTxyz", 503, ["PT503"], Refused),
        ("RAISE PGRST", 402, ["123"], Refused),
        ("RAISE PGRST", 419, ["123"], Refused),
        ("RAISE PGRST, as a gateway could answer", 500, ["123"], Unknown),
    ];

    public static TheoryData<string, int, string> Rows =>
        [.. Table.SelectMany(row => row.Codes.Select(code => (row.Row, row.Status, code)))];

    [Theory, MemberData(nameof(Rows))]
    public async Task A_row_means_for_a_trigger_what_PostgREST_has_done_by_then(string row, int status, string code)
    {
        var meaning = Table.Single(r => r.Row == row && r.Status == status && r.Codes.Contains(code)).Meaning;
        var tenant = emulator.NewTenant();
        var body = $$"""{"code":"{{code}}","message":"said so","details":null,"hint":null}""";
        await tenant.AnswerAsync("supaflow", "trigger", status, body);
        using var connection = tenant.Connect(PipelineVendor.Supaflow);

        var error = await connection.TriggerAsync().FailsAsync(meaning.ErrorId);

        Assert.Equal(meaning.Posts, await tenant.CallsAsync("supaflow", "trigger"));
        Assert.Equal(meaning.Absent ? RunAbsence.Told : RunAbsence.NotKnown, error.Absence);
        Assert.Equal(meaning.Absent, error.Message.Contains("No run was created"));
        Assert.Contains("said so", error.Message, StringComparison.Ordinal);
    }

    private sealed record Meaning(string ErrorId, int Posts, bool Absent);
}

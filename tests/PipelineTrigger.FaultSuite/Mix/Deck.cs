using static PipelineTrigger.FaultSuite.Mix.Leaves;

namespace PipelineTrigger.FaultSuite.Mix;

/// <summary>The faults that a vendor's triggers, and its lists of runs, meet.</summary>
internal static class Deck
{
    private const int HundredMegabytes = 100_000_000;

    private static readonly int[] Statuses = [500, 502, 503, 504];
    private static readonly string[] Variables = ["variables"];
    private static readonly string[] Times = ["created_at"];

    public static IReadOnlyList<Card> Triggers(string vendor) =>
        [
            .. Common,
            .. Malformed(vendor),
            .. vendor switch
            {
                PipelineVendor.Supaflow => Postgrest,
                PipelineVendor.Mage =>
                [
                    Expired,
                    new(
                        "200 with an unknown exception, after",
                        DoubtAndRun,
                        ("status", 200),
                        ("when", "after"),
                        (
                            "body",
                            """{"error":{"code":500,"exception":"(psycopg2.OperationalError) server closed the """
                                + """connection","message":"","type":"api_error"}}"""
                        )
                    ),
                ],
                _ => (IEnumerable<Card>)[new("401", Certainty, ("status", 401), ("body", "{}"))],
            },
        ];

    /// <summary>What the search for a run may meet; of little weight, or no search would ever end.</summary>
    public static IReadOnlyList<Card> Lists(string vendor) =>
        [
            new("list reset", Certainty, ("kind", "reset")),
            new("list cut in mid-answer", Certainty, ("kind", "cut")),
            new("list stale by 5 s", Certainty, ("kind", "stale"), ("delaySeconds", 5)),
            new("list stale by 30 s", Certainty, ("kind", "stale"), ("delaySeconds", 30)),
            new("list of half the rows", Certainty, ("kind", "shorten")),
            new("list as HTML", Certainty, ("status", 200), ("body", "<html>"), ("contentType", "text/html")),
            new("list 503", Certainty, ("status", 503)),
            vendor == PipelineVendor.Mage
                ? new("list without variables", Certainty, ("kind", "omit"), ("fields", Variables))
                : new(
                    "list refused for a column",
                    Certainty,
                    ("status", 400),
                    ("body", """{"code":"42703","message":"column jobs.created_by does not exist"}"""),
                    ("weight", 0.2)
                ),
            new("list without times", Certainty, ("kind", "omit"), ("fields", Times), ("weight", 0.2)),
        ];

    // Rarely: twice within one call no sign-in ends.
    private static Card Expired { get; } = new("sign-in expired in mid-flight", Certainty, ("kind", "expire"), ("weight", 0.1));

    private static IEnumerable<Card> Common =>
        [
            new("reset before it is read", DoubtWithoutRun, ("kind", "reset"), ("when", "unread")),
            new("reset before it is handled", DoubtWithoutRun, ("kind", "reset")),
            new("reset after it was handled", DoubtAndRun, ("kind", "reset"), ("when", "after")),
            new("answer cut half way", DoubtAndRun, ("kind", "cut")),
            new("stall, not handled", DoubtWithoutRun, ("kind", "stall")),
            new("stall past the time-out", DoubtAndRun, ("kind", "stall"), ("when", "after")),
            new("handled 1 s after our socket closed", DoubtAndRun, ("kind", "late"), ("delaySeconds", 1)),
            new("handled 10 s after our socket closed", DoubtAndRun, ("kind", "late"), ("delaySeconds", 10)),
            new("handled 60 s after our socket closed", DoubtAndRun, ("kind", "late"), ("delaySeconds", 60)),
            new("429 with Retry-After", Certainty, ("status", 429), ("headers", new Dictionary<string, string> { ["Retry-After"] = "2" })),
            new("429", Certainty, ("status", 429)),
            .. Statuses.SelectMany(status =>
                new Card[]
                {
                    new($"{status} before it is handled", DoubtWithoutRun, ("status", status), ("weight", 0.5)),
                    new($"{status} after it was handled", DoubtAndRun, ("status", status), ("when", "after"), ("weight", 0.5)),
                }
            ),
            new("garbage", DoubtAndRun, ("status", 200), ("when", "after"), ("body", "\u0001\u0002{[%%")),
            new("empty body", DoubtAndRun, ("status", 200), ("when", "after"), ("body", "")),
            new(
                "HTML",
                DoubtAndRun,
                ("status", 200),
                ("when", "after"),
                ("body", "<html><body>Please sign in</body></html>"),
                ("contentType", "text/html")
            ),
            new("100 MB", DoubtAndRun, ("status", 200), ("when", "after"), ("bodyBytes", HundredMegabytes), ("weight", 0.5)),
        ];

    private static IEnumerable<Card> Postgrest =>
        [
            Expired,
            Code("PGRST000", 503, Certainty),
            Code("PGRST002", 503, Certainty),
            Code("PGRST003", 504, Certainty),
            Code("40001", 500, Certainty),
            Code("PGRST001", 503, DoubtAndRun),
            Code("57P01", 500, DoubtAndRun),
            Code("08006", 503, DoubtAndRun),
            Code("40003", 500, DoubtAndRun),
        ];

    private static Card Code(string code, int status, Leaves leaves) =>
        new(
            $"PostgREST {code} ({(leaves == Certainty ? "safe" : "unsafe")})",
            leaves,
            ("status", status),
            ("when", leaves == Certainty ? "before" : "after"),
            ("body", $$"""{"code":"{{code}}","message":"…","details":null,"hint":null}"""),
            ("weight", 0.5)
        );

    private static IEnumerable<Card> Malformed(string vendor) =>
        [
            new(
                "wrong types",
                DoubtAndRun,
                ("status", 200),
                ("when", "after"),
                (
                    "body",
                    vendor switch
                    {
                        PipelineVendor.Prophecy => """{"success":"yes","runId":{"id":17}}""",
                        PipelineVendor.Mage => """{"pipeline_run":{"id":"seventeen"}}""",
                        _ => """{"id":17}""",
                    }
                )
            ),
        ];
}

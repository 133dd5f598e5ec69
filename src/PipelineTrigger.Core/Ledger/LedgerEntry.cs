using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Ledger;

/// <summary>How far a trigger has come, as its entry tells.</summary>
internal static class LedgerState
{
    /// <summary>About to be triggered, or triggered by a process that has not come to tell: in doubt once its owner is gone.</summary>
    public const string Intent = "intent";

    /// <summary>Triggered, and whether a run was created is not known: in doubt.</summary>
    public const string Unknown = "unknown";

    /// <summary>Its run is known.</summary>
    public const string Settled = "settled";

    /// <summary>A line of the history: no run was created.</summary>
    public const string Absent = "absent";
}

/// <summary>
/// What is kept of one trigger. Times are UTC by the clock of the machine that wrote them. Of the request's values there is only the salted
/// digest; no secret is ever in it.
/// </summary>
internal sealed record LedgerEntry
{
    /// <summary>The version of this shape; a later one is not understood.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>The version of the module that wrote it.</summary>
    public string? Module { get; init; } = LedgerOwner.ModuleVersion;

    /// <summary>The claim under which it was written, by a token of its own: an owner replaces nothing else.</summary>
    public string? Owner { get; init; }

    /// <summary>How many times it has been written.</summary>
    public int Revision { get; init; }

    /// <summary>How long its key stands for its run, in days; null where that was not told.</summary>
    public double? WindowDays { get; init; }

    /// <summary>One of the constants of <see cref="LedgerState"/>.</summary>
    public string State { get; init; } = "";

    /// <summary>The idempotency key; null for a trigger without one.</summary>
    public string? Key { get; init; }

    public string Vendor { get; init; } = "";

    public string BaseUri { get; init; } = "";

    public string? Connection { get; init; }

    /// <summary>What was triggered, for people; no values.</summary>
    public string? Target { get; init; }

    /// <summary>
    /// The vendor's own name for what was triggered, where its runs can be looked for; see <see cref="Runs.TriggerSubject"/>.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>The vendor's id of the user who triggered, where runs are told apart by it.</summary>
    public string? User { get; init; }

    public string? Salt { get; init; }

    public string? Digest { get; init; }

    /// <summary>What was sent along with the trigger, by which its run can be told from every other; null where nothing could be.</summary>
    [JsonPropertyName("triggerId")]
    public string? CorrelationId { get; init; }

    public string? HostName { get; init; }

    public int ProcessId { get; init; }

    public DateTime ClaimedAt { get; init; }

    /// <summary>
    /// When the owner last made sure that the claim was still its own: nothing of it was sent later than <see
    /// cref="Runs.TriggerAttempt.TrustedFor"/> after that.
    /// </summary>
    public DateTime CheckedAt { get; init; }

    /// <summary>
    /// UTC by the vendor's clock, as its answers were dated: before this the trigger was surely not sent. Null where no answer was dated.
    /// </summary>
    public DateTime? SentFrom { get; init; }

    /// <summary>
    /// UTC by the vendor's clock: after this the trigger was surely not sent. Its distance from <see cref="SentFrom"/> is the uncertainty.
    /// </summary>
    public DateTime? SentUntil { get; init; }

    /// <summary>What the key stood for when it was triggered again: what it stands for once more if that made no run.</summary>
    public LedgerEntry? Previous { get; init; }

    public string? RunId { get; init; }

    public string? Pipeline { get; init; }

    /// <summary>The run's status when it was last seen.</summary>
    public string? Status { get; init; }

    public string? VendorStatus { get; init; }

    public string? Message { get; init; }

    public string? Url { get; init; }

    public DateTime? CreatedAt { get; init; }

    public DateTime? SeenAt { get; init; }

    /// <summary>How the run became known where the vendor did not tell it in answer to the trigger.</summary>
    public string? Origin { get; init; }

    /// <summary>How many times its key was triggered again without anyone knowing what had come of it.</summary>
    [JsonIgnore]
    public int Depth => Previous is null ? 0 : 1 + Previous.Depth;

    [JsonIgnore]
    public bool IsInDoubt => State is LedgerState.Intent or LedgerState.Unknown;

    /// <summary>The entry with a run as it was just seen.</summary>
    public LedgerEntry With(PipelineRun run, DateTime now) =>
        this with
        {
            State = LedgerState.Settled,
            Previous = null,
            RunId = run.RunId,
            Pipeline = run.Pipeline,
            Status = run.Status,
            VendorStatus = run.VendorStatus,
            Message = run.Message,
            Url = run.Url,
            CreatedAt = run.CreatedAt,
            SeenAt = now,
        };

    /// <summary>The entry as one claim writes it in the place of what there is.</summary>
    public LedgerEntry By(string owner, LedgerEntry? replaced) =>
        this with
        {
            Owner = owner,
            Revision = (replaced?.Revision ?? 0) + 1,
            Module = LedgerOwner.ModuleVersion,
        };

    /// <summary>The run as it was last seen.</summary>
    public PipelineRun ToRun() =>
        new()
        {
            RunId = RunId ?? "",
            Vendor = Vendor,
            Connection = Connection,
            BaseUri = BaseUri,
            Pipeline = Pipeline,
            Status = Status ?? PipelineRunStatus.Unknown,
            VendorStatus = VendorStatus,
            Message = Message,
            Url = Url,
            CreatedAt = CreatedAt,
            IdempotencyKey = Key,
        };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, LedgerJson.Default.LedgerEntry);

    /// <summary>
    /// The entry in these bytes; null where they are none that is understood, of which <see cref="EntryText"/> tells more.
    /// </summary>
    public static LedgerEntry? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return
                JsonSerializer.Deserialize(bytes, LedgerJson.Default.LedgerEntry)
                    is { Version: >= 1 and <= CurrentVersion, Vendor.Length: > 0 } entry
                && entry.IsWhole
                ? entry
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsWhole =>
        State switch
        {
            LedgerState.Settled => RunId is { Length: > 0 },
            LedgerState.Intent or LedgerState.Unknown or LedgerState.Absent => true,
            _ => false,
        };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(LedgerEntry))]
internal sealed partial class LedgerJson : JsonSerializerContext;

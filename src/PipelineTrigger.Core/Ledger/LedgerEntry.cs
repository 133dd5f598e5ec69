using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Ledger;

/// <summary>The state of a trigger in its entry.</summary>
internal static class LedgerState
{
    /// <summary>About to be sent, or sent by a process that has not recorded the outcome. In doubt once its owner is gone.</summary>
    public const string Intent = "intent";

    /// <summary>Sent, and it is unknown whether a run was created: in doubt.</summary>
    public const string Unknown = "unknown";

    /// <summary>Its run is known.</summary>
    public const string Settled = "settled";

    /// <summary>A line of the history: no run was created.</summary>
    public const string Absent = "absent";
}

/// <summary>
/// The record of one trigger. Times are UTC by the clock of the machine that wrote them. Of the request's values it holds only a salted
/// digest, and no secret.
/// </summary>
internal sealed record LedgerEntry
{
    /// <summary>The version of this format. A later one cannot be read.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>The version of the module that wrote it.</summary>
    public string? Module { get; init; } = LedgerOwner.ModuleVersion;

    /// <summary>The token of the claim that wrote it. An owner replaces only its own entries.</summary>
    public string? Owner { get; init; }

    /// <summary>How many times it has been written.</summary>
    public int Revision { get; init; }

    /// <summary>How long its key stands for its run, in days; null if unknown.</summary>
    public double? WindowDays { get; init; }

    /// <summary>One of the constants of <see cref="LedgerState"/>.</summary>
    public string State { get; init; } = "";

    /// <summary>The idempotency key; null for a trigger without one.</summary>
    public string? Key { get; init; }

    public string Vendor { get; init; } = "";

    public string BaseUri { get; init; } = "";

    public string? Connection { get; init; }

    /// <summary>What was triggered, to show to users; without values.</summary>
    public string? Target { get; init; }

    /// <summary>
    /// The vendor's own name for what was triggered, if its runs can be listed; see <see cref="Runs.TriggerSubject"/>.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>The vendor's id of the user who triggered, if runs are distinguished by user.</summary>
    public string? User { get; init; }

    public string? Salt { get; init; }

    public string? Digest { get; init; }

    /// <summary>The id that was sent with the trigger and identifies its run; null if none was sent.</summary>
    [JsonPropertyName("triggerId")]
    public string? CorrelationId { get; init; }

    public string? HostName { get; init; }

    public int ProcessId { get; init; }

    public DateTime ClaimedAt { get; init; }

    /// <summary>
    /// When the owner last confirmed its claim. Nothing was sent later than <see cref="Runs.TriggerAttempt.TrustedFor"/> after that.
    /// </summary>
    public DateTime CheckedAt { get; init; }

    /// <summary>
    /// UTC by the vendor's clock, from the dates of its answers: the trigger was not sent before this. Null if no answer had a date.
    /// </summary>
    public DateTime? SentFrom { get; init; }

    /// <summary>
    /// UTC by the vendor's clock: the trigger was not sent after this. Its distance from <see cref="SentFrom"/> is the uncertainty.
    /// </summary>
    public DateTime? SentUntil { get; init; }

    /// <summary>What the key stood for before it was triggered again. It is restored if that created no run.</summary>
    public LedgerEntry? Previous { get; init; }

    public string? RunId { get; init; }

    public string? Pipeline { get; init; }

    /// <summary>The run's last known status.</summary>
    public string? Status { get; init; }

    public string? VendorStatus { get; init; }

    public string? Message { get; init; }

    public string? Url { get; init; }

    public DateTime? CreatedAt { get; init; }

    public DateTime? SeenAt { get; init; }

    /// <summary>How the run became known, if it was not in the answer to the trigger.</summary>
    public string? Origin { get; init; }

    /// <summary>How many times its key was triggered again with an unknown outcome.</summary>
    [JsonIgnore]
    public int Depth => Previous is null ? 0 : 1 + Previous.Depth;

    [JsonIgnore]
    public bool IsInDoubt => State is LedgerState.Intent or LedgerState.Unknown;

    /// <summary>The entry with the current state of a run.</summary>
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

    /// <summary>The entry as a claim writes it over another one.</summary>
    public LedgerEntry By(string owner, LedgerEntry? replaced) =>
        this with
        {
            Owner = owner,
            Revision = (replaced?.Revision ?? 0) + 1,
            Module = LedgerOwner.ModuleVersion,
        };

    /// <summary>The last known state of the run.</summary>
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
    /// The entry in these bytes; null if they are not a readable entry. See <see cref="EntryText"/> for the reason.
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

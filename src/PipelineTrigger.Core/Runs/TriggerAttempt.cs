using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Runs;

/// <summary>One attempt to send a trigger: what is sent with it, and when it was sent.</summary>
/// <param name="id">Sent with the trigger if the vendor returns it with the run; null to send nothing.</param>
/// <param name="record">Confirms the trigger before it is sent, if more than <see cref="TrustedFor"/> has passed since it last did.</param>
/// <param name="confirmedAt">UTC. The moment before it was last confirmed; null: now.</param>
internal sealed class TriggerAttempt(string? id, TimeProvider time, ITriggerRecord? record = null, DateTime? confirmedAt = null)
{
    // A ledger that always takes longer than its answer is valid would be asked for ever.
    private const int MostConfirmations = 3;

    /// <summary>How long a confirmed claim is trusted, because the machine may sleep in between.</summary>
    public static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(5);

    private DateTime trustedSince = confirmedAt ?? time.GetUtcNow().UtcDateTime;

    public string? Id { get; } = id;

    /// <summary>UTC. When it may first have reached the vendor; null while nothing was sent.</summary>
    public DateTime? FirstSentAt { get; private set; }

    /// <summary>UTC. When it was last sent.</summary>
    public DateTime? LastSentAt { get; private set; }

    /// <summary>The monotonic timestamp of that.</summary>
    public long? LastSentStamp { get; private set; }

    /// <summary>Called immediately before each send.</summary>
    public async Task BeforeSendAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        for (var confirmations = 0; record is not null && (now - trustedSince).Duration() > TrustedFor; confirmations++)
        {
            if (confirmations == MostConfirmations)
            {
                throw new PipelineException(
                    PipelineErrorId.LedgerUnavailable,
                    $"The run ledger needs more than {TrustedFor.TotalSeconds:0} s to confirm the key each time. "
                        + "Nothing was sent. Try again later."
                )
                {
                    Absence = RunAbsence.Told,
                };
            }

            // The moment before, because the machine may have slept while the answer was in flight.
            trustedSince = now;
            await record.ConfirmAsync(cancellationToken).ConfigureAwait(false);
            now = time.GetUtcNow().UtcDateTime;
        }

        FirstSentAt ??= now;
        LastSentAt = now;
        LastSentStamp = time.GetTimestamp();
    }
}

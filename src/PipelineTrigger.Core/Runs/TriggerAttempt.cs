using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Runs;

/// <summary>What goes along with one trigger on its way out, and when it went.</summary>
/// <param name="id">Sent with the trigger where the vendor gives back what was sent; null to send nothing.</param>
/// <param name="record">Confirms the trigger before it is sent, if more than <see cref="TrustedFor"/> has passed since it last did.</param>
/// <param name="confirmedAt">UTC. The moment before it was last confirmed; null: now.</param>
internal sealed class TriggerAttempt(string? id, TimeProvider time, ITriggerRecord? record = null, DateTime? confirmedAt = null)
{
    // A ledger that each time takes longer than its word is good for would be asked for ever.
    private const int MostConfirmations = 3;

    /// <summary>How long a claim is taken for granted: a machine may have slept in between.</summary>
    public static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(5);

    private DateTime trustedSince = confirmedAt ?? time.GetUtcNow().UtcDateTime;

    public string? Id { get; } = id;

    /// <summary>UTC. When it may first have reached the vendor; null while nothing was sent.</summary>
    public DateTime? FirstSentAt { get; private set; }

    /// <summary>UTC. When it was last sent.</summary>
    public DateTime? LastSentAt { get; private set; }

    /// <summary>The monotonic timestamp of that.</summary>
    public long? LastSentStamp { get; private set; }

    /// <summary>Called right before each sending.</summary>
    public async Task BeforeSendAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        for (var confirmations = 0; record is not null && (now - trustedSince).Duration() > TrustedFor; confirmations++)
        {
            if (confirmations == MostConfirmations)
            {
                throw new PipelineException(
                    PipelineErrorId.LedgerUnavailable,
                    $"The run ledger needs more than {TrustedFor.TotalSeconds:0} s to tell whose the key is, each time it is asked. "
                        + "Nothing was sent. Try again later."
                )
                {
                    Absence = RunAbsence.Told,
                };
            }

            // The moment before: the machine may have slept while the answer was on its way.
            trustedSince = now;
            await record.ConfirmAsync(cancellationToken).ConfigureAwait(false);
            now = time.GetUtcNow().UtcDateTime;
        }

        FirstSentAt ??= now;
        LastSentAt = now;
        LastSentStamp = time.GetTimestamp();
    }
}

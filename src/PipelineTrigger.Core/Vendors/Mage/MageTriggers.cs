using System.Collections.Concurrent;
using System.Net.Http;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>
/// Looks at a trigger before it is used: a run of an inactive one stays queued for ever, or switches the trigger on with all its old runs.
/// An active one is trusted for a minute; an inactive one is looked at each time, so that it can be used as soon as it was activated.
/// </summary>
internal sealed class MageTriggers(VendorParts parts, MageAuthorization authorization) : IDisposable
{
    private static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<int, Renewable<MageSchedule>> known = new();
    private readonly ConcurrentDictionary<int, bool> warned = new();
    private readonly ConcurrentDictionary<int, long> hidden = new();

    /// <summary>The trigger, if it may be used; null if it could not be looked at and its own token lets it be used all the same.</summary>
    /// <exception cref="PipelineException">TriggerInactive, TriggerRejected, and what the read fails with: nothing was sent.</exception>
    public async Task<MageSchedule?> CheckAsync(MageTrigger trigger, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var schedule = await LookAsync(trigger, observer, cancellationToken).ConfigureAwait(false);
        if (schedule is null && warned.TryAdd(trigger.TriggerId, true))
        {
            observer.Warning(
                $"Whether Mage trigger {trigger.TriggerId} is active could not be looked up: this connection has no session that may read it. It is triggered by its token all the same; should it be inactive, Mage switches it on, and older queued runs of it start too."
            );
        }

        return schedule?.Status == "inactive"
            ? throw new PipelineException(
                PipelineErrorId.TriggerInactive,
                $"Mage trigger {trigger.TriggerId} ({parts.Redactor.Clean(schedule.Name, 100)}) is inactive: a run of it would never start. No run was created. Activate it on the Triggers page of pipeline {parts.Redactor.Clean(schedule.PipelineUuid, 100)} in Mage, then try again."
            )
            {
                Absence = RunAbsence.Told,
            }
            : schedule;
    }

    /// <summary>The trigger as it is; null if only its own token lets it be used.</summary>
    public async Task<MageSchedule?> LookAsync(MageTrigger trigger, IOperationObserver observer, CancellationToken cancellationToken)
    {
        if (
            trigger.Token is not null
            && hidden.TryGetValue(trigger.TriggerId, out var since)
            && parts.Time.GetElapsedTime(since) < TrustedFor
        )
        {
            return null;
        }

        try
        {
            return await known.GetOrAdd(trigger.TriggerId, NewEntry).GetAsync(null, observer, cancellationToken).ConfigureAwait(false);
        }
        catch (PipelineException e)
            when (trigger.Token is not null && e.ErrorId is PipelineErrorId.AuthenticationFailed or PipelineErrorId.AccessDenied)
        {
            hidden[trigger.TriggerId] = parts.Time.GetTimestamp();
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var entry in known.Values)
        {
            entry.Dispose();
        }
    }

    private Renewable<MageSchedule> NewEntry(int id) => new(parts.Time, async (observer, cancellationToken) =>
        {
            var answer = await parts
                .Sender.SendAsync(
                    new(HttpMethod.Get, $"/api/pipeline_schedules/{id}", authorization)
                    {
                        Explain = MageErrors.Explain,
                        Judge = MageErrors.JudgeRead,
                    },
                    observer,
                    cancellationToken
                )
                .ConfigureAwait(false);
            return MageErrors.Parse(answer) is { Error: null, PipelineSchedule: { Id: not null } schedule }
                ? (schedule, schedule.Status == "active" ? TrustedFor : TimeSpan.Zero)
                : throw MageErrors.Of(answer, $"trigger {id}", PipelineErrorId.TriggerRejected, authorization.HasSession, parts);
        });
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>
/// Lists the triggers, and checks a trigger before it is used: a run of an inactive trigger stays queued forever, or activates the trigger
/// with all its queued runs. An active trigger is not checked again for a minute; an inactive one is checked each time.
/// </summary>
internal sealed class MageTriggers(VendorParts parts, MageReads reads) : IDisposable
{
    private const int PageSize = 100;

    private static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<int, Renewable<MageSchedule>> known = new();
    private readonly ConcurrentDictionary<int, bool> warned = new();
    private readonly ConcurrentDictionary<int, long> hidden = new();

    /// <summary>The trigger, if it can be used; null if it cannot be read but has a token that allows its use.</summary>
    /// <exception cref="PipelineException">TriggerInactive, TriggerRejected, or the error of the read; nothing was sent.</exception>
    public async Task<MageSchedule?> CheckAsync(MageTrigger trigger, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var schedule = await GetAsync(trigger, observer, cancellationToken).ConfigureAwait(false);
        if (schedule is null && warned.TryAdd(trigger.TriggerId, true))
        {
            observer.Warning(
                $"This connection cannot read whether Mage trigger {trigger.TriggerId} is active. It is triggered by its token anyway. "
                    + "If it is inactive, Mage activates it, and its older queued runs start, too."
            );
        }

        return schedule?.Status == "inactive"
            ? throw new PipelineException(
                PipelineErrorId.TriggerInactive,
                $"Mage trigger {trigger.TriggerId} ({parts.Redactor.Clean(schedule.Name, 100)}) is inactive, so its run would never start. "
                    + "No run was created. Activate the trigger on the Triggers page of pipeline "
                    + $"{parts.Redactor.Clean(schedule.PipelineUuid, 100)} in Mage, then try again."
            )
            {
                Absence = RunAbsence.Told,
            }
            : schedule;
    }

    /// <summary>The trigger; null if it cannot be read but has a token that allows its use.</summary>
    public async Task<MageSchedule?> GetAsync(MageTrigger trigger, IOperationObserver observer, CancellationToken cancellationToken)
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

    /// <summary>All triggers, page by page.</summary>
    public async IAsyncEnumerable<PipelineDefinition> ListAsync(
        IOperationObserver observer,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var rows = new PagedRows<int>(PipelineVendor.Mage, "triggers");
        for (var offset = 0; ; offset += PageSize)
        {
            var answer = await reads
                .GetAsync($"/api/pipeline_schedules?_limit={PageSize}&_offset={offset}", observer, cancellationToken)
                .ConfigureAwait(false);
            if (MageErrors.Parse(answer) is not { Error: null, PipelineSchedules: { } page } envelope)
            {
                throw reads.Error(answer, "list of triggers");
            }

            foreach (var schedule in rows.Take(page, s => (s.Id is not null, s.Id.GetValueOrDefault())))
            {
                yield return new PipelineDefinition
                {
                    Vendor = PipelineVendor.Mage,
                    Name = parts.Redactor.Clean(schedule.Name, 200) ?? schedule.Id!.Value.ToString(CultureInfo.InvariantCulture),
                    TriggerId = schedule.Id,
                    Pipeline = parts.Redactor.Clean(schedule.PipelineUuid, 200),
                    State = parts.Redactor.Clean(schedule.Status, 60),
                    TriggerType = parts.Redactor.Clean(schedule.ScheduleType, 60),
                };
            }

            if (page.Count == 0 || envelope.Metadata?.Next == false || (envelope.Metadata?.Next is null && page.Count < PageSize))
            {
                yield break;
            }
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
            var answer = await reads.GetAsync($"/api/pipeline_schedules/{id}", observer, cancellationToken).ConfigureAwait(false);
            return MageErrors.Parse(answer) is { Error: null, PipelineSchedule: { Id: not null } schedule }
                ? (schedule, schedule.Status == "active" ? TrustedFor : TimeSpan.Zero)
                : throw reads.Error(answer, $"trigger {id}", PipelineErrorId.TriggerRejected);
        });
}

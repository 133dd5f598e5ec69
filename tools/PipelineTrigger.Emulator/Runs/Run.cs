using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Runs;

/// <summary>A run whose state follows from its plan, what was done to it, and the clock.</summary>
internal abstract class Run(Vendor vendor, Vocabulary words, string id, DateTimeOffset createdAt, Plan plan)
{
    private readonly Lock gate = new();
    private DateTimeOffset? queuedAt = createdAt;
    private DateTimeOffset? cancelledAt;
    private (string Word, string? Message, DateTimeOffset At)? forced;
    private Plan plan = plan;

    public Vendor Vendor { get; } = vendor;

    public string Id { get; } = id;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset HiddenUntil { get; init; }

    /// <summary>Made by an administrator, not by a trigger call.</summary>
    public bool IsForeign { get; init; }

    /// <summary>The request body that made this run.</summary>
    public ReadOnlyMemory<byte> Received { get; init; }

    /// <summary>Columns that answer something else than what the state says.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Columns { get; set; }

    public double CancelSeconds => plan.CancelSeconds;

    public abstract string Pipeline { get; }

    public RunState State(DateTimeOffset now)
    {
        lock (gate)
        {
            return StateCore(now);
        }
    }

    /// <summary>False when the run had already ended.</summary>
    public bool TryCancel(DateTimeOffset now, double afterSeconds)
    {
        lock (gate)
        {
            if (StateCore(now).IsFinal)
            {
                return false;
            }
            if (forced is not null)
            {
                forced = (words.Cancelled, null, now);
            }
            cancelledAt ??= now.AddSeconds(afterSeconds);
            return true;
        }
    }

    public void CancelAtOnce()
    {
        lock (gate)
        {
            cancelledAt = CreatedAt;
        }
    }

    /// <summary>A null word gives the run back to its plan.</summary>
    public void Force(string? word, string? message, DateTimeOffset now)
    {
        lock (gate)
        {
            forced = word is null ? null : (word, message, now);
        }
    }

    /// <summary>The run stays queued until <see cref="Release"/>.</summary>
    public void Hold()
    {
        lock (gate)
        {
            queuedAt = null;
        }
    }

    public void Release(DateTimeOffset now)
    {
        lock (gate)
        {
            queuedAt ??= now;
        }
    }

    /// <summary>Runs once more under the same id; one that never started just counts as done.</summary>
    public void Retry(DateTimeOffset now)
    {
        lock (gate)
        {
            var state = StateCore(now);
            if (!state.IsFinal)
            {
                return;
            }
            forced = null;
            cancelledAt = null;
            queuedAt = now;
            plan = state.StartedAt is null ? new Plan(RunningSeconds: 0) : plan with { QueuedSeconds = 0 };
        }
    }

    private RunState StateCore(DateTimeOffset now)
    {
        var startAt = queuedAt?.AddSeconds(plan.QueuedSeconds);
        var endAt = startAt?.AddSeconds(plan.RunningSeconds);
        if (forced is { } word)
        {
            var final = words.IsFinal(word.Word);
            DateTimeOffset? started = word.Word == words.Queued ? null : Earlier(startAt, word.At);
            return new(word.Word, final, started, final ? word.At : (DateTimeOffset?)null, word.At, word.Message);
        }
        if (cancelledAt <= now && !(endAt <= cancelledAt && cancelledAt != CreatedAt))
        {
            var started = startAt < cancelledAt ? startAt : null;
            return new(words.Cancelled, true, started, cancelledAt, cancelledAt.Value, null);
        }
        if (startAt is null || now < startAt)
        {
            return new(words.Queued, false, null, null, CreatedAt, null);
        }
        if (now < endAt)
        {
            return new(words.Running, false, startAt, null, startAt.Value, null);
        }
        var outcome = words.WordFor(plan.Outcome);
        var ended = words.IsFinal(outcome);
        return new(outcome, ended, startAt, ended ? endAt : null, endAt!.Value, plan.Message);
    }

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;
}

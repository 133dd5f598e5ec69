using System.Collections.Concurrent;

namespace PipelineTrigger.Emulator.Runs;

/// <summary>A vendor's runs, by id and in the order of their making.</summary>
internal sealed class RunStore<TRun>
    where TRun : Run
{
    private readonly ConcurrentDictionary<string, TRun> byId = new(StringComparer.Ordinal);
    private readonly List<TRun> inOrder = [];
    private readonly Lock gate = new();
    private DateTimeOffset lastHidden;

    /// <summary>The factory gets the run's number, counted from 1.</summary>
    public TRun Create(Func<int, TRun> factory)
    {
        lock (gate)
        {
            var run = factory(inOrder.Count + 1);
            inOrder.Add(run);
            byId[run.Id] = run;
            lastHidden = run.HiddenUntil > lastHidden ? run.HiddenUntil : lastHidden;
            return run;
        }
    }

    public TRun? Find(string id) => byId.GetValueOrDefault(id);

    public TRun? FindVisible(string id, DateTimeOffset now) => byId.TryGetValue(id, out var run) && run.HiddenUntil <= now ? run : null;

    public TRun[] All()
    {
        lock (gate)
        {
            return [.. inOrder];
        }
    }

    public IEnumerable<TRun> Visible(DateTimeOffset now) => All().Where(r => r.HiddenUntil <= now);

    /// <summary>One page of all visible runs, without looking at each of them.</summary>
    public (TRun[] Runs, int Total) Page(DateTimeOffset now, bool newestFirst, int offset, int limit)
    {
        lock (gate)
        {
            if (lastHidden <= now)
            {
                var count = Math.Clamp(inOrder.Count - offset, 0, limit);
                var page = inOrder.GetRange(
                    newestFirst ? inOrder.Count - Math.Min(offset, inOrder.Count) - count : Math.Min(offset, inOrder.Count),
                    count
                );
                if (newestFirst)
                {
                    page.Reverse();
                }
                return ([.. page], inOrder.Count);
            }
        }
        var visible = Visible(now).ToArray();
        var ordered = newestFirst ? visible.Reverse() : visible;
        return ([.. ordered.Skip(offset).Take(limit)], visible.Length);
    }
}

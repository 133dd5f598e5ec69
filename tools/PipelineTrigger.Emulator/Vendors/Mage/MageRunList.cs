using System.Globalization;
using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageRunList
{
    private const int DefaultLimit = 40;

    public static Answer Read(Call call)
    {
        var limit = MageQuery.Number(call, "_limit", DefaultLimit);
        var offset = MageQuery.Number(call, "_offset", 0);
        var newestFirst = !call.Query["order_by[]"].ToString().EndsWith(" asc", StringComparison.OrdinalIgnoreCase);
        var matches = Filters(call).ToArray();
        if (matches.Length == 0)
        {
            var (page, total) = call.Tenant.Mage.Runs.Page(call.Now, newestFirst, offset, limit);
            return Answer(call, page, total, offset);
        }
        var runs = call.Tenant.Mage.Runs.Visible(call.Now).Where(r => Array.TrueForAll(matches, m => m(r))).ToArray();
        if (newestFirst)
        {
            Array.Reverse(runs);
        }
        return Answer(call, [.. runs.Skip(offset).Take(limit)], runs.Length, offset);
    }

    private static Answer Answer(Call call, MageRun[] page, int total, int offset)
    {
        var basic = MageQuery.WantsBasicDetails(call);
        return MageQuery.Page<MageRun>("pipeline_runs", page, total, offset, (json, run) =>
        {
            if (basic)
            {
                json.WriteBasic(run, call.Now);
            }
            else
            {
                json.WriteListed(run, call.Now);
            }
        });
    }

    // All other keys are silently ignored, and so is a trigger that does not exist.
    private static IEnumerable<Predicate<MageRun>> Filters(Call call)
    {
        if (call.Path is [_, _, var text, _] && int.TryParse(text, out var id) && call.Tenant.Mage.Trigger(id) is not null)
        {
            yield return r => r.Trigger?.Id == id;
        }
        if (call.Stale > TimeSpan.Zero)
        {
            yield return r => r.CreatedAt <= call.Now - call.Stale;
        }
        if (call.Query.TryGetValue("status", out var status))
        {
            yield return r => r.State(call.Now).Word == status;
        }
        if (MageQuery.Values(call, "status[]") is { } statuses)
        {
            yield return r => statuses.Contains(r.State(call.Now).Word);
        }
        if (call.Query.TryGetValue("pipeline_uuid", out var pipeline))
        {
            yield return r => r.PipelineUuid == pipeline;
        }
        if (Timestamp(call, "start_timestamp") is { } start)
        {
            yield return r => r.CreatedAt >= start;
        }
        if (Timestamp(call, "end_timestamp") is { } end)
        {
            yield return r => r.CreatedAt <= end;
        }
    }

    private static DateTimeOffset? Timestamp(Call call, string key) =>
        double.TryParse(call.Query[key], CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;
}

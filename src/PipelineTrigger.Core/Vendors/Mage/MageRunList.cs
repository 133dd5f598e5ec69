using System.Text.Json;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Reads many runs at once from Mage's lists of runs.</summary>
internal sealed class MageRunList(MageReads reads, MageRunMapper mapper)
{
    private const int DetailedPageSize = 100;
    private const int BasicPageSize = 1000;

    private const string NewestFirst = "order_by[]=id%20desc&disable_retries_grouping=true";

    /// <inheritdoc cref="IBatchReader.ReadManyAsync"/>
    public async Task ReadManyAsync(
        IReadOnlyList<PipelineRun> known,
        Action<int, PipelineRun> seen,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var left = new SortedDictionary<int, List<int>>();
        for (var index = 0; index < known.Count; index++)
        {
            var id = MageId.Parse(known[index].RunId, "run");
            (left.TryGetValue(id, out var indexes) ? indexes : left[id] = []).Add(index);
        }

        var lowest = int.MaxValue;
        for (var offset = 0; left.Count > 0; offset += BasicPageSize)
        {
            var page = await ReadPageAsync(offset, observer, cancellationToken).ConfigureAwait(false);
            var before = lowest;
            lowest = Math.Min(lowest, page.Min(r => r.Id) ?? int.MaxValue);
            foreach (var row in page.Where(r => r.Id is not null))
            {
                if (left.TryGetValue(row.Id!.Value, out var indexes))
                {
                    left.Remove(row.Id.Value);

                    // A run that has ended has details that a page does not hold, so it is read individually.
                    if (!PipelineRunStatus.IsFinal(MageStatus.Of(row.Status)))
                    {
                        indexes.ForEach(index => seen(index, mapper.MapStatus(row, known[index])));
                    }
                }
            }

            // If the ids do not decrease, the server ignores the offset.
            if (page.Count < BasicPageSize || left.Count == 0 || lowest >= before || IsCheaperSingly(left, page))
            {
                return;
            }
        }
    }

    /// <inheritdoc cref="IRunFinder.ListRunsAsync"/>
    public async Task<RunListing> ListAsync(
        TriggerSubject subject,
        DateTime since,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var start = new DateTimeOffset(since, TimeSpan.Zero).ToUnixTimeSeconds();
        var pipeline = Uri.EscapeDataString(subject.Name);
        List<ListedRun> runs = [];
        var rows = new PagedRows<int>(PipelineVendor.Mage, "runs");
        for (var offset = 0; ; offset += DetailedPageSize)
        {
            // Only the full format has the variables.
            var answer = await reads
                .GetAsync(
                    $"/api/pipeline_runs?pipeline_uuid={pipeline}&start_timestamp={start}"
                        + $"&_limit={DetailedPageSize}&_offset={offset}&{NewestFirst}",
                    observer,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (MageErrors.Parse(answer) is not { Error: null, PipelineRuns: { } page } envelope)
            {
                throw reads.Error(answer, "list of runs");
            }

            runs.AddRange(
                rows.Take(page, r => (r.Id is not null, r.Id.GetValueOrDefault()))
                    .Select(r => new ListedRun(mapper.Map(r, new PipelineRun()), CorrelationId(r), MayBeOurs: true))
            );

            if (envelope.Metadata?.Next != true || page.Count == 0)
            {
                return new(
                    runs,
                    envelope.Metadata?.Next == false
                        && runs.Count >= envelope.Metadata.Count.GetValueOrDefault()
                        && page.All(r => r.Variables is { ValueKind: JsonValueKind.Object })
                );
            }
        }
    }

    // Reading all pages down to the oldest run would take more requests than reading the remaining runs individually.
    private static bool IsCheaperSingly(SortedDictionary<int, List<int>> left, IReadOnlyList<MageRun> page) =>
        left.Count <= ((page[page.Count - 1].Id ?? 0) - left.Keys.First()) / BasicPageSize;

    // Without the basic format, a page would be large and contain the tokens of the triggers.
    private async Task<IReadOnlyList<MageRun>> ReadPageAsync(int offset, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var answer = await reads
            .GetAsync(
                $"/api/pipeline_runs?_limit={BasicPageSize}&_offset={offset}&{NewestFirst}&_format=with_basic_details",
                observer,
                cancellationToken
            )
            .ConfigureAwait(false);
        return MageErrors.Parse(answer) is { Error: null, PipelineRuns: { } page } ? page : throw reads.Error(answer, "list of runs");
    }

    private static string? CorrelationId(MageRun run) => JsonAnswer.Text(JsonAnswer.Property(run.Variables, MageBodies.TriggerIdVariable));
}

using System.Globalization;
using System.Net.Http;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Mage's API as a server of release 0.9.79 answers it.</summary>
internal sealed class MageClient : IVendorClient, IBatchReader, IRunFinder
{
    private const int PageSize = 100;
    private const int RunsPerPage = 1000;

    private readonly VendorParts parts;
    private readonly MageAuthorization authorization;
    private readonly MageTriggers triggers;
    private readonly MageRunMapper mapper;

    public MageClient(VendorParts parts)
    {
        this.parts = parts;
        authorization = new(parts);
        triggers = new(parts, authorization);
        mapper = new(parts.BaseUri, parts.Redactor);
    }

    public PollPace Pace { get; } = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15), 1.5);

    public async Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        TriggerAttempt attempt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var trigger = (MageTrigger)request;
        parts.Redactor.Add(trigger.Token);
        var schedule = await triggers.CheckAsync(trigger, observer, cancellationToken).ConfigureAwait(false);

        var path = $"/api/pipeline_schedules/{trigger.TriggerId}/{(trigger.Token is null ? "pipeline_runs" : "api_trigger")}";
        var answer = await parts
            .Sender.SendAsync(
                new(
                    HttpMethod.Post,
                    path,
                    trigger.Token is null
                        ? authorization
                        : new FixedAuthorization(
                            parts.BaseUri,
                            new KeyValuePair<string, string>("Authorization", $"Bearer {trigger.Token.Reveal()}")
                        )
                )
                {
                    Kind = RequestKind.Trigger,
                    Body = MageBodies.Trigger(trigger.Variables, attempt.Id),
                    BeforeSend = attempt.BeforeSendAsync,
                    Explain = MageErrors.Explain,
                },
                observer,
                cancellationToken
            )
            .ConfigureAwait(false);

        return MageErrors.Parse(answer) is { Error: null, PipelineRun: { Id: not null } told } && answer.IsSuccess
            ? mapper.Map(
                told,
                new PipelineRun { Pipeline = parts.Redactor.Clean(schedule?.Name, 200), CreatedAt = parts.Time.UtcDateTime() }
            )
            : throw MageTriggerErrors.Of(answer, trigger, authorization.HasSession, parts);
    }

    public async Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var id = MageId.Check(known.RunId, "run");
        var answer = await GetAsync($"/api/pipeline_runs/{id}", observer, cancellationToken).ConfigureAwait(false);
        var told = MageErrors.Parse(answer);

        // The full format of a run whose trigger was deleted fails inside the server; the basic one does not.
        if (told?.Error is { Exception: not null } && MageErrors.JudgeRead(answer) != AnswerMeaning.NothingRan)
        {
            var basic = await GetAsync($"/api/pipeline_runs/{id}?_format=with_basic_details", observer, cancellationToken)
                .ConfigureAwait(false);
            if (MageErrors.Parse(basic) is { Error: null, PipelineRun: not null } found)
            {
                told = found;
            }
        }

        return told is { Error: null, PipelineRun: { Id: not null } run }
            ? mapper.Map(run, known)
            : throw MageErrors.Of(answer, $"run {id}", PipelineErrorId.RunNotFound, authorization.HasSession, parts);
    }

    public async Task ReadManyAsync(
        IReadOnlyList<PipelineRun> known,
        Action<int, PipelineRun> seen,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var left = new SortedDictionary<int, List<int>>();
        for (var place = 0; place < known.Count; place++)
        {
            var id = MageId.Check(known[place].RunId, "run");
            (left.TryGetValue(id, out var places) ? places : left[id] = []).Add(place);
        }

        var lowest = int.MaxValue;
        for (var offset = 0; left.Count > 0; offset += RunsPerPage)
        {
            var page = await ReadPageAsync(offset, observer, cancellationToken).ConfigureAwait(false);
            var before = lowest;
            lowest = Math.Min(lowest, page.Min(r => r.Id) ?? int.MaxValue);
            foreach (var told in page.Where(r => r.Id is not null))
            {
                if (left.TryGetValue(told.Id!.Value, out var places))
                {
                    left.Remove(told.Id.Value);

                    // Of a run that has ended there is more to be told than a page holds.
                    if (!PipelineRunStatus.IsFinal(MageStatus.Of(told.Status)))
                    {
                        places.ForEach(place => seen(place, mapper.MapStatus(told, known[place])));
                    }
                }
            }

            // A server that ignores the offset does not get any further. The pages down to the oldest run would cost more than to read what is left singly.
            if (
                page.Count < RunsPerPage
                || left.Count == 0
                || lowest >= before
                || left.Count <= ((page[page.Count - 1].Id ?? 0) - left.Keys.First()) / RunsPerPage
            )
            {
                return;
            }
        }
    }

    public async Task<PipelineRun> CancelAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var id = MageId.Check(known.RunId, "run");
        var answer = await parts
            .Sender.SendAsync(
                new(HttpMethod.Put, $"/api/pipeline_runs/{id}", authorization)
                {
                    Body = MageBodies.Cancel(),
                    Explain = MageErrors.Explain,
                    Judge = MageErrors.JudgeRead,
                },
                observer,
                cancellationToken
            )
            .ConfigureAwait(false);
        return MageErrors.Parse(answer) is { Error: null, PipelineRun: { Id: not null } run }
            ? mapper.Map(run, known)
            : throw MageErrors.Of(answer, $"run {id}", PipelineErrorId.RunNotFound, authorization.HasSession, parts);
    }

    public async IAsyncEnumerable<PipelineDefinition> ListAsync(
        IOperationObserver observer,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var rows = new PagedRows<int>(PipelineVendor.Mage, "triggers");
        for (var offset = 0; ; offset += PageSize)
        {
            var answer = await GetAsync($"/api/pipeline_schedules?_limit={PageSize}&_offset={offset}", observer, cancellationToken)
                .ConfigureAwait(false);
            if (MageErrors.Parse(answer) is not { Error: null, PipelineSchedules: { } page } told)
            {
                throw MageErrors.Of(answer, "list of triggers", PipelineErrorId.InvalidResponse, authorization.HasSession, parts);
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

            if (page.Count == 0 || told.Metadata?.Next == false || (told.Metadata?.Next is null && page.Count < PageSize))
            {
                yield break;
            }
        }
    }

    public async Task<ConnectionProof> TestAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        var list = await GetAsync("/api/pipeline_schedules?_limit=1", observer, cancellationToken).ConfigureAwait(false);
        if (MageErrors.Parse(list) is not { Error: null, PipelineSchedules: not null })
        {
            throw MageErrors.Of(list, "list of triggers", PipelineErrorId.InvalidResponse, authorization.HasSession, parts);
        }

        var status = JsonAnswer.TryRead(
            await GetAsync("/api/status", observer, cancellationToken).ConfigureAwait(false),
            MageJson.Default.MageStatusAnswer
        );
        var scheduler = parts.Redactor.Clean((status?.Status ?? (status?.Statuses is [var first, ..] ? first : null))?.SchedulerStatus, 60);
        return new(
            true,
            (
                authorization.HasSession
                    ? "The sign-in was accepted and may list triggers."
                    : "The server lists its triggers without a sign-in."
            )
                + (scheduler is null or "running" ? "" : $" Its scheduler says '{scheduler}': while it does not run, new runs stay queued.")
                + " Whether a run may be started was not proven."
        );
    }

    public async Task<TriggerSubject?> SubjectAsync(
        TriggerRequest request,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var trigger = (MageTrigger)request;
        return
            trigger.Variables.ContainsKey(MageBodies.TriggerIdVariable)
            || await triggers.LookAsync(trigger, observer, cancellationToken).ConfigureAwait(false)
                is not { PipelineUuid: { Length: > 0 } pipeline }
            ? null
            : new(pipeline, null);
    }

    public Task<string?> WorkspaceAsync(IOperationObserver observer, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public void Dispose()
    {
        authorization.Dispose();
        triggers.Dispose();
    }

    // Ids fall from page to page. Without the basic format a page would be large, and hold the triggers' tokens.
    private async Task<IReadOnlyList<MageRun>> ReadPageAsync(int offset, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var answer = await GetAsync(
                $"/api/pipeline_runs?_limit={RunsPerPage}&_offset={offset}&order_by[]=id%20desc&disable_retries_grouping=true&_format=with_basic_details",
                observer,
                cancellationToken
            )
            .ConfigureAwait(false);
        return MageErrors.Parse(answer) is { Error: null, PipelineRuns: { } page }
            ? page
            : throw MageErrors.Of(answer, "list of runs", PipelineErrorId.InvalidResponse, authorization.HasSession, parts);
    }

    // The full format, which alone holds the variables.
    public async Task<RunListing> ListRunsAsync(
        TriggerSubject subject,
        DateTime since,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var start = new DateTimeOffset(since, TimeSpan.Zero).ToUnixTimeSeconds();
        List<ListedRun> runs = [];
        var rows = new PagedRows<int>(PipelineVendor.Mage, "runs");
        for (var offset = 0; ; offset += PageSize)
        {
            var answer = await GetAsync(
                    $"/api/pipeline_runs?pipeline_uuid={Uri.EscapeDataString(subject.Name)}&start_timestamp={start}&_limit={PageSize}&_offset={offset}&order_by[]=id%20desc&disable_retries_grouping=true",
                    observer,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (MageErrors.Parse(answer) is not { Error: null, PipelineRuns: { } page } told)
            {
                throw MageErrors.Of(answer, "list of runs", PipelineErrorId.InvalidResponse, authorization.HasSession, parts);
            }

            runs.AddRange(
                rows.Take(page, r => (r.Id is not null, r.Id.GetValueOrDefault()))
                    .Select(r => new ListedRun(mapper.Map(r, new PipelineRun()), TriggerId(r), MayBeOurs: true))
            );

            if (told.Metadata?.Next != true || page.Count == 0)
            {
                return new(
                    runs,
                    told.Metadata?.Next == false
                        && runs.Count >= told.Metadata.Count.GetValueOrDefault()
                        && page.All(r => r.Variables is { ValueKind: JsonValueKind.Object })
                );
            }
        }
    }

    private static string? TriggerId(MageRun run) => JsonAnswer.Text(JsonAnswer.Property(run.Variables, MageBodies.TriggerIdVariable));

    private Task<VendorAnswer> GetAsync(string path, IOperationObserver observer, CancellationToken cancellationToken) =>
        parts.Sender.SendAsync(
            new(HttpMethod.Get, path, authorization) { Explain = MageErrors.Explain, Judge = MageErrors.JudgeRead },
            observer,
            cancellationToken
        );
}

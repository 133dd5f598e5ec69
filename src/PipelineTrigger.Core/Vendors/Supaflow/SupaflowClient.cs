using System.Globalization;
using System.Net.Http;
using System.Text.Json;
using System.Text.RegularExpressions;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>Supaflow's API: a sign-in, then PostgREST.</summary>
internal sealed class SupaflowClient : IVendorClient, IBatchReader, IRunFinder
{
    // A longer filter is answered with 414 (URI too long).
    private const int IdsPerRequest = 100;

    private const int RowsPerPage = 1000;

    private readonly VendorParts parts;
    private readonly SupaflowAuthorization authorization;
    private readonly SupaflowJobs jobs;
    private readonly SupaflowPipelines pipelines;

    public SupaflowClient(VendorParts parts)
    {
        this.parts = parts;
        authorization = new(parts);
        jobs = new(parts, authorization);
        pipelines = new(parts, authorization);
    }

    public PollPace Pace { get; } = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));

    public async Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        TriggerAttempt attempt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var trigger = (SupaflowTrigger)request;
        var id = await PipelineIdAsync(trigger, observer, cancellationToken).ConfigureAwait(false);
        var answer = await parts
            .Sender.SendAsync(
                new(HttpMethod.Post, "/rest/v1/rpc/create_pipeline_run_job", authorization)
                {
                    Kind = RequestKind.Trigger,
                    Body = JsonSerializer.SerializeToUtf8Bytes(
                        new TriggerBody(id, "pipeline_run", trigger.ResetTarget, trigger.FullResync),
                        SupaflowJson.Default.TriggerBody
                    ),
                    Explain = Postgrest.Explain,
                    Judge = Postgrest.Judge,
                    BeforeSend = attempt.BeforeSendAsync,
                },
                observer,
                cancellationToken
            )
            .ConfigureAwait(false);

        return answer.IsSuccess
            ? new PipelineRun
            {
                RunId = JobId(answer),
                Vendor = PipelineVendor.Supaflow,
                Pipeline = trigger.Pipeline,
                Status = PipelineRunStatus.Queued,
                VendorStatus = "queued",
                CreatedAt = parts.Time.UtcDateTime(),
            }
            : throw SupaflowErrors.Refused(answer, trigger, parts);
    }

    public async Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken) =>
        await jobs.SelectAsync($"id=eq.{CheckedId(known)}", null, observer, cancellationToken).ConfigureAwait(false) is [var job, ..]
            ? jobs.Map(job, known)
            : throw new PipelineException(
                PipelineErrorId.RunNotFound,
                $"Supaflow has no run {known.RunId} in this key's workspace. Check the run id and the connection."
            );

    public async Task ReadManyAsync(
        IReadOnlyList<PipelineRun> known,
        Action<int, PipelineRun> seen,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        for (var first = 0; first < known.Count; first += IdsPerRequest)
        {
            var indexes = Enumerable
                .Range(first, Math.Min(IdsPerRequest, known.Count - first))
                .Where(i => IsId(known[i].RunId))
                .ToLookup(i => known[i].RunId, StringComparer.OrdinalIgnoreCase);
            foreach (
                var job in await jobs.SelectAsync(
                        $"id=in.({string.Join(",", indexes.Select(p => p.Key))})",
                        null,
                        observer,
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )
            {
                foreach (var index in indexes[job.Id ?? ""])
                {
                    seen(index, jobs.Map(job, known[index]));
                }
            }
        }
    }

    public async Task<PipelineRun> CancelAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var changed = await jobs.SelectAsync(
                $"id=eq.{CheckedId(known)}&{SupaflowStatus.CancellableFilter}",
                JsonSerializer.SerializeToUtf8Bytes(new CancelBody(SupaflowStatus.Cancelled), SupaflowJson.Default.CancelBody),
                observer,
                cancellationToken
            )
            .ConfigureAwait(false);
        return changed is [var job, ..] ? jobs.Map(job, known) : await ReadAsync(known, observer, cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<PipelineDefinition> ListAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        pipelines.ListAsync(observer, cancellationToken);

    public async Task<ConnectionProof> TestAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        await pipelines.FirstAsync(observer, cancellationToken).ConfigureAwait(false);
        return new(true, "Supaflow accepted the key and listed pipelines. The test did not check whether runs can be started.");
    }

    public Task<string?> WorkspaceAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        authorization.WorkspaceAsync(observer, cancellationToken);

    public async Task<TriggerSubject?> SubjectAsync(
        TriggerRequest request,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) =>
        await authorization.UserIdAsync(observer, cancellationToken).ConfigureAwait(false) is { } user
            ? new(await PipelineIdAsync((SupaflowTrigger)request, observer, cancellationToken).ConfigureAwait(false), user)
            : null;

    public void Dispose()
    {
        authorization.Dispose();
        pipelines.Dispose();
    }

    public async Task<RunListing> ListRunsAsync(
        TriggerSubject subject,
        DateTime since,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var pipeline = Uri.EscapeDataString(subject.Name);
        var start = since.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var filter = $"reference_id=eq.{pipeline}&job_type=eq.pipeline_run&created_at=gte.{start}&order=created_at.asc,id.asc";
        List<ListedRun> runs = [];
        var rows = new PagedRows<string>(PipelineVendor.Supaflow, "jobs");
        var isComplete = true;
        for (var offset = 0; ; )
        {
            // The server may return fewer rows than requested, so only an empty page is the end.
            var page = await jobs.ListAsync($"{filter}&limit={RowsPerPage}&offset={offset}", observer, cancellationToken)
                .ConfigureAwait(false);
            if (page.Count == 0)
            {
                return new(runs, isComplete);
            }

            offset += page.Count;
            isComplete &= page.All(job => job.Id is not null);
            runs.AddRange(
                rows.Take(page, job => (job.Id is not null, job.Id ?? ""))
                    .Select(job => new ListedRun(
                        jobs.Map(job, new PipelineRun()),
                        null,
                        job.CreatedBy == subject.User && job.ScheduleExecutionId is null
                    ))
            );
        }
    }

    private async Task<string> PipelineIdAsync(SupaflowTrigger trigger, IOperationObserver observer, CancellationToken cancellationToken) =>
        trigger.IsId ? trigger.Pipeline : await pipelines.FindAsync(trigger.Pipeline, observer, cancellationToken).ConfigureAwait(false);

    // Job ids are UUIDs, but that is not documented. An id must be usable in a filter without escaping.
    private static string CheckedId(PipelineRun run) =>
        IsId(run.RunId)
            ? run.RunId
            : throw RunId.Invalid(
                PipelineVendor.Supaflow,
                run.RunId,
                "has up to 64 letters, digits, hyphens and underscores, such as e1b2c3d4-5678-90ab-cdef-1234567890ab"
            );

    private static bool IsId(string id) => Regex.IsMatch(id, "^[0-9A-Za-z_-]{1,64}$");

    private string JobId(VendorAnswer answer)
    {
        if (answer.Text.Trim() == "null")
        {
            throw new PipelineException(
                PipelineErrorId.OutOfCredits,
                "Supaflow did not create the run because the account is out of sync credits. Buy or wait for credits, then try again."
            )
            {
                Absence = RunAbsence.Told,
            };
        }

        return JsonAnswer.TryRead(answer, SupaflowJson.Default.String) is { Length: > 0 } id
            ? id
            : throw SenderErrors.OutcomeUnknown(
                $"Supaflow's answer to the trigger is not valid ({JsonAnswer.Describe(answer, parts.Redactor)})."
            );
    }
}

using System.Net.Http;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Mage's API, as of release 0.9.79.</summary>
internal sealed class MageClient : IVendorClient, IBatchReader, IRunFinder
{
    private readonly VendorParts parts;
    private readonly MageAuthorization authorization;
    private readonly MageReads reads;
    private readonly MageTriggers triggers;
    private readonly MageRunMapper mapper;
    private readonly MageRunList runs;

    public MageClient(VendorParts parts)
    {
        this.parts = parts;
        authorization = new(parts);
        reads = new(parts, authorization);
        triggers = new(parts, reads);
        mapper = new(parts.BaseUri, parts.Redactor);
        runs = new(reads, mapper);
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

        var action = trigger.Token is null ? "pipeline_runs" : "api_trigger";
        var answer = await parts
            .Sender.SendAsync(
                new(HttpMethod.Post, $"/api/pipeline_schedules/{trigger.TriggerId}/{action}", AuthorizationOf(trigger))
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

        return MageErrors.Parse(answer) is { Error: null, PipelineRun: { Id: not null } created } && answer.IsSuccess
            ? mapper.Map(
                created,
                new PipelineRun { Pipeline = parts.Redactor.Clean(schedule?.Name, 200), CreatedAt = parts.Time.UtcDateTime() }
            )
            : throw MageTriggerErrors.Of(answer, trigger, authorization.HasSession, parts);
    }

    public async Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var id = MageId.Parse(known.RunId, "run");
        var answer = await reads.GetAsync($"/api/pipeline_runs/{id}", observer, cancellationToken).ConfigureAwait(false);
        var envelope = MageErrors.Parse(answer);

        // If the trigger of a run was deleted, the server fails to return the full format but can return the basic one.
        if (envelope?.Error is { Exception: not null } && MageErrors.JudgeRead(answer) != AnswerMeaning.NothingRan)
        {
            var basic = await reads
                .GetAsync($"/api/pipeline_runs/{id}?_format=with_basic_details", observer, cancellationToken)
                .ConfigureAwait(false);
            if (MageErrors.Parse(basic) is { Error: null, PipelineRun: not null } found)
            {
                envelope = found;
            }
        }

        return envelope is { Error: null, PipelineRun: { Id: not null } run }
            ? mapper.Map(run, known)
            : throw reads.Error(answer, $"run {id}", PipelineErrorId.RunNotFound);
    }

    public Task ReadManyAsync(
        IReadOnlyList<PipelineRun> known,
        Action<int, PipelineRun> seen,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => runs.ReadManyAsync(known, seen, observer, cancellationToken);

    public async Task<PipelineRun> CancelAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var id = MageId.Parse(known.RunId, "run");
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
            : throw reads.Error(answer, $"run {id}", PipelineErrorId.RunNotFound);
    }

    public IAsyncEnumerable<PipelineDefinition> ListAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        triggers.ListAsync(observer, cancellationToken);

    public async Task<ConnectionProof> TestAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        var list = await reads.GetAsync("/api/pipeline_schedules?_limit=1", observer, cancellationToken).ConfigureAwait(false);
        if (MageErrors.Parse(list) is not { Error: null, PipelineSchedules: not null })
        {
            throw reads.Error(list, "list of triggers");
        }

        var status = JsonAnswer.TryRead(
            await reads.GetAsync("/api/status", observer, cancellationToken).ConfigureAwait(false),
            MageJson.Default.MageStatusAnswer
        );
        var scheduler = parts.Redactor.Clean((status?.Status ?? (status?.Statuses is [var first, ..] ? first : null))?.SchedulerStatus, 60);
        var access = authorization.HasSession
            ? "Mage accepted the sign-in and listed its triggers."
            : "Mage listed its triggers without a sign-in.";
        var warning = scheduler is null or "running" ? "" : $" Its scheduler is '{scheduler}': new runs stay queued until it runs.";
        return new(true, $"{access}{warning} The test did not check whether runs can be started.");
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
            || await triggers.GetAsync(trigger, observer, cancellationToken).ConfigureAwait(false)
                is not { PipelineUuid: { Length: > 0 } pipeline }
            ? null
            : new(pipeline, null);
    }

    public Task<RunListing> ListRunsAsync(
        TriggerSubject subject,
        DateTime since,
        IOperationObserver observer,
        CancellationToken cancellationToken
    ) => runs.ListAsync(subject, since, observer, cancellationToken);

    public Task<string?> WorkspaceAsync(IOperationObserver observer, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public void Dispose()
    {
        authorization.Dispose();
        triggers.Dispose();
    }

    private IAuthorization AuthorizationOf(MageTrigger trigger) =>
        trigger.Token is null
            ? authorization
            : new FixedAuthorization(parts.BaseUri, new KeyValuePair<string, string>("Authorization", $"Bearer {trigger.Token.Reveal()}"));
}

using System.Net.Http;
using System.Text.Json;
using System.Text.RegularExpressions;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Prophecy;

/// <summary>Prophecy's trigger API: https://docs.prophecy.ai, "Trigger Pipeline API".</summary>
internal sealed class ProphecyClient(VendorParts parts) : IVendorClient
{
    private const string TriggerPath = "/api/trigger/pipeline";

    // No run can have this id; the answer shows whether somebody is there who refuses the token.
    private const string NoRun = "pipelinetrigger-connection-test";

    private readonly FixedAuthorization authorization = new(
        parts.BaseUri,
        new KeyValuePair<string, string>("X-AUTH-TOKEN", parts.Credential!.Secret.Reveal())
    );

    public PollPace Pace { get; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), 1.5);

    public async Task<PipelineRun> TriggerAsync(
        TriggerRequest request,
        TriggerAttempt attempt,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var trigger = (ProphecyTrigger)request;
        var body = new TriggerBody(
            trigger.FabricId,
            trigger.PipelineName,
            trigger.ProjectId,
            trigger.Parameters,
            trigger.Branch,
            trigger.Version,
            trigger.ProcessName
        );
        var answer = await parts
            .Sender.SendAsync(
                new(HttpMethod.Post, TriggerPath, authorization)
                {
                    Kind = RequestKind.Trigger,
                    Body = JsonSerializer.SerializeToUtf8Bytes(body, ProphecyJson.Default.TriggerBody),
                    Explain = Explain,
                    BeforeSend = attempt.BeforeSendAsync,
                },
                observer,
                cancellationToken
            )
            .ConfigureAwait(false);

        var told = JsonAnswer.TryRead(answer, ProphecyJson.Default.TriggerAnswer);
        if (answer.IsSuccess && told is { Success: true, RunId.Length: > 0 })
        {
            return new PipelineRun
            {
                RunId = told.RunId,
                Vendor = PipelineVendor.Prophecy,
                Pipeline = trigger.PipelineName,
                Status = PipelineRunStatus.Running,
                CreatedAt = parts.Time.UtcDateTime(),
                Url = RunUrl(trigger.FabricId.ToString(System.Globalization.CultureInfo.InvariantCulture), trigger.ProjectId),
            };
        }

        // Only success:false, or a status that is a refusal, says that there is no run.
        throw told?.Success == false || (!answer.IsSuccess && told?.Success is null)
            ? Rejected(answer, told?.Msg)
            : SenderErrors.OutcomeUnknown(
                $"Prophecy's answer to the trigger neither names a run nor refuses one ({JsonAnswer.Describe(answer, parts.Redactor)})."
            );
    }

    public async Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var answer = await SendReadAsync(CheckedId(known.RunId), observer, cancellationToken).ConfigureAwait(false);
        var told = JsonAnswer.TryRead(answer, ProphecyJson.Default.StatusAnswer);
        if (told is null || (told.Success is null && told.RunStatus is null))
        {
            throw NotProphecy(answer);
        }

        if (told.Success == false || !answer.IsSuccess)
        {
            throw SaysNotFound(answer, told.Msg)
                ? new PipelineException(
                    PipelineErrorId.RunNotFound,
                    $"Prophecy knows no run '{SafeText.Clean(known.RunId, 100)}'.{SenderErrors.Said(told.Msg, parts.Redactor)} Check the run id and the connection."
                )
                : new PipelineException(
                    PipelineErrorId.InvalidResponse,
                    $"Prophecy could not tell the status of run '{SafeText.Clean(known.RunId, 100)}'.{SenderErrors.Said(told.Msg, parts.Redactor)}"
                )
                {
                    IsAboutRun = true,
                };
        }

        var run = known.Copy();
        run.Vendor = PipelineVendor.Prophecy;
        run.VendorStatus = parts.Redactor.Clean(told.RunStatus, 60);
        run.Status = ProphecyStatus.Of(told.RunStatus);
        run.Pipeline = parts.Redactor.Clean(told.PipelineName, 200) ?? known.Pipeline;
        run.Message = parts.Redactor.Clean(told.ErrorMessage);
        run.CreatedAt = VendorTime.Parse(told.CreatedAt) ?? known.CreatedAt;
        run.UpdatedAt = VendorTime.Parse(told.UpdatedAt);
        run.FinishedAt = run.IsFinished ? run.UpdatedAt : null;
        if (told is { FabricId: { } fabric, ProjectId: { } project })
        {
            run.Details["FabricId"] = parts.Redactor.Clean(fabric, 60) ?? "";
            run.Details["ProjectId"] = parts.Redactor.Clean(project, 60) ?? "";
            run.Url = RunUrl(fabric, project);
        }

        return run;
    }

    public Task<PipelineRun> CancelAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken) =>
        throw new PipelineException(
            PipelineErrorId.StopNotSupported,
            $"Prophecy's API has no way to cancel a run, so run '{SafeText.Clean(known.RunId, 100)}' goes on. Cancel it on its page{(known.Url is { } page ? $": {page}" : ".")}"
        );

    public IAsyncEnumerable<PipelineDefinition> ListAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        throw new PipelineException(
            PipelineErrorId.NotSupported,
            "Prophecy's API has no list of pipelines. Find the fabric's and the project's ids in the address of their pages."
        );

    public async Task<ConnectionProof> TestAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        var answer = await SendReadAsync(NoRun, observer, cancellationToken).ConfigureAwait(false);
        return JsonAnswer.TryRead(answer, ProphecyJson.Default.StatusAnswer) is { Success: not null }
            ? new(
                null,
                "Prophecy answers and did not refuse the token. It has no call that proves a token without starting a run, so whether the token may trigger was not proven."
            )
            : throw NotProphecy(answer);
    }

    public void Dispose() { }

    private Task<VendorAnswer> SendReadAsync(string runId, IOperationObserver observer, CancellationToken cancellationToken) =>
        parts.Sender.SendAsync(
            new(HttpMethod.Get, $"{TriggerPath}/{Uri.EscapeDataString(runId)}", authorization) { Explain = Explain },
            observer,
            cancellationToken
        );

    private static string CheckedId(string runId) =>
        SafeText.Clean(runId, 512) != runId || runId.All(c => c == '.') || runId.Any(char.IsWhiteSpace)
            ? throw TriggerFields.Invalid($"'{SafeText.Clean(runId, 60)}' cannot be a Prophecy run id.")
            : runId;

    private static string? Explain(VendorAnswer answer) =>
        JsonAnswer.TryRead(answer, ProphecyJson.Default.TriggerAnswer)?.Msg is { } message ? ScalaNoise.Strip(message) : null;

    private static bool SaysNotFound(VendorAnswer answer, string? message) =>
        answer.StatusCode == 404
        || (message is not null && Regex.IsMatch(message, "not found|not exist|no (such )?run|unknown run", RegexOptions.IgnoreCase));

    private string RunUrl(string fabricId, string projectId) =>
        EndpointUri
            .Below(
                parts.BaseUri,
                $"/metadata/ide/observation?observationTab=run-history&prFabricId={Uri.EscapeDataString(fabricId)}&prProjectId={Uri.EscapeDataString(projectId)}"
            )
            .AbsoluteUri;

    private PipelineException Rejected(VendorAnswer answer, string? message)
    {
        var readable = message is null ? null : parts.Redactor.Clean(ScalaNoise.Strip(message));
        var raw = parts.Redactor.Clean(message);
        var reason =
            readable is null ? $"no reason given ({JsonAnswer.Describe(answer, parts.Redactor)})"
            : readable == raw ? readable
            : $"{readable} (in full: {raw})";
        return new(
            PipelineErrorId.TriggerRejected,
            $"Prophecy refused the trigger: {reason}. No run was created. Check the fabric, the project (it must be deployed) and the pipeline's name."
        )
        {
            Absence = RunAbsence.Told,
        };
    }

    private PipelineException NotProphecy(VendorAnswer answer) =>
        new(
            PipelineErrorId.InvalidResponse,
            $"{parts.BaseUri} did not answer as Prophecy does ({JsonAnswer.Describe(answer, parts.Redactor)}). Check the connection's -BaseUri."
        );
}

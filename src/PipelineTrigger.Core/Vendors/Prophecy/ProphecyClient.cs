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

    // No run has this id; the answer shows whether Prophecy rejects the token.
    private const string MissingRun = "pipelinetrigger-connection-test";

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

        var reply = JsonAnswer.TryRead(answer, ProphecyJson.Default.TriggerAnswer);
        if (answer.IsSuccess && reply is { Success: true, RunId.Length: > 0 })
        {
            return new PipelineRun
            {
                RunId = reply.RunId,
                Vendor = PipelineVendor.Prophecy,
                Pipeline = trigger.PipelineName,
                Status = PipelineRunStatus.Running,
                CreatedAt = parts.Time.UtcDateTime(),
                Url = RunUrl(trigger.FabricId.ToString(System.Globalization.CultureInfo.InvariantCulture), trigger.ProjectId),
            };
        }

        // Only success:false or a refusing HTTP status means that no run was created.
        throw reply?.Success == false || (!answer.IsSuccess && reply?.Success is null)
            ? Rejected(answer, reply?.Msg)
            : SenderErrors.OutcomeUnknown(
                $"Prophecy's answer to the trigger neither names a run nor refuses it ({JsonAnswer.Describe(answer, parts.Redactor)})."
            );
    }

    public async Task<PipelineRun> ReadAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var answer = await SendReadAsync(CheckedId(known.RunId), observer, cancellationToken).ConfigureAwait(false);
        var reply = JsonAnswer.TryRead(answer, ProphecyJson.Default.StatusAnswer);
        if (reply is null || (reply.Success is null && reply.RunStatus is null))
        {
            throw NotProphecy(answer);
        }

        if (reply.Success == false || !answer.IsSuccess)
        {
            throw SaysNotFound(answer, reply.Msg)
                ? new PipelineException(
                    PipelineErrorId.RunNotFound,
                    $"Prophecy has no run '{SafeText.Clean(known.RunId, 100)}'.{SenderErrors.Said(reply.Msg, parts.Redactor)} "
                        + "Check the run id and the connection."
                )
                : new PipelineException(
                    PipelineErrorId.InvalidResponse,
                    $"Prophecy could not return the status of run '{SafeText.Clean(known.RunId, 100)}'."
                        + SenderErrors.Said(reply.Msg, parts.Redactor)
                )
                {
                    IsAboutRun = true,
                };
        }

        var run = known.Copy();
        run.Vendor = PipelineVendor.Prophecy;
        run.VendorStatus = parts.Redactor.Clean(reply.RunStatus, 60);
        run.Status = ProphecyStatus.Of(reply.RunStatus);
        run.Pipeline = parts.Redactor.Clean(reply.PipelineName, 200) ?? known.Pipeline;
        run.Message = parts.Redactor.Clean(reply.ErrorMessage);
        run.CreatedAt = VendorTime.Parse(reply.CreatedAt) ?? known.CreatedAt;
        run.UpdatedAt = VendorTime.Parse(reply.UpdatedAt);
        run.FinishedAt = run.IsFinished ? run.UpdatedAt : null;
        if (reply is { FabricId: { } fabric, ProjectId: { } project })
        {
            run.Details["FabricId"] = parts.Redactor.Clean(fabric, 60) ?? "";
            run.Details["ProjectId"] = parts.Redactor.Clean(project, 60) ?? "";
            run.Url = RunUrl(fabric, project);
        }

        return run;
    }

    public Task<PipelineRun> CancelAsync(PipelineRun known, IOperationObserver observer, CancellationToken cancellationToken)
    {
        var page = known.Url is null ? "." : $": {known.Url}";
        throw new PipelineException(
            PipelineErrorId.StopNotSupported,
            $"Prophecy's API has no way to cancel a run, so run '{SafeText.Clean(known.RunId, 100)}' continues. Cancel it on its page{page}"
        );
    }

    public IAsyncEnumerable<PipelineDefinition> ListAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        throw new PipelineException(
            PipelineErrorId.NotSupported,
            "Prophecy's API cannot list pipelines. Copy the ids of the fabric and the project from the addresses of their pages."
        );

    public async Task<ConnectionProof> TestAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        var answer = await SendReadAsync(MissingRun, observer, cancellationToken).ConfigureAwait(false);
        return JsonAnswer.TryRead(answer, ProphecyJson.Default.StatusAnswer) is { Success: not null }
            ? new(
                null,
                "Prophecy answered and did not reject the token. It cannot verify a token without starting a run, "
                    + "so the test did not check whether runs can be started."
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

    // A path of dots alone would be resolved to another path.
    private static string CheckedId(string runId) =>
        RunId.IsUsable(runId) && runId.Any(c => c != '.') && !runId.Any(char.IsWhiteSpace)
            ? runId
            : throw RunId.Invalid(PipelineVendor.Prophecy, runId, "must be printable text without spaces");

    private static string? Explain(VendorAnswer answer) =>
        JsonAnswer.TryRead(answer, ProphecyJson.Default.TriggerAnswer)?.Msg is { } message ? ScalaNoise.Strip(message) : null;

    private static bool SaysNotFound(VendorAnswer answer, string? message) =>
        answer.StatusCode == 404
        || (message is not null && Regex.IsMatch(message, "not found|not exist|no (such )?run|unknown run", RegexOptions.IgnoreCase));

    private string RunUrl(string fabricId, string projectId) =>
        EndpointUri
            .Below(
                parts.BaseUri,
                "/metadata/ide/observation?observationTab=run-history"
                    + $"&prFabricId={Uri.EscapeDataString(fabricId)}&prProjectId={Uri.EscapeDataString(projectId)}"
            )
            .AbsoluteUri;

    private PipelineException Rejected(VendorAnswer answer, string? message)
    {
        var readable = message is null ? null : parts.Redactor.Clean(ScalaNoise.Strip(message));
        var raw = parts.Redactor.Clean(message);
        var reason =
            readable is null ? $"it gave no reason ({JsonAnswer.Describe(answer, parts.Redactor)})"
            : readable == raw ? readable
            : $"{readable} (in full: {raw})";
        return new(
            PipelineErrorId.TriggerRejected,
            $"Prophecy refused the trigger: {reason}. No run was created. "
                + "Check the fabric, the project (which must be deployed) and the pipeline's name."
        )
        {
            Absence = RunAbsence.Told,
        };
    }

    private PipelineException NotProphecy(VendorAnswer answer) =>
        new(
            PipelineErrorId.InvalidResponse,
            $"{parts.BaseUri} did not answer as Prophecy does ({JsonAnswer.Describe(answer, parts.Redactor)}). "
                + "Check the connection's -BaseUri."
        );
}

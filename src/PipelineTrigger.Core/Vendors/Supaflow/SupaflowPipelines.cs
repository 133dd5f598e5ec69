using System.Collections.Concurrent;
using System.Net.Http;
using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>Lists the workspace's pipelines, and finds them by API name.</summary>
internal sealed class SupaflowPipelines(VendorParts parts, IAuthorization authorization) : IDisposable
{
    private const string Table = "/rest/v1/pipelines_and_datasources?select=pipeline_id,pipeline_name,pipeline_api_name";

    // Supabase returns at most this many rows.
    private const int PageSize = 1000;

    private static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Renewable<string>> ids = new(StringComparer.Ordinal);

    public async IAsyncEnumerable<PipelineDefinition> ListAsync(
        IOperationObserver observer,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var rows = new PagedRows<string>(PipelineVendor.Supaflow, "pipelines");
        for (var offset = 0; ; offset += PageSize)
        {
            var page = await SelectAsync($"&order=pipeline_id.asc&limit={PageSize}&offset={offset}", observer, cancellationToken)
                .ConfigureAwait(false);
            foreach (var pipeline in rows.Take(page, p => (p.PipelineId is not null, p.PipelineId ?? "")))
            {
                yield return new PipelineDefinition
                {
                    Vendor = PipelineVendor.Supaflow,
                    Name = parts.Redactor.Clean(pipeline.PipelineName ?? pipeline.PipelineApiName, 200) ?? pipeline.PipelineId!,
                    PipelineId = pipeline.PipelineId,
                    Pipeline = parts.Redactor.Clean(pipeline.PipelineApiName, 200),
                };
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }

    /// <summary>The UUID of the pipeline with this API name, cached for a minute.</summary>
    /// <exception cref="PipelineException">TriggerRejected: no pipeline or more than one has this name.</exception>
    public Task<string> FindAsync(string apiName, IOperationObserver observer, CancellationToken cancellationToken) =>
        ids.GetOrAdd(apiName, name => new(parts.Time, (o, c) => LookUpAsync(name, o, c))).GetAsync(null, observer, cancellationToken);

    public Task<IReadOnlyList<SupaflowPipeline>> FirstAsync(IOperationObserver observer, CancellationToken cancellationToken) =>
        SelectAsync("&limit=1", observer, cancellationToken);

    public void Dispose()
    {
        foreach (var entry in ids.Values)
        {
            entry.Dispose();
        }
    }

    private async Task<(string Value, TimeSpan Lifetime)> LookUpAsync(
        string apiName,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var found = await SelectAsync($"&pipeline_api_name=eq.{Uri.EscapeDataString(apiName)}&limit=2", observer, cancellationToken)
            .ConfigureAwait(false);
        if (found is [{ PipelineId: { Length: > 0 } id }])
        {
            return (id, TrustedFor);
        }

        var count = found.Count == 0 ? "no pipeline" : "more than one pipeline";
        throw new PipelineException(
            PipelineErrorId.TriggerRejected,
            $"The workspace has {count} with the API name '{SafeText.Clean(apiName, 100)}'. No run was created. "
                + "To list the names and ids, use Get-Pipeline."
        );
    }

    private async Task<IReadOnlyList<SupaflowPipeline>> SelectAsync(
        string filter,
        IOperationObserver observer,
        CancellationToken cancellationToken
    )
    {
        var answer = await parts
            .Sender.SendAsync(
                new(HttpMethod.Get, Table + filter, authorization) { Explain = Postgrest.Explain },
                observer,
                cancellationToken
            )
            .ConfigureAwait(false);
        return SupaflowErrors.Rows(answer, SupaflowJson.Default.Pipelines, "pipelines", parts);
    }
}

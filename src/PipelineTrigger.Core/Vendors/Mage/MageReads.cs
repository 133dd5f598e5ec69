using System.Net.Http;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Sends reads to Mage, and turns their failures into errors.</summary>
internal sealed class MageReads(VendorParts parts, MageAuthorization authorization)
{
    public Task<VendorAnswer> GetAsync(string path, IOperationObserver observer, CancellationToken cancellationToken) =>
        parts.Sender.SendAsync(
            new(HttpMethod.Get, path, authorization) { Explain = MageErrors.Explain, Judge = MageErrors.JudgeRead },
            observer,
            cancellationToken
        );

    /// <inheritdoc cref="MageErrors.Of"/>
    public PipelineException Error(VendorAnswer answer, string what, string notFound = PipelineErrorId.InvalidResponse) =>
        MageErrors.Of(answer, what, notFound, authorization.HasSession, parts);
}

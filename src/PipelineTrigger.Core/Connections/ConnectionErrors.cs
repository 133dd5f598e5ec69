using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Core.Connections;

/// <summary>Errors when it is unclear which connection to use.</summary>
internal static class ConnectionErrors
{
    /// <summary>ConnectionNotFound.</summary>
    /// <param name="what">What happened, as a sentence.</param>
    /// <param name="candidates">The connections to choose from.</param>
    public static PipelineException NotFound(string what, IReadOnlyList<PipelineConnection> candidates)
    {
        var variables = string.Join(", ", VendorCatalog.All.Select(v => v.TokenVariable).OfType<string>());
        return new(
            PipelineErrorId.ConnectionNotFound,
            candidates.Count == 0
                ? $"{what} Create one with Connect-PipelineService, or set a vendor's environment variables ({variables})."
                : $"{what} Specify one with -Connection: {string.Join(", ", candidates.Select(Shown))}."
        );
    }

    public static string SeveralFromEnvironment(IEnumerable<PipelineConnection> connections) =>
        $"More than one vendor's environment variables are set ({string.Join(", ", connections.Select(c => c.TokenEnvironmentVariable))}).";

    public static string SeveralLeadTo(PipelineRun run)
    {
        var named = run.Connection is { } name
            ? $"connection '{SafeText.Clean(name, 100)}', which does not lead to its address here"
            : "no connection";
        return $"Run {SafeText.Clean(run.RunId, 100)} names {named}, and more than one leads there.";
    }

    public static string NoneLeadsTo(PipelineRun run)
    {
        var vendor = SafeText.Clean(run.Vendor, 60) ?? "an unnamed vendor";
        var address = SafeText.Clean(run.BaseUri, 200) ?? "an unnamed address";
        return $"Run {SafeText.Clean(run.RunId, 100)} is of {vendor} at {address}, and no connection leads there.";
    }

    private static string Shown(PipelineConnection connection) =>
        $"{connection.Name} ({connection.Vendor}{(connection.Scope == "CurrentUser" ? ", saved" : "")})";
}

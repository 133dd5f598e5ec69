using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Prophecy;

/// <summary>Prophecy: an access token; its API can trigger a run and read a run's status.</summary>
internal sealed class ProphecyVendor : VendorDescriptor
{
    public override string Name => PipelineVendor.Prophecy;

    public override Uri DefaultBaseUri { get; } = new("https://app.prophecy.io");

    public override string TokenVariable => "PROPHECY_PAT";

    public override string BaseUriVariable => "PROPHECY_URL";

    public override IReadOnlyList<string> Fields { get; } =
    ["FabricId", "ProjectId", "PipelineName", "Parameters", "Branch", "Version", "ProcessName"];

    protected override void CheckKind(Credential? credential)
    {
        if (credential is null)
        {
            throw TriggerFields.Invalid(
                "Prophecy requires an access token. Connect with -SecretName, -Token or -TokenEnvironmentVariable."
            );
        }
    }

    public override TriggerRequest ParseTrigger(TriggerFields fields) =>
        new ProphecyTrigger(
            fields.RequiredInteger("FabricId"),
            fields.RequiredText("ProjectId"),
            fields.RequiredText("PipelineName"),
            fields.Map("Parameters")?.Where(p => p.Value is not null).ToDictionary(p => p.Key, p => Text(p.Value!), StringComparer.Ordinal),
            fields.Text("Branch"),
            fields.Text("Version"),
            fields.Text("ProcessName")
        );

    public override IVendorClient CreateClient(VendorParts parts) => new ProphecyClient(parts);

    private static string Text(object value) =>
        value is IReadOnlyDictionary<string, object?> or IReadOnlyList<object?> ? JsonPlain.Text(value) : PlainText.Of(value);
}

/// <summary>A request to run a deployed pipeline.</summary>
/// <param name="FabricId">The fabric.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="PipelineName">The pipeline.</param>
/// <param name="Parameters">The pipeline's parameters, by name.</param>
/// <param name="Branch">The branch; null for the deployed one.</param>
/// <param name="Version">The version; null for the deployed one.</param>
/// <param name="ProcessName">The gem to stop after; null to run the whole pipeline.</param>
internal sealed record ProphecyTrigger(
    long FabricId,
    string ProjectId,
    string PipelineName,
    IReadOnlyDictionary<string, string>? Parameters,
    string? Branch,
    string? Version,
    string? ProcessName
) : TriggerRequest($"Prophecy pipeline {PipelineName} of project {ProjectId} on fabric {FabricId}")
{
    public override IReadOnlyDictionary<string, object?> Values =>
        new Dictionary<string, object?>
        {
            [nameof(FabricId)] = FabricId,
            [nameof(ProjectId)] = ProjectId,
            [nameof(PipelineName)] = PipelineName,
            [nameof(Parameters)] = Parameters?.ToDictionary(p => p.Key, p => (object?)p.Value, StringComparer.Ordinal),
            [nameof(Branch)] = Branch,
            [nameof(Version)] = Version,
            [nameof(ProcessName)] = ProcessName,
        };
}

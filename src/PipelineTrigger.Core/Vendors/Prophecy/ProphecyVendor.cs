using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Prophecy;

/// <summary>Prophecy: one token, a trigger and a status, and no more.</summary>
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
            throw TriggerFields.Invalid("Prophecy needs an access token: connect with -SecretName, -Token or -TokenEnvironmentVariable.");
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

/// <summary>A trigger of a deployed pipeline.</summary>
/// <param name="ProcessName">The gem to stop after; null: the whole pipeline.</param>
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

using System.Text.RegularExpressions;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>Supaflow: an organization's API key, with pipelines by UUID or API name.</summary>
internal sealed class SupaflowVendor : VendorDescriptor
{
    private const string KeyPrefix = "ak_";

    // Five groups of letters and digits are meant as a UUID, whether valid or not.
    private const string MeantAsUuid = @"^\{?[0-9A-Za-z]+(-[0-9A-Za-z]+){4}\}?$";

    public override string Name => PipelineVendor.Supaflow;

    public override Uri DefaultBaseUri { get; } = new("https://app.supa-flow.io");

    public override string TokenVariable => "SUPAFLOW_API_KEY";

    public override string BaseUriVariable => "SUPAFLOW_APP_URL";

    public override IReadOnlyList<string> Fields { get; } = ["PipelineId", "FullResync", "ResetTarget"];

    protected override void CheckKind(Credential? credential)
    {
        if (credential?.Secret.StartsWith(KeyPrefix) != true)
        {
            throw TriggerFields.Invalid(
                "Supaflow requires an API key that starts with 'ak_' (Settings > API Keys); legacy keys do not work. "
                    + "Connect with -SecretName, -Token or -TokenEnvironmentVariable."
            );
        }
    }

    public override TriggerRequest ParseTrigger(TriggerFields fields)
    {
        var pipeline = fields.RequiredText("PipelineId").Trim();
        var isId = Guid.TryParse(pipeline, out var id);
        if (!isId && (Regex.IsMatch(pipeline, MeantAsUuid) || pipeline.Any(char.IsControl)))
        {
            throw TriggerFields.Invalid(
                $"PipelineId '{SafeText.Clean(pipeline, 60)}' is a malformed UUID. Use the UUID from the pipeline's page, or its API name. "
                    + "To list both, use Get-Pipeline."
            );
        }

        var trigger = new SupaflowTrigger(
            isId ? id.ToString("D") : pipeline,
            isId,
            fields.Switch("FullResync"),
            fields.Switch("ResetTarget")
        );
        return trigger is { ResetTarget: true, FullResync: false }
            ? throw TriggerFields.Invalid(
                "ResetTarget requires FullResync, because it drops the destination's tables and only a full resync fills them again."
            )
            : trigger;
    }

    public override IVendorClient CreateClient(VendorParts parts) => new SupaflowClient(parts);
}

/// <summary>A request to run a pipeline.</summary>
/// <param name="Pipeline">The pipeline's UUID or API name.</param>
/// <param name="IsId">Whether <paramref name="Pipeline"/> is a UUID.</param>
/// <param name="FullResync">Whether to read all source data again.</param>
/// <param name="ResetTarget">Whether to drop the destination's tables first.</param>
internal sealed record SupaflowTrigger(string Pipeline, bool IsId, bool FullResync, bool ResetTarget)
    : TriggerRequest($"Supaflow pipeline {Pipeline}")
{
    public override IReadOnlyDictionary<string, object?> Values =>
        new Dictionary<string, object?>
        {
            [nameof(Pipeline)] = Pipeline,
            [nameof(FullResync)] = FullResync,
            [nameof(ResetTarget)] = ResetTarget,
        };

    public override string? Destroys =>
        this switch
        {
            { ResetTarget: true } => $"Pipeline {Pipeline}: the destination's tables are dropped and rebuilt from all source data.",
            { FullResync: true } => $"Pipeline {Pipeline}: its cursors are reset and all source data is read again.",
            _ => null,
        };
}

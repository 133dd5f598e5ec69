using System.Text.RegularExpressions;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>Supaflow: an organisation's API key, pipelines by UUID or API name.</summary>
internal sealed class SupaflowVendor : VendorDescriptor
{
    private const string KeyPrefix = "ak_";

    // Five groups of letters and digits are meant as a UUID, right or wrong.
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
                "Supaflow needs an API key that starts with 'ak_' (Settings > API Keys; a legacy key is none). Connect with -SecretName, -Token or -TokenEnvironmentVariable."
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
                $"PipelineId '{SafeText.Clean(pipeline, 60)}' is a malformed UUID. Give the 8-4-4-4-12 digits of the pipeline's page, or its API name; Get-Pipeline lists both."
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
                "ResetTarget is allowed only together with FullResync: it drops the destination's tables, and only a full resync fills them again."
            )
            : trigger;
    }

    public override IVendorClient CreateClient(VendorParts parts) => new SupaflowClient(parts);
}

/// <summary>A trigger of a pipeline.</summary>
/// <param name="Pipeline">Its UUID, or its API name.</param>
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
            { ResetTarget: true } => $"Pipeline {Pipeline}: the destination's tables are dropped and built anew from all source data.",
            { FullResync: true } => $"Pipeline {Pipeline}: its cursors are reset and all source data is read again.",
            _ => null,
        };
}

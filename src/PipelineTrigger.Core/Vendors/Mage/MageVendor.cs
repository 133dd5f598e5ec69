using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Mage: self-hosted, with triggers by number.</summary>
internal sealed class MageVendor : VendorDescriptor
{
    public override string Name => PipelineVendor.Mage;

    public override IReadOnlyList<string> Fields { get; } = ["TriggerId", "Variables", "TriggerToken"];

    // With a user name, the secret is a password, which is sent in a body.
    protected override bool IsToken(Credential credential) => credential.UserName is null;

    protected override void CheckKind(Credential? credential)
    {
        if (credential?.Secret.Is(MageAuthorization.PublicApiKey) == true)
        {
            throw TriggerFields.Invalid(
                "This is Mage's public API key, which is the same in every installation and is not a sign-in. "
                    + "Connect with -Credential (e-mail and password) or with a session token. "
                    + "If authentication is disabled on the server, connect without a credential."
            );
        }
    }

    public override TriggerRequest ParseTrigger(TriggerFields fields)
    {
        var id = MageId.Parse(fields.RequiredText("TriggerId"), "trigger");
        return new MageTrigger(id, fields.Map("Variables") ?? new Dictionary<string, object?>(), fields.Secret("TriggerToken"));
    }

    public override IVendorClient CreateClient(VendorParts parts) => new MageClient(parts);
}

/// <summary>A request to run a trigger.</summary>
/// <param name="TriggerId">The trigger's number.</param>
/// <param name="Variables">JSON values by name.</param>
/// <param name="Token">The trigger's token; null to trigger through the session.</param>
internal sealed record MageTrigger(int TriggerId, IReadOnlyDictionary<string, object?> Variables, Secret? Token)
    : TriggerRequest($"Mage trigger {TriggerId}")
{
    public override IReadOnlyDictionary<string, object?> Values =>
        new Dictionary<string, object?> { [nameof(TriggerId)] = TriggerId, [nameof(Variables)] = Variables };

    /// <summary>The target; never the token.</summary>
    public override string ToString() => Target;
}

using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Mage;

/// <summary>Mage: an installation of one's own; triggers by number.</summary>
internal sealed class MageVendor : VendorDescriptor
{
    public override string Name => PipelineVendor.Mage;

    public override IReadOnlyList<string> Fields { get; } = ["TriggerId", "Variables", "TriggerToken"];

    // With a user name it is a password, which goes in a body.
    protected override bool IsToken(Credential credential) => credential.UserName is null;

    protected override void CheckKind(Credential? credential)
    {
        if (credential?.Secret.Is(MageAuthorization.PublicApiKey) == true)
        {
            throw TriggerFields.Invalid(
                "This is Mage's public API key: it is the same in every installation, is sent by itself, and signs nobody in. Connect with -Credential (e-mail and password) or with a session token; without a credential if the server has authentication switched off."
            );
        }
    }

    public override TriggerRequest ParseTrigger(TriggerFields fields)
    {
        var id = MageId.Check(fields.RequiredText("TriggerId"), "trigger");
        return new MageTrigger(id, fields.Map("Variables") ?? new Dictionary<string, object?>(), fields.Secret("TriggerToken"));
    }

    public override IVendorClient CreateClient(VendorParts parts) => new MageClient(parts);
}

/// <summary>A trigger by its number.</summary>
/// <param name="Variables">Any JSON values by name.</param>
/// <param name="Token">The trigger's own token: then it is sent in the token form.</param>
internal sealed record MageTrigger(int TriggerId, IReadOnlyDictionary<string, object?> Variables, Secret? Token)
    : TriggerRequest($"Mage trigger {TriggerId}")
{
    public override IReadOnlyDictionary<string, object?> Values =>
        new Dictionary<string, object?> { [nameof(TriggerId)] = TriggerId, [nameof(Variables)] = Variables };

    /// <summary>Never the token.</summary>
    public override string ToString() => Target;
}

using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Vendors.Contract;

/// <summary>What a vendor's client is made of.</summary>
/// <param name="BaseUri">As <see cref="EndpointUri.Check"/> returned it.</param>
internal sealed record VendorParts(Uri BaseUri, Credential? Credential, HttpSender Sender, Redactor Redactor, TimeProvider Time);

/// <summary>What must be known of a vendor before it is called. A new vendor is one of these, its client, and a line in <see cref="VendorCatalog"/>.</summary>
internal abstract class VendorDescriptor
{
    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Where the vendor's own cloud is; null where every installation has an address of its own.</summary>
    public virtual Uri? DefaultBaseUri => null;

    /// <summary>The environment variable in use for the token; null for none.</summary>
    public virtual string? TokenVariable => null;

    /// <summary>The environment variable in use for the base URI; null for none.</summary>
    public virtual string? BaseUriVariable => null;

    /// <summary>The fields of a trigger that no other vendor has: a row with one of them is for this vendor.</summary>
    public abstract IReadOnlyList<string> Fields { get; }

    /// <summary>Refuses a credential that cannot be right.</summary>
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public void CheckCredential(Credential? credential)
    {
        if (credential is not null && IsToken(credential) && !credential.Secret.CanBeToken())
        {
            throw TriggerFields.Invalid(
                "The token holds characters that no token has, such as a line break or a letter with an accent, or is longer than 65,536 characters."
            );
        }

        CheckKind(credential);
    }

    /// <summary>Whether the secret goes in a header.</summary>
    protected virtual bool IsToken(Credential credential) => true;

    /// <summary>Refuses what is no credential of this vendor's.</summary>
    /// <exception cref="PipelineException">InvalidInput.</exception>
    protected abstract void CheckKind(Credential? credential);

    /// <summary>The fields as a checked request.</summary>
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public abstract TriggerRequest ParseTrigger(TriggerFields fields);

    /// <summary>The vendor's API over the given sender.</summary>
    public abstract IVendorClient CreateClient(VendorParts parts);
}

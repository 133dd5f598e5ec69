using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Vendors.Contract;

/// <summary>The parts that a vendor's client is built from.</summary>
/// <param name="BaseUri">The address, as <see cref="EndpointUri.Check"/> returned it.</param>
/// <param name="Credential">The credential; null for none.</param>
/// <param name="Sender">Sends the calls.</param>
/// <param name="Redactor">Removes secrets from text.</param>
/// <param name="Time">The clock.</param>
internal sealed record VendorParts(Uri BaseUri, Credential? Credential, HttpSender Sender, Redactor Redactor, TimeProvider Time);

/// <summary>Describes a vendor. To add a vendor, add a descriptor, a client, and a line in <see cref="VendorCatalog"/>.</summary>
internal abstract class VendorDescriptor
{
    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    public abstract string Name { get; }

    /// <summary>The address of the vendor's cloud; null if every installation has its own address.</summary>
    public virtual Uri? DefaultBaseUri => null;

    /// <summary>The environment variable for the token; null for none.</summary>
    public virtual string? TokenVariable => null;

    /// <summary>The environment variable for the base URI; null for none.</summary>
    public virtual string? BaseUriVariable => null;

    /// <summary>The fields of a trigger that only this vendor has, by which a row is recognized.</summary>
    public abstract IReadOnlyList<string> Fields { get; }

    /// <summary>Rejects an invalid credential.</summary>
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public void CheckCredential(Credential? credential)
    {
        if (credential is not null && IsToken(credential) && !credential.Secret.CanBeToken())
        {
            throw TriggerFields.Invalid(
                "The token contains characters that a token cannot have, such as a line break or an accented letter, "
                    + "or is longer than 65,536 characters."
            );
        }

        CheckKind(credential);
    }

    /// <summary>Whether the secret is sent in an HTTP header.</summary>
    protected virtual bool IsToken(Credential credential) => true;

    /// <summary>Rejects a credential of a kind that this vendor does not accept.</summary>
    /// <exception cref="PipelineException">InvalidInput.</exception>
    protected abstract void CheckKind(Credential? credential);

    /// <summary>Validates the fields and creates the request.</summary>
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public abstract TriggerRequest ParseTrigger(TriggerFields fields);

    /// <summary>Creates the vendor's client.</summary>
    public abstract IVendorClient CreateClient(VendorParts parts);
}

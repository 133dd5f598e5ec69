using System.Management.Automation;
using System.Net;
using System.Security;

namespace PipelineTrigger.Binding;

/// <summary>Takes a secret as text or as a SecureString; from then on it is a SecureString.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        SecureString secret => secret,
        string text => new NetworkCredential("", text).SecurePassword,
        _ => throw new ArgumentTransformationMetadataException("A secret must be text or a SecureString."),
    };
}

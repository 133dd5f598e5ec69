using System.Management.Automation;
using System.Net;
using System.Security;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Input;

/// <summary>Takes a secret as text or as a SecureString; from then on it is a SecureString.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PlainValue.Unwrap(inputData) switch
        {
            SecureString secret => secret,
            null => new SecureString(),
            string text when string.IsNullOrWhiteSpace(text) => new SecureString(),
            string text when Secret.IsTooLong(text) => throw new ArgumentTransformationMetadataException(
                "The value is longer than a secret can be, which is 65,536 characters. Nothing was sent."
            ),
            string text => new NetworkCredential("", text).SecurePassword,
            _ => throw new ArgumentTransformationMetadataException("A secret must be text or a SecureString."),
        };
}

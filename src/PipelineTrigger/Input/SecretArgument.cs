using System.Management.Automation;
using System.Net;
using System.Security;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Input;

/// <summary>Converts a secret that is text to a SecureString.</summary>
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
                "The value is longer than the limit for a secret, which is 65,536 characters. Nothing was sent."
            ),
            string text => new NetworkCredential("", text).SecurePassword,
            _ => throw new ArgumentTransformationMetadataException("A secret must be text or a SecureString."),
        };
}

using System.Management.Automation;

namespace PipelineTrigger.Input;

/// <summary>
/// Converts an address. PowerShell's own conversion repeats in its error what it cannot convert, and a mistyped address may contain a
/// secret.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AddressArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        PlainValue.Unwrap(inputData) switch
        {
            null => null,
            Uri address => address,
            var other when Uri.TryCreate(other.ToString(), UriKind.RelativeOrAbsolute, out var address) => address,
            _ => throw new ArgumentTransformationMetadataException(
                "This is not a web address. Specify an absolute address, such as https://mage.example.com:6789."
            ),
        };
}

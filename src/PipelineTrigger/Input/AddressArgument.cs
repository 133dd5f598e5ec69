using System.Management.Automation;

namespace PipelineTrigger.Input;

/// <summary>Takes an address. PowerShell's own conversion repeats what it cannot convert, and a mistyped address may hold a password or a key.</summary>
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
                "This is no web address. Give an absolute one, such as https://mage.example.com:6789."
            ),
        };
}

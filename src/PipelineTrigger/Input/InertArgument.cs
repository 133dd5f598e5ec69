using System.Management.Automation;

namespace PipelineTrigger.Input;

/// <summary>
/// Cleans text that is given for a number, a time, a choice or an object. PowerShell's own error repeats text that it cannot convert.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InertArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            string text when !SafeText.IsInert(text) => SafeText.Of(text).ToString(),
            object?[] list => Array.ConvertAll(list, item => Transform(engineIntrinsics, item)),
            _ => inputData,
        };
}

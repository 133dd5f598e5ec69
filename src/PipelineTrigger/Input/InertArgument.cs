using System.Management.Automation;

namespace PipelineTrigger.Input;

/// <summary>Takes text for a number, a time, one of a few words or an object of ours. PowerShell's own error repeats what it cannot convert, and nothing in that may act on whoever shows it.</summary>
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

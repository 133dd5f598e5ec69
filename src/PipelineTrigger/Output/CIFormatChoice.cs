using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Output;

/// <summary>What <c>-CIFormat</c> comes to beside the other parameters.</summary>
internal static class CIFormatChoice
{
    public const string Default = CIFormat.Auto;

    /// <summary>The format of a command that waits in the foreground; no other writes for agents.</summary>
    /// <exception cref="PipelineException">InvalidInput: a format was asked for where none is written.</exception>
    public static string Of(string format, bool waits, bool asJob) =>
        waits && !asJob ? format
        : !CIFormat.IsExplicit(format) ? CIFormat.None
        : throw TriggerFields.Invalid(
            asJob
                ? $"CIFormat {format} does not go with -AsJob: no build agent reads what a job writes."
                : $"CIFormat {format} goes with -Wait: there is nothing to tell before a run has ended."
        );
}

using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Output;

/// <summary>The effective value of <c>-CIFormat</c>, given the other parameters.</summary>
internal static class CIFormatChoice
{
    public const string Default = CIFormat.Auto;

    /// <summary>The format for a command that waits in the foreground. Other commands do not write for build agents.</summary>
    /// <exception cref="PipelineException">InvalidInput: a format was specified for a command that cannot write it.</exception>
    public static string Of(string format, bool waits, bool asJob) =>
        waits && !asJob ? format
        : !CIFormat.IsExplicit(format) ? CIFormat.None
        : throw TriggerFields.Invalid(
            asJob
                ? $"-CIFormat {format} cannot be combined with -AsJob, because a build agent does not read the output of a job."
                : $"-CIFormat {format} requires -Wait, because there is nothing to report before a run has ended."
        );
}

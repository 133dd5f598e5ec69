using System.Management.Automation;

namespace PipelineTrigger.Execution;

/// <summary>The one place where text becomes records of a job's streams.</summary>
internal static class JobRecords
{
    public static WarningRecord Warning(SafeText message) => new(message.ToString());

    public static VerboseRecord Verbose(SafeText message) => new(message.ToString());
}

using System.Management.Automation;

namespace PipelineTrigger.Execution;

/// <summary>Creates the records of a job's streams.</summary>
internal static class JobRecords
{
    public static WarningRecord Warning(SafeText message) => new(message.ToString());

    public static VerboseRecord Verbose(SafeText message) => new(message.ToString());
}

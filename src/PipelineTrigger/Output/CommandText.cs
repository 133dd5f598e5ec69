using System.Management.Automation;

namespace PipelineTrigger.Output;

/// <summary>The text of a command that is safe to store and show. The command line itself may contain secrets.</summary>
internal static class CommandText
{
    /// <summary>The command's name and its parameters, without their values.</summary>
    public static string WithoutValues(InvocationInfo invocation) =>
        string.Join(" ", invocation.BoundParameters.Keys.Select(name => $"-{name}").Prepend(invocation.MyCommand.Name));
}

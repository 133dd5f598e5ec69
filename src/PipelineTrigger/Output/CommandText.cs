using System.Management.Automation;

namespace PipelineTrigger.Output;

/// <summary>A command as it may be kept and shown. The line it was typed in may hold secrets, whatever the parameter.</summary>
internal static class CommandText
{
    /// <summary>The command's name and its parameters, without their values.</summary>
    public static string WithoutValues(InvocationInfo invocation) =>
        string.Join(" ", invocation.BoundParameters.Keys.Select(name => $"-{name}").Prepend(invocation.MyCommand.Name));
}

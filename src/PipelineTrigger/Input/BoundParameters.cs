using System.Collections;
using System.Management.Automation;
using System.Security;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Input;

/// <summary>What was given on the command line. An option that is null or blank was meant to be something, such as a variable that is not set: it is an error, not an absence.</summary>
internal static class BoundParameters
{
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public static void Check(PSCmdlet cmdlet)
    {
        foreach (var given in cmdlet.MyInvocation.BoundParameters)
        {
            if (cmdlet.GetType().GetProperty(given.Key) is not null && Lack(given.Value) is { } lack)
            {
                throw Lacking(given.Key, lack);
            }
        }
    }

    /// <summary>The error for a parameter whose value is none.</summary>
    public static PipelineException Lacking(string parameter, string lack) =>
        TriggerFields.Invalid($"The value of -{parameter} {lack}. Specify a value or omit the parameter.");

    // Rows are judged one by one: a bad one keeps nobody else from running.
    private static string? Lack(object? value) =>
        PlainValue.Unwrap(value) switch
        {
            null => "is null",
            string text when string.IsNullOrWhiteSpace(text) => "is blank",
            SecureString { Length: 0 } => "is empty",
            IDictionary => null,
            ICollection { Count: 0 } => "is empty",
            Array list
            and not PSObject[]
                when list.Cast<object?>()
                    .Any(item =>
                        PlainValue.Unwrap(item) is null || (PlainValue.Unwrap(item) is string text && string.IsNullOrWhiteSpace(text))
                    ) => "holds null or a blank",
            _ => null,
        };
}

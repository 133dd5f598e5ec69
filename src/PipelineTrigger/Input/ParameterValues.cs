using System.Collections;
using System.Management.Automation;
using System.Security;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Input;

/// <summary>
/// The parameters of a command. A value that is null or blank, such as a variable that is not set, is an error and not the same as no
/// value.
/// </summary>
internal static class ParameterValues
{
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public static void Check(PSCmdlet cmdlet)
    {
        foreach (var given in cmdlet.MyInvocation.BoundParameters)
        {
            if (cmdlet.GetType().GetProperty(given.Key) is not null && Problem(given.Value) is { } problem)
            {
                throw Invalid(given.Key, problem);
            }
        }
    }

    /// <summary>The error for a parameter without a usable value.</summary>
    public static PipelineException Invalid(string parameter, string problem) =>
        TriggerFields.Invalid($"The value of -{parameter} {problem}. Specify a value or omit the parameter.");

    // Rows are checked one by one: an invalid row does not affect the others.
    private static string? Problem(object? value) =>
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
                    ) => "contains null or a blank value",
            _ => null,
        };
}

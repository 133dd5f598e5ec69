using System.Management.Automation;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Input;

/// <summary>A name or key with wildcards, not case-sensitive. It matches the same under every culture, including Turkish.</summary>
internal static class NamePattern
{
    /// <exception cref="PipelineException">
    /// InvalidInput: it is not a valid pattern, for example because a bracket is not closed.
    /// </exception>
    public static WildcardPattern Of(string pattern)
    {
        var made = new WildcardPattern(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        try
        {
            // The pattern is parsed when it is first used.
            made.IsMatch("");
            return made;
        }
        catch (WildcardPatternException)
        {
            throw TriggerFields.Invalid(
                $"'{SafeText.Clean(pattern, 100)}' is not a valid wildcard pattern. "
                    + "To match a bracket literally, put a backtick (`) before it."
            );
        }
    }
}

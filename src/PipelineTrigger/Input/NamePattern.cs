using System.Management.Automation;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Input;

/// <summary>A name or key with wildcards, in any case. It means the same under every culture; Turkish, for one, has another i.</summary>
internal static class NamePattern
{
    /// <exception cref="PipelineException">InvalidInput: it is no pattern, such as a bracket without its other half.</exception>
    public static WildcardPattern Of(string pattern)
    {
        var made = new WildcardPattern(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        try
        {
            // It is read when it is first used.
            made.IsMatch("");
            return made;
        }
        catch (WildcardPatternException)
        {
            throw TriggerFields.Invalid(
                $"'{SafeText.Clean(pattern, 100)}' is not a valid wildcard pattern. Put a backtick (`) before a bracket that stands for itself."
            );
        }
    }
}

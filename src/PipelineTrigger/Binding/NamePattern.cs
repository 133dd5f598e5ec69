using System.Management.Automation;

namespace PipelineTrigger.Binding;

/// <summary>A name or key with wildcards, in any case. It means the same under every culture; Turkish, for one, has another i.</summary>
internal static class NamePattern
{
    public static WildcardPattern Of(string pattern) => new(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
}

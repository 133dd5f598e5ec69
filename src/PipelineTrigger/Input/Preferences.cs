using System.Management.Automation;

namespace PipelineTrigger.Input;

/// <summary>The common parameters of a command: as given, or else the preference of the session.</summary>
internal static class Preferences
{
    /// <summary>Whether the verbose stream is shown or captured.</summary>
    public static bool IsVerbose(PSCmdlet cmdlet) =>
        cmdlet.MyInvocation.BoundParameters.TryGetValue("Verbose", out var given)
            ? given is SwitchParameter { IsPresent: true }
            : cmdlet.GetVariableValue("VerbosePreference") is { } preference
                && !string.Equals(preference.ToString(), nameof(ActionPreference.SilentlyContinue), StringComparison.Ordinal);

    /// <summary>Whether an error ends the command.</summary>
    public static bool StopsAtError(PSCmdlet cmdlet)
    {
        var preference = cmdlet.MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var given)
            ? given
            : cmdlet.GetVariableValue("ErrorActionPreference");
        return string.Equals(preference?.ToString(), nameof(ActionPreference.Stop), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether <c>-Confirm:$false</c> has answered every question.</summary>
    public static bool IsConfirmed(PSCmdlet cmdlet) =>
        cmdlet.MyInvocation.BoundParameters.TryGetValue("Confirm", out var given) && given is SwitchParameter { IsPresent: false };
}

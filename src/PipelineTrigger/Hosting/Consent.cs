using System.Management.Automation;
using System.Management.Automation.Host;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Hosting;

/// <summary>Asks before a trigger that destroys something, unless <c>-Confirm:$false</c> has answered.</summary>
internal static class Consent
{
    /// <exception cref="PipelineException">InvalidInput: the host cannot ask.</exception>
    public static bool To(PSCmdlet cmdlet, TriggerRequest request, ref bool yesToAll, ref bool noToAll)
    {
        if (request.Destroys is not { } question || cmdlet.MyInvocation.BoundParameters.TryGetValue("Confirm", out var answer) && answer is SwitchParameter { IsPresent: false })
        {
            return true;
        }

        if (!HostCapability.IsInteractive(cmdlet.Host) && cmdlet.Host.Name == "ConsoleHost")
        {
            throw CannotAsk(question);
        }

        try
        {
            return cmdlet.ShouldContinue($"{question} Go on?", "Destructive trigger", ref yesToAll, ref noToAll);
        }
        catch (Exception e) when (e is HostException or PSInvalidOperationException or NotImplementedException)
        {
            throw CannotAsk(question);
        }
    }

    private static PipelineException CannotAsk(string question) =>
        TriggerFields.Invalid($"{question} That is asked before, and this host cannot ask. Give -Confirm:$false if it is meant.");
}

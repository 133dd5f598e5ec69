using System.Management.Automation;
using System.Management.Automation.Host;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Input;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>
/// Asks for confirmation of a trigger that deletes data or may create a second run, unless <c>-Confirm:$false</c> was given.
/// </summary>
internal static class Confirmation
{
    /// <exception cref="PipelineException">InvalidInput: the host cannot prompt.</exception>
    public static bool Ask(PipelineCmdlet cmdlet, TriggerRequest request, ref bool yesToAll, ref bool noToAll)
    {
        if (request.Destroys is not { } question || Preferences.IsConfirmed(cmdlet))
        {
            return true;
        }

        return Prompt(cmdlet, question, "Destructive trigger", ref yesToAll, ref noToAll);
    }

    /// <summary>Asks a question that comes up while a trigger is in progress, unless <c>-Confirm:$false</c> was given.</summary>
    /// <param name="canPrompt">Whether the pipeline thread can prompt. It cannot for a job.</param>
    public static Func<string, CancellationToken, Task<bool>> AskLater(PipelineCmdlet cmdlet, bool canPrompt)
    {
        if (Preferences.IsConfirmed(cmdlet))
        {
            return static (_, _) => Task.FromResult(true);
        }

        return async (question, cancellationToken) =>
        {
            if (!canPrompt)
            {
                throw CannotPrompt(question);
            }

            var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            using var stop = cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
            cmdlet.Post(() =>
            {
                try
                {
                    bool yesToAll = false,
                        noToAll = false;
                    answer.TrySetResult(Prompt(cmdlet, question, "Trigger with unknown outcome", ref yesToAll, ref noToAll));
                }
                catch (PipelineException e)
                {
                    answer.TrySetException(e);
                }
            });
            return await answer.Task.ConfigureAwait(false);
        };
    }

    private static bool Prompt(PipelineCmdlet cmdlet, string question, string caption, ref bool yesToAll, ref bool noToAll)
    {
        if (!HostCapability.IsInteractive(cmdlet.Host) && cmdlet.Host.Name == "ConsoleHost")
        {
            throw CannotPrompt(question);
        }

        try
        {
            return cmdlet.ShouldContinue($"{question} Continue?", caption, ref yesToAll, ref noToAll);
        }
        catch (Exception e) when (e is HostException or PSInvalidOperationException or NotImplementedException)
        {
            throw CannotPrompt(question);
        }
    }

    private static PipelineException CannotPrompt(string question) =>
        TriggerFields.Invalid(
            $"{question} This needs confirmation, and this host cannot prompt for it. Nothing was triggered. "
                + "To confirm, specify -Confirm:$false."
        );
}

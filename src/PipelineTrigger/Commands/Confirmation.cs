using System.Management.Automation;
using System.Management.Automation.Host;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Input;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>Asks before a trigger that destroys something or may be the second, unless <c>-Confirm:$false</c> has answered.</summary>
internal static class Confirmation
{
    /// <exception cref="PipelineException">InvalidInput: the host cannot ask.</exception>
    public static bool Ask(PipelineCmdlet cmdlet, TriggerRequest request, ref bool yesToAll, ref bool noToAll)
    {
        if (request.Destroys is not { } question || Preferences.IsConfirmed(cmdlet))
        {
            return true;
        }

        return Prompt(cmdlet, question, "Destructive trigger", ref yesToAll, ref noToAll);
    }

    /// <summary>Asks a question that comes up while triggers are at work, unless <c>-Confirm:$false</c> has answered.</summary>
    /// <param name="canAsk">Whether the pipeline thread is there to ask.</param>
    public static Func<string, CancellationToken, Task<bool>> AskLater(PipelineCmdlet cmdlet, bool canAsk)
    {
        if (Preferences.IsConfirmed(cmdlet))
        {
            return static (_, _) => Task.FromResult(true);
        }

        return async (question, cancellationToken) =>
        {
            if (!canAsk)
            {
                throw CannotAsk(question);
            }

            var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            using var stop = cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
            cmdlet.Post(() =>
            {
                try
                {
                    bool yesToAll = false,
                        noToAll = false;
                    answer.TrySetResult(Prompt(cmdlet, question, "Trigger in doubt", ref yesToAll, ref noToAll));
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
            throw CannotAsk(question);
        }

        try
        {
            return cmdlet.ShouldContinue($"{question} Go on?", caption, ref yesToAll, ref noToAll);
        }
        catch (Exception e) when (e is HostException or PSInvalidOperationException or NotImplementedException)
        {
            throw CannotAsk(question);
        }
    }

    private static PipelineException CannotAsk(string question) =>
        TriggerFields.Invalid($"{question} That is asked before, and this host cannot ask. Give -Confirm:$false if it is meant.");
}

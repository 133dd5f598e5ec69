using System.Management.Automation;
using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Input;
using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <summary>The base of the cmdlets that can wait for any number of runs, in the foreground or in a job.</summary>
public abstract class WaitingCmdlet : RunCmdlet
{
    /// <summary>The time limit for the whole command, in seconds. No limit if omitted.</summary>
    [Parameter]
    [InertArgument]
    public int? TimeoutSec { get; set; }

    /// <summary>The interval between two status checks, in seconds. Defaults to the vendor's interval.</summary>
    [Parameter]
    [InertArgument]
    public int? PollIntervalSec { get; set; }

    /// <summary>Writes the errors of failed runs at once instead of at the end.</summary>
    [Parameter]
    public SwitchParameter FailFast { get; set; }

    /// <summary>Waits in a background job and returns the job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>
    /// The build agent to write for: annotations, progress, output variables and a summary in its log. Auto detects it from the
    /// environment.
    /// </summary>
    [Parameter]
    [ValidateSet("None", "Auto", "AzureDevops", "GithubActions")]
    [InertArgument]
    public string CIFormat { get; set; } = CIFormatChoice.Default;

    /// <summary>Asks the vendors to cancel unfinished runs when the command is stopped, for example with Ctrl+C.</summary>
    [Parameter]
    public SwitchParameter StopOnCancel { get; set; }

    /// <summary>Gets ready for input.</summary>
    /// <param name="waits">Whether the command waits for its runs.</param>
    /// <exception cref="PipelineException">InvalidInput: the parameters cannot be combined.</exception>
    private protected void Start(OperationOptions options, bool waits)
    {
        if (StopOnCancel && !waits)
        {
            throw TriggerFields.Invalid("-StopOnCancel requires -Wait. Without -Wait, the command watches no runs that it could cancel.");
        }

        Start(
            options with
            {
                StopOnCancel = StopOnCancel,
            },
            waits,
            canDeferAll: true,
            FailFast,
            AsJob,
            CIFormatChoice.Of(CIFormat, waits, AsJob)
        );
    }
}

using System.Management.Automation;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Input;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <content>What keeps a trigger from happening twice.</content>
public sealed partial class InvokePipelineRunCommand
{
    /// <summary>The same key triggers once: given again, here or elsewhere with the same ledger, it returns the same run.</summary>
    [Parameter]
    public string? IdempotencyKey { get; set; }

    /// <summary>For how many days a key stands for its run.</summary>
    [Parameter]
    [InertArgument]
    public double IdempotencyWindowDays { get; set; } = 7;

    /// <summary>Triggers anew where the key's run ended without success.</summary>
    [Parameter]
    public SwitchParameter RetriggerFailed { get; set; }

    /// <summary>Triggers anew where nobody knows whether the key's run was created; asks before.</summary>
    [Parameter]
    public SwitchParameter RetriggerUnknown { get; set; }

    /// <summary>Keeps triggers without a key out of the history.</summary>
    [Parameter]
    public SwitchParameter NoHistory { get; set; }

    private IdempotencyOptions Terms(TriggerInput input, PipelineConnection connection)
    {
        var key = (input.IdempotencyKey ?? IdempotencyKey) is { } given ? LedgerName.CheckKey(given) : null;
        if (key is not null)
        {
            if (LedgerSource.ShortLivedWarning(connection) is { } warning)
            {
                WriteWarning(warning);
            }
        }

        return new()
        {
            Key = key,
            Window =
                IdempotencyWindowDays > 0 && IdempotencyWindowDays <= IdempotencyOptions.LongestWindow.TotalDays
                    ? TimeSpan.FromDays(IdempotencyWindowDays)
                    : throw TriggerFields.Invalid(
                        $"IdempotencyWindowDays must be more than 0 and at most {IdempotencyOptions.LongestWindow.TotalDays:0}."
                    ),
            RetriggerFailed = RetriggerFailed,
            RetriggerUnknown = RetriggerUnknown ? Consent.Later(this, canAsk: !AsJob) : null,
            Record = !NoHistory,
        };
    }
}

using System.Management.Automation;
using System.Security;
using PipelineTrigger.Completion;
using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Execution;
using PipelineTrigger.Input;
using PipelineTrigger.Output;
using PipelineTrigger.Session;

namespace PipelineTrigger.Commands;

/// <summary>Triggers one run for each input.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PipelineRun", DefaultParameterSetName = "Input", SupportsShouldProcess = true)]
[Alias("Start-PipelineRun")]
[OutputType(typeof(PipelineRun), typeof(PipelineRunJob))]
public sealed class InvokePipelineRunCommand : WaitingCmdlet
{
    private bool yesToAll;
    private bool noToAll;

    /// <summary>A row, or an object that Get-Pipeline returned.</summary>
    [Parameter(Position = 0, ParameterSetName = "Input", ValueFromPipeline = true)]
    public PSObject[]? InputObject { get; set; }

    /// <summary>Prophecy: the fabric's id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    [InertArgument]
    public long FabricId { get; set; }

    /// <summary>Prophecy: the project's id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public string? ProjectId { get; set; }

    /// <summary>Prophecy: the pipeline's name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public string? PipelineName { get; set; }

    /// <summary>Prophecy: values by name, as a hashtable or the text of a JSON object.</summary>
    [Parameter(ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public object? Parameters { get; set; }

    /// <summary>Prophecy: the branch.</summary>
    [Parameter(ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public string? Branch { get; set; }

    /// <summary>Prophecy: the project's version.</summary>
    [Parameter(ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public string? Version { get; set; }

    /// <summary>Prophecy: the gem to stop after.</summary>
    [Parameter(ParameterSetName = "Prophecy")]
    [Parameter(ParameterSetName = "Input")]
    public string? ProcessName { get; set; }

    /// <summary>Mage: the trigger's id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Mage")]
    [Parameter(ParameterSetName = "Input")]
    [ArgumentCompleter(typeof(TriggerIdCompleter))]
    [InertArgument]
    public long TriggerId { get; set; }

    /// <summary>Mage: any JSON values by name, as a hashtable or the text of a JSON object.</summary>
    [Parameter(ParameterSetName = "Mage")]
    [Parameter(ParameterSetName = "Input")]
    public object? Variables { get; set; }

    /// <summary>Mage: the trigger's own token.</summary>
    [Parameter(ParameterSetName = "Mage")]
    [Parameter(ParameterSetName = "Input")]
    [SecretArgument]
    public SecureString? TriggerToken { get; set; }

    /// <summary>Supaflow: the pipeline's UUID or API name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Supaflow")]
    [Parameter(ParameterSetName = "Input")]
    [ArgumentCompleter(typeof(PipelineIdCompleter))]
    public string? PipelineId { get; set; }

    /// <summary>Supaflow: reads all source data again.</summary>
    [Parameter(ParameterSetName = "Supaflow")]
    [Parameter(ParameterSetName = "Input")]
    public SwitchParameter FullResync { get; set; }

    /// <summary>Supaflow: drops the destination's tables first.</summary>
    [Parameter(ParameterSetName = "Supaflow")]
    [Parameter(ParameterSetName = "Input")]
    public SwitchParameter ResetTarget { get; set; }

    /// <summary>A connection, or its name. Defaults to the only one that fits.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public object? Connection { get; set; }

    /// <summary>How many triggers may be in flight at once.</summary>
    [Parameter]
    [InertArgument]
    public int ThrottleLimit { get; set; } = 10;

    /// <summary>Waits for each run to end.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>A key that triggers once. Given again with the same ledger, it returns the same run.</summary>
    [Parameter]
    public string? IdempotencyKey { get; set; }

    /// <summary>For how many days a key stands for its run.</summary>
    [Parameter]
    [InertArgument]
    public double IdempotencyWindowDays { get; set; } = 7;

    /// <summary>Triggers again if the key's run ended without success.</summary>
    [Parameter]
    public SwitchParameter RetriggerFailed { get; set; }

    /// <summary>Triggers again if it is unknown whether the key's run was created. Asks for confirmation.</summary>
    [Parameter]
    public SwitchParameter RetriggerUnknown { get; set; }

    /// <summary>Does not record triggers without a key in the history.</summary>
    [Parameter]
    public SwitchParameter NoHistory { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        RunOrTerminate(() => Start(OperationOptions.Create(TimeoutSec, PollIntervalSec, ThrottleLimit, Wait, AsJob), Wait));
        OfferErrors();
    }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (!RejectsNull(InputObject, nameof(InputObject)) && InputObject is null)
        {
            Trigger(() => TriggerInput.FromParameters(MyInvocation.BoundParameters), null);
        }

        foreach (var row in InputObject ?? [])
        {
            Trigger(() => TriggerInput.FromRow(row, MyInvocation.BoundParameters), RedactedRow.Of(row));
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Finish();

    private void Trigger(Func<TriggerInput> read, object? target) => ForEachInput(target, () =>
        {
            var input = read();
            var connection = Connections.Find(input.Connection ?? Connection, input.Vendor);
            var request = input.Parse(connection.Vendor);
            var idempotency = Idempotency(input, connection);
            if (
                ShouldProcess($"{request.Target} on connection {connection.Name}", "Trigger")
                && Confirmation.Ask(this, request, ref yesToAll, ref noToAll)
            )
            {
                Trigger(Open(connection), request, idempotency, target ?? request.Target);
            }
        });

    private IdempotencyOptions Idempotency(TriggerInput input, PipelineConnection connection)
    {
        var key = (input.IdempotencyKey ?? IdempotencyKey) is { } given ? LedgerName.CheckKey(given) : null;
        if (key is not null && LedgerSource.ShortLivedWarning(connection) is { } warning)
        {
            WriteWarning(warning);
        }

        var longest = IdempotencyOptions.LongestWindow.TotalDays;
        return new()
        {
            Key = key,
            Window =
                IdempotencyWindowDays > 0 && IdempotencyWindowDays <= longest
                    ? TimeSpan.FromDays(IdempotencyWindowDays)
                    : throw TriggerFields.Invalid($"IdempotencyWindowDays must be more than 0 and at most {longest:0}."),
            RetriggerFailed = RetriggerFailed,
            RetriggerUnknown = RetriggerUnknown ? Confirmation.AskLater(this, canPrompt: !AsJob) : null,
            Record = !NoHistory,
        };
    }
}

using System.Management.Automation;
using PipelineTrigger.Completion;
using PipelineTrigger.Core.Agents;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Execution;
using PipelineTrigger.Input;
using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <summary>Triggers one run per input.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PipelineRun", DefaultParameterSetName = "Input", SupportsShouldProcess = true)]
[Alias("Start-PipelineRun")]
[OutputType(typeof(PipelineRun), typeof(PipelineRunJob))]
public sealed partial class InvokePipelineRunCommand : RunCmdlet
{
    private bool answeredYesToAll;
    private bool answeredNoToAll;

    /// <summary>A row, or what Get-Pipeline returns.</summary>
    [Parameter(Position = 0, ParameterSetName = "Input", ValueFromPipeline = true)]
    public PSObject[]? InputObject { get; set; }

    /// <summary>A connection, or its name; the only one that fits if left out.</summary>
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

    /// <summary>Writes the errors of failed runs at once.</summary>
    [Parameter]
    public SwitchParameter FailFast { get; set; }

    /// <summary>The time for the whole, in seconds; no limit if left out.</summary>
    [Parameter]
    [InertArgument]
    public int? TimeoutSec { get; set; }

    /// <summary>The interval between two looks, in seconds; the vendor's pace if left out.</summary>
    [Parameter]
    [InertArgument]
    public int? PollIntervalSec { get; set; }

    /// <summary>With -Wait: triggers and waits in a job, and returns that.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        Demand(() =>
            Start(
                ForAgents(OperationOptions.Create(TimeoutSec, PollIntervalSec, ThrottleLimit, Wait, AsJob)),
                Wait,
                FailFast,
                AsJob,
                CIFormatChoice.Of(CIFormat, Wait, AsJob),
                putsOff: true
            )
        );
        OfferErrors();
    }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (!RefusesNull(InputObject, nameof(InputObject)) && InputObject is null)
        {
            Trigger(() => TriggerInput.FromParameters(MyInvocation.BoundParameters), null);
        }

        foreach (var row in InputObject ?? [])
        {
            Trigger(() => TriggerInput.FromRow(row, MyInvocation.BoundParameters), ErrorTarget.Of(row));
        }
    }

    /// <inheritdoc />
    protected override void EndProcessing() => Finish();

    private void Trigger(Func<TriggerInput> read, object? target) => ForEachInput(target, () =>
        {
            var input = read();
            var connection = Connections.Find(input.Connection ?? Connection, input.Vendor);
            var request = input.Parse(connection.Vendor);
            var terms = Terms(input, connection);
            if (
                ShouldProcess($"{request.Target} on connection {connection.Name}", "Trigger")
                && Consent.To(this, request, ref answeredYesToAll, ref answeredNoToAll)
            )
            {
                Trigger(Open(connection), request, terms, target ?? request.Target);
            }
        });
}

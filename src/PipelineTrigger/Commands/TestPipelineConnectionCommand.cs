using System.Management.Automation;

namespace PipelineTrigger.Commands;

/// <summary>Checks with the vendor whether a connection works, without starting anything.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PipelineConnection")]
[OutputType(typeof(bool), typeof(PipelineConnectionTest))]
public sealed class TestPipelineConnectionCommand : NamedConnectionCmdlet
{
    /// <summary>Returns what was and was not verified instead of true or false.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    private protected override void Process(PipelineConnection connection)
    {
        var client = Open(connection);
        var test = Await(() => client.TestAsync(new CmdletObserver(this), StopToken));
        if (Detailed)
        {
            WriteObject(test);
            return;
        }

        if (!test.Succeeded)
        {
            WriteWarning($"{test.Connection}: {test.Message}");
        }

        WriteObject(test.Succeeded);
    }
}

using System.Management.Automation;
using PipelineTrigger.Completion;

namespace PipelineTrigger.Commands;

/// <summary>Asks the vendor whether a connection works, without starting anything.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PipelineConnection")]
[OutputType(typeof(bool), typeof(PipelineConnectionTest))]
public sealed class TestPipelineConnectionCommand : PipelineCmdlet
{
    /// <summary>The connections' names; the only connection if left out.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConnectionCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Returns what was and was not proven instead of true or false.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        if (RefusesNull(Name, nameof(Name)))
        {
            return;
        }

        var observer = new CmdletObserver(this, _ => { }, (_, _) => { });
        foreach (var name in Name ?? [null!])
        {
            ForEachInput(name, () =>
            {
                var client = Open(Connections.Find(name, null));
                Await(
                    Task.Run(async () =>
                    {
                        var test = await client.TestAsync(observer, StopToken).ConfigureAwait(false);
                        Post(() => Write(test));
                    })
                );
            });
        }
    }

    private void Write(PipelineConnectionTest test)
    {
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

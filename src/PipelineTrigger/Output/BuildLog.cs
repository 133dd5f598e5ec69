using System.Management.Automation;
using System.Management.Automation.Host;
using PipelineTrigger.Core.Agents;

namespace PipelineTrigger.Output;

/// <summary>A build agent reads what the host shows, line by line. These lines go there as those of Write-Host do: they can be captured, and are never output.</summary>
internal sealed class BuildLog(PSCmdlet cmdlet)
{
    private static readonly string[] ShownByTheHost = ["PSHOST"];

    private bool isOver;

    /// <summary>The report that writes here; null if there is no agent.</summary>
    /// <param name="ciFormat">One of the words of <see cref="CIFormat"/>.</param>
    public RunReport? Report(string ciFormat) =>
        CIFormat.Agent(ciFormat, Environment.GetEnvironmentVariable, Write) is { } agent ? new(agent, TimeProvider.System) : null;

    /// <summary>Closes a report when the write methods throw already.</summary>
    public void CloseLate(RunReport report, IReadOnlyList<PipelineRun> goingOn)
    {
        isOver = true;
        try
        {
            report.Close(goingOn);
        }
        catch (Exception e) when (e is HostException or NotImplementedException or PipelineStoppedException)
        {
            // A host without a screen has no agent that reads it.
        }
    }

    // With its end in the same piece: a host writes it apart else, and where an agent merges output and errors, an error could come between.
    private void Write(string line)
    {
        if (isOver)
        {
            cmdlet.Host.UI?.Write(line + "\n");
        }
        else
        {
            cmdlet.WriteInformation(new HostInformationMessage { Message = line + "\n", NoNewLine = true }, ShownByTheHost);
        }
    }
}

using System.Management.Automation;
using System.Management.Automation.Host;
using PipelineTrigger.Core.Agents;

namespace PipelineTrigger.Output;

/// <summary>
/// Writes the lines that a build agent reads from the host. They are written as Write-Host does, so that they can be captured and are never
/// output.
/// </summary>
internal sealed class BuildLog(PSCmdlet cmdlet)
{
    private static readonly string[] ShownByTheHost = ["PSHOST"];

    private bool isStopped;

    /// <summary>The report that writes to this log; null without a build agent.</summary>
    /// <param name="ciFormat">A value of <see cref="CIFormat"/>.</param>
    public RunReport? Report(string ciFormat) =>
        CIFormat.Agent(ciFormat, Environment.GetEnvironmentVariable, Write) is { } agent ? new(agent, TimeProvider.System) : null;

    /// <summary>Closes a report after the command was stopped, when the write methods throw.</summary>
    public void CloseLate(RunReport report, IReadOnlyList<PipelineRun> goingOn)
    {
        isStopped = true;
        try
        {
            report.Close(goingOn);
        }
        catch (Exception e) when (e is HostException or NotImplementedException or PipelineStoppedException)
        {
            // The host has no screen.
        }
    }

    // The line and its end are written in one piece. Otherwise an error could come between, because agents merge output and errors.
    private void Write(string line)
    {
        if (isStopped)
        {
            cmdlet.Host.UI?.Write(line + "\n");
        }
        else
        {
            cmdlet.WriteInformation(new HostInformationMessage { Message = line + "\n", NoNewLine = true }, ShownByTheHost);
        }
    }
}

namespace PipelineTrigger.Core.Agents;

/// <summary>A build agent, which reads the log of a step. Implementations escape all text, so that none of it acts as a command.</summary>
internal interface IAgent
{
    /// <summary>The largest summary that the agent still accepts, in bytes of UTF-8.</summary>
    int SummaryRoom { get; }

    /// <summary>Shows an error on the page of the build.</summary>
    void Error(SafeText title, SafeText message);

    /// <summary>Shows a warning on the page of the build.</summary>
    void Warning(SafeText title, SafeText message);

    /// <summary>Reports the progress of the step, if the agent shows it.</summary>
    void Progress(int percent, SafeText text);

    /// <summary>Sets an output variable for later steps.</summary>
    /// <exception cref="IOException">The agent's file could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The agent's file could not be written.</exception>
    void Output(SafeText name, SafeText value);

    /// <summary>Adds Markdown to the page of the build.</summary>
    /// <exception cref="IOException">The agent's file could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The agent's file could not be written.</exception>
    void Summary(string markdown);
}

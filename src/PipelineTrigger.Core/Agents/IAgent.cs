namespace PipelineTrigger.Core.Agents;

/// <summary>A build agent, as one who reads a step's log. Whatever text it is given ends where it belongs and is never a command.</summary>
internal interface IAgent
{
    /// <summary>The largest summary it takes now, in bytes of UTF-8.</summary>
    int SummaryRoom { get; }

    /// <summary>An error on the page of the build.</summary>
    void Error(SafeText title, SafeText message);

    /// <summary>A warning on the page of the build.</summary>
    void Warning(SafeText title, SafeText message);

    /// <summary>How far the step is, where the agent shows that.</summary>
    void Progress(int percent, SafeText text);

    /// <summary>A value for later steps.</summary>
    /// <exception cref="IOException">The agent's file could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    void Output(SafeText name, SafeText value);

    /// <summary>Markdown for the page of the build.</summary>
    /// <exception cref="IOException">The agent's file could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    void Summary(string markdown);
}

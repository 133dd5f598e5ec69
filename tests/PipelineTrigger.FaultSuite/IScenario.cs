using PipelineTrigger.FaultSuite.Reports;

namespace PipelineTrigger.FaultSuite;

/// <summary>One thing that may go wrong, done many times, and what was promised of it.</summary>
internal interface IScenario
{
    /// <summary>What <c>--only</c> calls it.</summary>
    string Name { get; }

    /// <summary>Whether it measures time, so that nothing else may run beside it.</summary>
    bool IsTimed => false;

    /// <summary>Why it cannot run here; null if it can.</summary>
    Task<string?> MissingAsync(CancellationToken cancellationToken);

    /// <summary>Runs it, and writes the results.</summary>
    Task RunAsync(SuiteOptions options, Report report, CancellationToken cancellationToken);
}

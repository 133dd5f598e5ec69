using PipelineTrigger.FaultSuite.Mix;

namespace PipelineTrigger.FaultSuite;

/// <summary>All scenarios, in the order in which they run.</summary>
internal static class ScenarioList
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new MixScenario(PipelineVendor.Prophecy),
        new MixScenario(PipelineVendor.Mage),
        new MixScenario(PipelineVendor.Supaflow),
    ];
}

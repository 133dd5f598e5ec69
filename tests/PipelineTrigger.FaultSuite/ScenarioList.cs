using PipelineTrigger.FaultSuite.Cost;
using PipelineTrigger.FaultSuite.Emulation;
using PipelineTrigger.FaultSuite.Kill;
using PipelineTrigger.FaultSuite.Mix;
using PipelineTrigger.FaultSuite.Race;
using PipelineTrigger.FaultSuite.Wait;

namespace PipelineTrigger.FaultSuite;

/// <summary>All scenarios, in the order in which they run.</summary>
internal static class ScenarioList
{
    public static IReadOnlyList<IScenario> All { get; } =
    [
        new MixScenario(PipelineVendor.Prophecy),
        new MixScenario(PipelineVendor.Mage),
        new MixScenario(PipelineVendor.Supaflow),
        new KillScenario(PipelineVendor.Prophecy),
        new KillScenario(PipelineVendor.Mage),
        new KillScenario(PipelineVendor.Supaflow),
        new RaceScenario("race", new DirectoryLedgers()),
        new RaceScenario("race-stopped", new DirectoryLedgers(), stopsOne: true),
        new RaceScenario("race-azurite", new AzuriteLedgers()),
        new RaceScenario("race-stopped-azurite", new AzuriteLedgers(), stopsOne: true),
        new RaceScenario("race-powershell", new DirectoryLedgers(), inPowerShell: true),
        new WaitScenario(PipelineVendor.Mage),
        new WaitScenario(PipelineVendor.Supaflow),
        new CostScenario("cost", new DirectoryLedgers()),
        new CostScenario("cost-azurite", new AzuriteLedgers()),
    ];
}

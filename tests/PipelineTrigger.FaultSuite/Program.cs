using PipelineTrigger.FaultSuite;
using PipelineTrigger.FaultSuite.Race;

if (args is [RaceWorker.Command, ..])
{
    return await RaceWorker.RunAsync(args);
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

if (SuiteOptions.TryParse(args) is not { } options)
{
    Console.Error.WriteLine(
        $"usage: PipelineTrigger.FaultSuite [--short] [--only NAME[,NAME…]]\nNAME: "
            + $"{string.Join(", ", ScenarioList.All.Select(s => s.Name))}"
    );
    return 2;
}

return await SuiteRun.RunAsync(options, stop.Token) ? 0 : 1;

using PipelineTrigger.Benchmarks;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

if (BenchmarkOptions.TryParse(args) is not { } options)
{
    Console.Error.WriteLine(
        $"usage: PipelineTrigger.Benchmarks [--quick] [--only NAME[,NAME…]] [--json FILE] [--plot FILE]\nNAME: "
            + $"{string.Join(", ", BenchmarkList.All.Select(b => b.Name))}"
    );
    return 2;
}

await BenchmarkRun.RunAsync(options, stop.Token);
return 0;

using PipelineTrigger.Benchmarks.Emulation;
using PipelineTrigger.Benchmarks.Measures;
using PipelineTrigger.Benchmarks.Shells;

namespace PipelineTrigger.Benchmarks.Cmdlets;

/// <summary>The first trigger of a session against the tenth, and where the difference goes.</summary>
internal sealed class FirstBenchmark : IBenchmark
{
    public string Name => "first";

    public async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        if (bench.Shell is not { } shell)
        {
            return [Measure.NotMeasured("first Invoke-PipelineRun of a session", Bench.NoShell)];
        }

        using var tenant = bench.Emulator.NewTenant("first");
        var server = tenant.BaseUri(PipelineVendor.Mage);

        // The emulator has its own first time.
        var warmUp = await FirstTimes.OfAsync(shell, server, "", cancellationToken);
        var (plain, loaded) = (new List<FirstTimes>(), new List<FirstTimes>());
        for (var round = 0; round < bench.Or(11, 3); round++)
        {
            plain.Add(await FirstTimes.OfAsync(shell, server, "", cancellationToken));
            loaded.Add(await FirstTimes.OfAsync(shell, server, string.Join(',', warmUp.Loaded), cancellationToken));
        }

        double Median(Func<FirstTimes, double> figure) => plain.Select(figure).Median();
        var (first, tenth) = (Median(t => t.Calls[0].Elapsed), Median(t => t.Calls[9].Elapsed));
        var compiled = Median(t => t.Calls[0].Compiled);
        var loading = loaded.Select(t => t.Load.Elapsed).Median();
        var connection = Median(t => t.Second.Elapsed) - tenth;
        Measure Part(string name, double milliseconds, string? note = null) =>
            new($"of that, {name}", milliseconds, "ms")
            {
                ComparedWith = "the difference",
                Compared = first - tenth,
                Ratio = milliseconds / (first - tenth),
                Note = note,
            };
        return
        [
            Measure.Of(
                "first Invoke-PipelineRun of a session",
                "ms",
                [.. plain.Select(t => t.Calls[0].Elapsed)],
                "the tenth",
                [.. plain.Select(t => t.Calls[9].Elapsed)]
            ) with
            {
                Note =
                    $"before it, Import-Module takes {Figure.Text(Median(t => t.Import.Elapsed), "ms")} and the first "
                    + $"Connect-PipelineService {Figure.Text(Median(t => t.Connect.Elapsed), "ms")}; the second call takes "
                    + $"{Figure.Text(Median(t => t.Calls[1].Elapsed), "ms")}",
            },
            Part("just-in-time compiling", compiled, $"{Median(t => t.Calls[0].Methods):0} methods, by the runtime's own count"),
            Part(
                $"loading {warmUp.Loaded.Count} assemblies",
                loading,
                $"timed apart, in other sessions, whose first call then took "
                    + $"{Figure.Text(loaded.Select(t => t.Calls[0].Elapsed).Median(), "ms")}: {string.Join(", ", warmUp.Loaded)}"
            ),
            Part(
                "setting up a connection",
                connection,
                "what the first call on a second connection takes longer than the tenth on the first: a socket, and the "
                    + "look-up of the trigger"
            ),
            Part(
                "the rest",
                first - tenth - compiled - loading - connection,
                "type loading, static constructors, code that is ready but must be bound"
            ),
        ];
    }
}

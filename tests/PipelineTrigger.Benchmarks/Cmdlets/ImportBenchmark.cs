using PipelineTrigger.Benchmarks.Measures;
using PipelineTrigger.Benchmarks.Shells;

namespace PipelineTrigger.Benchmarks.Cmdlets;

/// <summary>
/// What Import-Module costs in a fresh PowerShell, beside the least a binary module can cost and beside a well-known
/// one.
/// </summary>
internal sealed class ImportBenchmark : IBenchmark
{
    private const string Known = "Microsoft.PowerShell.SecretManagement";

    public string Name => "import";

    public async Task<IReadOnlyList<Measure>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        if (bench.Shell is not { } shell)
        {
            return [Measure.NotMeasured("Import-Module", Bench.NoShell)];
        }

        using var empty = await EmptyModule.CreateAsync(shell, cancellationToken);
        var known = (await shell.RunAsync($"(Get-Module {Known} -ListAvailable | Select-Object -First 1).Path", cancellationToken)).Output;
        var (ours, least, other, none) = (
            new ImportTimes(ShellInfo.ModuleManifest),
            new ImportTimes(empty.Manifest),
            new ImportTimes(known),
            new ImportTimes("")
        );
        for (var round = 0; round <= bench.Or(15, 3); round++)
        {
            foreach (var times in new[] { none, least, ours, other }.Where(t => t != other || known.Length > 0))
            {
                await times.AddAsync(shell, cancellationToken);
            }
        }

        const string name = "Import-Module in a fresh PowerShell";
        var process = $"the whole process, less one that imports nothing ({Figure.Text(none.Process.Median(), "ms")})";
        return
        [
            Measure.Of($"{name}, by its own clock", "ms", ours.Inside, "an empty module", least.Inside).RatioAtMost(2),
            Measure.Of($"{name}, the whole process", "ms", ours.Process, "an empty module", least.Process).RatioAtMost(2),
            new Measure($"{name}, {process}", ours.Process.Median() - none.Process.Median(), "ms")
                .Against("an empty module", least.Process.Median() - none.Process.Median())
                .RatioAtMost(2),
            known.Length == 0
                ? Measure.NotMeasured($"{name}, against SecretManagement", $"no {Known}")
                : Measure.Of($"{name}, by its own clock", "ms", ours.Inside, "SecretManagement", other.Inside),
        ];
    }
}

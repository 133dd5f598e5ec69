using System.Globalization;
using PipelineTrigger.Benchmarks.Shells;

namespace PipelineTrigger.Benchmarks.Cmdlets;

/// <summary>How long one module takes to import, each time in a fresh PowerShell; in milliseconds.</summary>
/// <param name="manifest">Empty: nothing is imported.</param>
internal sealed class ImportTimes(string manifest)
{
    private bool isWarm;

    /// <summary>What Import-Module took.</summary>
    public List<double> Inside { get; } = [];

    /// <summary>What the process took, from its start to its end.</summary>
    public List<double> Process { get; } = [];

    /// <summary>Once more; the first time only brings the files into memory.</summary>
    public async Task AddAsync(ShellInfo shell, CancellationToken cancellationToken)
    {
        var import = manifest.Length == 0 ? "" : $"Import-Module {ShellInfo.Quote(manifest)}";
        var (output, elapsed) = await shell.RunAsync(
            $"$watch = [System.Diagnostics.Stopwatch]::StartNew(); {import}; $watch.Elapsed.TotalMilliseconds",
            cancellationToken
        );
        if (isWarm)
        {
            Inside.Add(double.Parse(output, CultureInfo.InvariantCulture));
            Process.Add(elapsed.TotalMilliseconds);
        }

        isWarm = true;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using PipelineTrigger.Benchmarks.Triggering;

namespace PipelineTrigger.Benchmarks.Cmdlets;

/// <summary>What the vendors' pages show: curl, once a run, in a shell's loop.</summary>
internal static class CurlLoop
{
    private const string Loop = """n=$1; shift; while [ "$n" -gt 0 ]; do curl "$@" > /dev/null || exit 1; n=$((n-1)); done""";

    /// <summary>Requests a second; null where there is no curl, or no shell to loop in.</summary>
    public static async Task<double?> RateAsync(Uri uri, CapturedRequest request, int count, CancellationToken cancellationToken)
    {
        if (
            OperatingSystem.IsWindows()
            || !(Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, "curl")))
        )
        {
            return null;
        }

        string[] headers =
        [
            .. request
                .OwnHeaders.Where(h => h.Key is not ("User-Agent" or "Accept" or "Accept-Encoding"))
                .Append(KeyValuePair.Create("Content-Type", request.ContentType))
                .SelectMany(h => new[] { "--header", $"{h.Key}: {h.Value}" }),
        ];
        var elapsed = Stopwatch.StartNew();
        using var process = Process.Start(
            "/bin/sh",
            [
                "-c",
                Loop,
                "sh",
                count.ToString(CultureInfo.InvariantCulture),
                "-sS",
                "--fail",
                "-X",
                "POST",
                uri.AbsoluteUri,
                .. headers,
                "--data",
                Encoding.UTF8.GetString(request.Body),
            ]
        );
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? count / elapsed.Elapsed.TotalSeconds
            : throw new InvalidOperationException($"curl ended with {process.ExitCode}.");
    }
}

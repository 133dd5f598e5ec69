using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PipelineTrigger.Benchmarks.Measures;

/// <summary>A run's rows, with where and when they were measured, as JSON.</summary>
internal static class MeasureFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static async Task WriteAsync(string path, Bench bench, IReadOnlyList<Measure> measures, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(
            file,
            new
            {
                At = DateTime.UtcNow,
                bench.Options.Quick,
                Machine = new
                {
                    Processors = Environment.ProcessorCount,
                    Os = RuntimeInformation.OSDescription,
                    Runtime = RuntimeInformation.FrameworkDescription,
                    Shell = bench.Shell?.Version,
                },
                Measures = measures,
                bench.Growth,
            },
            Options,
            cancellationToken
        );
    }
}

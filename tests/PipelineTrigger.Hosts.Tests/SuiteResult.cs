using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace PipelineTrigger.Hosts.Tests;

/// <summary>A test by name, and why it failed or was skipped.</summary>
internal sealed record Finding(string Name, string Text);

/// <summary>The results of a whole suite, which one row of these tests stands for.</summary>
internal sealed record SuiteResult(
    string Suite,
    string Host,
    int Passed,
    int Failed,
    int Skipped,
    IReadOnlyList<Finding> Failures,
    IReadOnlyList<Finding> Skips
)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>A suite that did not get so far as to count its tests.</summary>
    public static SuiteResult Broken(string suite, string host, string reason) => new(suite, host, 0, 1, 0, [new(suite, reason)], []);

    public static SuiteResult? Parse(string json) => JsonSerializer.Deserialize<SuiteResult>(json, Json);

    /// <summary>Takes away what an earlier run left, so that no row is counted by another run's result.</summary>
    public static string Forget(string kind, string name)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Results, kind)).FullName, $"{name}.json");
        File.Delete(file);
        return file;
    }

    /// <summary>Ends the row as skipped, with a reason that is seen without asking for it.</summary>
    [DoesNotReturn]
    public static void SkipRow(string reason)
    {
        TestContext.Current.AddWarning(reason);
        Assert.Skip(reason);
    }

    /// <summary>A suite without tests proves nothing, and is no success.</summary>
    public SuiteResult OrBrokenIfEmpty() => Passed + Failed + Skipped == 0 ? Broken(Suite, Host, "The suite has no tests.") : this;

    /// <summary>
    /// Writes the result for the tally, under the name of the row that stands for it, and lets the row pass,
    /// fail or be skipped.
    /// </summary>
    public void Conclude(string file)
    {
        var row = TestContext.Current.Test!.TestDisplayName;
        File.WriteAllText(
            file,
            JsonSerializer.Serialize(
                new
                {
                    row,
                    Suite,
                    Host,
                    Passed,
                    Failed,
                    Skipped,
                    Failures,
                    Skips,
                },
                Json
            )
        );

        TestContext.Current.TestOutputHelper?.WriteLine($"{Suite} in {Host}: {Passed} passed, {Failed} failed, {Skipped} skipped");
        foreach (var skip in Skips)
        {
            TestContext.Current.AddWarning($"skipped: {skip.Name}: {skip.Text}");
        }

        Assert.True(
            Failed == 0,
            string.Join(
                Environment.NewLine,
                Failures
                    .Select(f => $"{f.Name}{Environment.NewLine}    {f.Text.ReplaceLineEndings(Environment.NewLine + "    ")}")
                    .Prepend($"{Failed} of {Passed + Failed + Skipped} failed.")
            )
        );
        Assert.SkipWhen(
            Passed == 0 && Skipped > 0,
            $"All {Skipped} tests were skipped: {string.Join("; ", Skips.Select(s => s.Text).Distinct())}"
        );
    }
}

using System.Reflection;

namespace PipelineTrigger.Core.Tests.Suites;

/// <summary>Public test data, kept beside the repository or where PIPELINETRIGGER_SUITES says.</summary>
internal static class PublicSuite
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("PIPELINETRIGGER_SUITES") is { Length: > 0 } named
        ? named
        : Path.Combine(RepositoryRoot, "..", "shared", "suites");

    private static string RepositoryRoot =>
        typeof(PublicSuite).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>Where a suite is; without it, the test is skipped.</summary>
    public static string Locate(string relative)
    {
        var path = Path.Combine(Folder, relative);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            Assert.Skip($"The public data '{relative}' is not there. Set PIPELINETRIGGER_SUITES to the folder that holds it.");
        }

        return path;
    }
}

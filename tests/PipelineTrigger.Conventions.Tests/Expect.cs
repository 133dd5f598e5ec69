namespace PipelineTrigger.Conventions.Tests;

internal static class Expect
{
    /// <summary>Fails with every finding in full, one a line.</summary>
    public static void None(IEnumerable<string> findings)
    {
        var all = findings.Distinct().ToList();
        Assert.True(all.Count == 0, string.Join(Environment.NewLine, all));
    }
}

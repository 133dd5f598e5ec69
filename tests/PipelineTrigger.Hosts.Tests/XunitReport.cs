using System.Globalization;
using System.Xml.Linq;

namespace PipelineTrigger.Hosts.Tests;

/// <summary>What an xunit program wrote with <c>-xml</c>.</summary>
internal static class XunitReport
{
    public static SuiteResult Read(string report, string suite, string host)
    {
        var assemblies = XDocument.Load(report).Descendants("assembly").ToList();
        var tests = assemblies.Descendants("test").ToList();
        var failures = tests
            .Select(t => (Test: t, Failure: t.Element("failure")))
            .Where(t => t.Failure is not null)
            .Select(t => new Finding(Name(t.Test), $"{t.Failure!.Element("message")?.Value}\n{t.Failure.Element("stack-trace")?.Value}"))
            .Concat(
                assemblies
                    .Elements("errors")
                    .Elements("error")
                    .Select(e => new Finding($"{e.Attribute("type")?.Value} {e.Attribute("name")?.Value}".Trim(), e.Value))
            )
            .ToList();
        var skips = tests
            .Where(t => t.Attribute("result")?.Value == "Skip")
            .Select(t => new Finding(Name(t), t.Element("reason")?.Value ?? ""))
            .ToList();
        return new(suite, host, Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped"), failures, skips);

        int Sum(string attribute) => assemblies.Sum(a => int.Parse(a.Attribute(attribute)?.Value ?? "0", CultureInfo.InvariantCulture));
        static string Name(XElement test) => test.Attribute("name")?.Value ?? "?";
    }
}

using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>The GitHub workflows, read as YAML.</summary>
public sealed partial class WorkflowTests
{
    private static readonly string Folder = Path.Combine(Product.RepositoryRoot, ".github", "workflows");

    public static TheoryData<string> Workflows => [.. Directory.EnumerateFiles(Folder, "*.y*ml").Select(f => Path.GetFileName(f))];

    public static TheoryData<string, string> Jobs =>
        new(
            from workflow in Directory.EnumerateFiles(Folder, "*.y*ml").Select(f => Path.GetFileName(f))
            from job in Map(Read(workflow), "jobs").Children.Keys
            select (workflow, job.ToString())
        );

    [Theory, MemberData(nameof(Workflows))]
    public void A_workflow_may_read_the_sources_and_nothing_else_unless_a_job_says_so(string workflow) =>
        Assert.Equal([("contents", "read")], Map(Read(workflow), "permissions").Select(p => (p.Key.ToString(), p.Value.ToString())));

    [Theory, MemberData(nameof(Workflows))]
    public void A_workflow_does_not_run_twice_at_once_for_one_branch(string workflow) =>
        Assert.Contains("${{ github.ref }}", Map(Read(workflow), "concurrency")["group"].ToString(), StringComparison.Ordinal);

    [Theory, MemberData(nameof(Jobs))]
    public void A_job_waits_for_jobs_that_exist_and_not_for_ever(string workflow, string job)
    {
        var jobs = Map(Read(workflow), "jobs");
        Assert.True(Map(jobs, job).Children.ContainsKey("timeout-minutes"));
        if (Map(jobs, job).Children.TryGetValue("needs", out var needed))
        {
            Assert.All(needed is YamlSequenceNode several ? several : [needed], n => Assert.Contains(n, jobs.Children.Keys));
        }
    }

    [Theory, MemberData(nameof(Jobs))]
    public void A_step_uses_an_action_of_one_major_version_or_runs_a_script(string workflow, string job) =>
        Assert.All(Steps(workflow, job), s =>
            Assert.Matches(ActionOrScript(), s.Children.TryGetValue("uses", out var action) ? $"uses {action}" : $"run {s["run"]}")
        );

    [Fact]
    public void The_packages_that_are_tested_and_released_are_those_that_were_built()
    {
        var built = Assert.Single(Steps("ci.yml", "build"), s => Uses(s, "actions/upload-artifact"));
        Assert.Equal("out/packages", built["with"]["path"].ToString());
        Assert.All((string[])["test", "release"], job =>
            Assert.Equal(
                built["with"]["name"],
                Assert.Single(Steps("ci.yml", job), s => Uses(s, "actions/download-artifact"))["with"]["name"]
            )
        );
        Assert.DoesNotContain(Steps("ci.yml", "release"), s => Uses(s, "actions/checkout"));
    }

    [Fact]
    public void The_packages_are_tested_on_the_three_systems() =>
        Assert.Equal(
            ["macos-latest", "ubuntu-latest", "windows-latest"],
            ((YamlSequenceNode)Read("ci.yml")["jobs"]["test"]["strategy"]["matrix"]["os"])
                .Select(os => os.ToString())
                .Order(StringComparer.Ordinal)
        );

    private static YamlMappingNode Read(string workflow)
    {
        using var reader = File.OpenText(Path.Combine(Folder, workflow));
        var stream = new YamlStream();
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    private static YamlMappingNode Map(YamlMappingNode node, string key) => (YamlMappingNode)node[key];

    private static IEnumerable<YamlMappingNode> Steps(string workflow, string job) =>
        ((YamlSequenceNode)Read(workflow)["jobs"][job]["steps"]).Cast<YamlMappingNode>();

    private static bool Uses(YamlMappingNode step, string action) =>
        step.Children.TryGetValue("uses", out var used) && used.ToString().StartsWith($"{action}@", StringComparison.Ordinal);

    [GeneratedRegex(@"^(uses [\w-]+/[\w-]+@v\d+$|run )")]
    private static partial Regex ActionOrScript();
}

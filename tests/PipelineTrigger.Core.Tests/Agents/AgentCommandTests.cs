using PipelineTrigger.Core.Agents;

namespace PipelineTrigger.Core.Tests.Agents;

/// <summary>The lines that an agent acts on.</summary>
public sealed class AgentCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"agent-{Guid.NewGuid():N}"));
    private readonly List<string> lines = [];

    public static TheoryData<string> Hostile => HostileText.All;

    private IAgent Azure => Agent("AzureDevops");

    private IAgent Github => Agent("GithubActions");

    private string OutputFile => Path.Combine(folder.FullName, "output");

    private string SummaryFile => Path.Combine(folder.FullName, "summary");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Azure_DevOps_is_told_in_logging_commands()
    {
        Azure.Error("RunFailed", "Mage run 1 ended Failed: disk full.");
        Azure.Warning("SucceededWithWarnings", "so so");
        Azure.Progress(33, "1 of 3 runs ended");
        Azure.Output("PipelineRunId", "1");

        Assert.Equal(
            [
                "##vso[task.logissue type=error;]RunFailed: Mage run 1 ended Failed: disk full.",
                "##vso[task.logissue type=warning;]SucceededWithWarnings: so so",
                "##vso[task.setprogress value=33;]1 of 3 runs ended",
                "##vso[task.setvariable variable=PipelineRunId;isOutput=true;]1",
            ],
            lines
        );
    }

    [Fact]
    public void GitHub_is_told_in_workflow_commands_and_knows_no_progress()
    {
        Github.Error("RunFailed", "Mage run 1 ended Failed: disk full.");
        Github.Warning("a: b, c", "so so");
        Github.Progress(33, "1 of 3 runs ended");

        Assert.Equal(["::error title=RunFailed::Mage run 1 ended Failed: disk full.", "::warning title=a%3A b%2C c::so so"], lines);
    }

    [Fact]
    public void A_GitHub_output_is_written_between_two_unpredictable_delimiters()
    {
        Github.Output("PipelineRunId", "1");
        Github.Output("PipelineRunStatus", "Failed");

        var written = File.ReadAllLines(OutputFile);
        Assert.Matches("^PipelineRunId<<end-[0-9a-f]{32}$", written[0]);
        Assert.Equal(["1", written[0].Substring("PipelineRunId<<".Length)], written.Skip(1).Take(2));
        Assert.NotEqual(written[2], written[5]);
        Assert.Empty(lines);
    }

    [Fact]
    public void A_summary_of_Azure_DevOps_is_a_file_that_the_agent_takes_up()
    {
        Azure.Summary("# ok");

        var file = Assert.Single(folder.GetFiles("*.md"));
        Assert.Equal([$"##vso[task.uploadsummary]{file.FullName}"], lines);
        Assert.Equal("# ok"u8.ToArray(), File.ReadAllBytes(file.FullName));
    }

    [Fact]
    public void A_summary_of_GitHub_is_added_to_the_file_of_the_step()
    {
        File.WriteAllText(SummaryFile, "before\n");

        Github.Summary("# ok");

        Assert.Equal("before\n# ok", File.ReadAllText(SummaryFile));
        Assert.Empty(lines);
    }

    [Fact]
    public void GitHub_has_as_much_room_as_the_step_has_left()
    {
        Assert.Equal(1024 * 1024, Github.SummaryRoom);

        File.WriteAllText(SummaryFile, new string('x', 1000));
        Assert.Equal((1024 * 1024) - 1000, Github.SummaryRoom);
    }

    [Theory]
    [InlineData("50% of a;b]c", "50%AZP25 of a%3Bb%5Dc", "50%25 of a;b]c")]
    [InlineData("a: b, c", "a: b, c", "a%3A b%2C c")]
    [InlineData("%0A", "%AZP250A", "%250A")]
    [InlineData("one\r\ntwo", "one%0D%0Atwo", "one%0D%0Atwo")]
    public void A_property_is_escaped_as_each_agent_undoes_it(string text, string azure, string github)
    {
        Assert.Equal(azure, AzureDevopsAgent.Property(text));
        Assert.Equal(github, GithubAgent.Property(text));
    }

    [Theory, MemberData(nameof(Hostile))]
    public void Whatever_is_said_there_is_one_command_and_it_is_ours(string text)
    {
        foreach (var agent in new[] { Azure, Github })
        {
            lines.Clear();
            agent.Error(text, text);

            var line = Assert.Single(HostileText.Lines(Assert.Single(lines)));
            Assert.Matches(@"^(##vso\[task\.logissue type=error;\]|::error title=[^:,\r\n]*::)", line);
            Assert.Empty(
                HostileText.Commands(
                    Undone(line.Substring(line.IndexOf(agent is GithubAgent ? "::" : "]", 2, StringComparison.Ordinal) + 1).TrimStart(':'))
                )
            );
        }
    }

    [Theory]
    [InlineData("None", "True", "true", null)]
    [InlineData("Auto", "True", "true", "AzureDevopsAgent")]
    [InlineData("Auto", "True", null, "AzureDevopsAgent")]
    [InlineData("Auto", null, "true", "GithubAgent")]
    [InlineData("Auto", null, null, null)]
    [InlineData("auto", "", "", null)]
    [InlineData("AzureDevops", null, "true", "AzureDevopsAgent")]
    [InlineData("githubactions", "True", null, "GithubAgent")]
    public void The_agent_is_the_one_that_is_asked_for_or_the_one_that_is_there(
        string format,
        string? azure,
        string? github,
        string? agent
    ) =>
        Assert.Equal(
            agent,
            CIFormat
                .Agent(
                    format,
                    name =>
                        name switch
                        {
                            "TF_BUILD" => azure,
                            "GITHUB_ACTIONS" => github,
                            _ => null,
                        },
                    lines.Add
                )
                ?.GetType()
                .Name
        );

    // What the agents make of it before they show it.
    private static string Undone(string data) =>
        data.Replace("%3B", ";").Replace("%0D", "\r").Replace("%0A", "\n").Replace("%5D", "]").Replace("%AZP25", "%").Replace("%25", "%");

    private IAgent Agent(string format) =>
        CIFormat.Agent(
            format,
            name =>
                name switch
                {
                    "AGENT_TEMPDIRECTORY" => folder.FullName,
                    "GITHUB_OUTPUT" => OutputFile,
                    "GITHUB_STEP_SUMMARY" => SummaryFile,
                    _ => null,
                },
            lines.Add
        )!;
}

using YamlDotNet.RepresentationModel;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>The YAML that a user copies, and our own: it can be read, and has what its reader looks for.</summary>
public sealed class TemplateTests
{
    public static TheoryData<string> Files =>
        [
            .. Directory
                .EnumerateFiles(Product.RepositoryRoot, "*.yml", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Product.RepositoryRoot, file).Replace('\\', '/'))
                .Where(file => file.StartsWith("docs/", StringComparison.Ordinal) || file.StartsWith(".github/", StringComparison.Ordinal)),
        ];

    public static TheoryData<string, string> Steps =>
        new(
            from template in (string[])["docs/templates/azure-pipelines-pipelinetrigger.yml", "docs/templates/github-workflow.yml"]
            from variable in (string[])["PIPELINE_VENDOR", "PIPELINE_RUN", "PIPELINE_TOKEN", "PIPELINE_TIMEOUT"]
            select (template, variable)
        );

    [Theory, MemberData(nameof(Files))]
    public void A_YAML_file_can_be_read(string file) => Assert.IsType<YamlMappingNode>(Root(file));

    [Theory]
    [InlineData("docs/templates/azure-pipelines-pipelinetrigger.yml", "parameters steps")]
    [InlineData("docs/templates/github-workflow.yml", "name on permissions concurrency jobs")]
    public void A_template_has_what_its_reader_looks_for(string file, string keys) =>
        Assert.Equal(keys, string.Join(' ', Root(file).Children.Keys.Cast<YamlScalarNode>().Select(k => k.Value)));

    // A value that was pasted into a script instead could be a command of its own.
    [Theory, MemberData(nameof(Steps))]
    public void A_template_hands_its_values_over_in_the_environment(string file, string variable)
    {
        var environments = Mappings(Root(file))
            .Where(m => m.Children.TryGetValue("env", out _))
            .Select(m => (YamlMappingNode)m.Children["env"])
            .ToList();
        Assert.NotEmpty(environments);
        Assert.All(environments, environment => Assert.Contains(new YamlScalarNode(variable), environment.Children.Keys));
    }

    [Theory, MemberData(nameof(Files))]
    public void No_expression_stands_in_a_script(string file) =>
        Expect.None(
            from mapping in Mappings(Root(file))
            from key in (string[])["script", "run", "pwsh", "bash", "powershell"]
            where
                mapping.Children.TryGetValue(key, out var script)
                && script is YamlScalarNode { Value: { } text }
                && text.Contains("${{", StringComparison.Ordinal)
            select $"{file}: {key}"
        );

    private static YamlMappingNode Root(string file)
    {
        using var reader = File.OpenText(Path.Combine(Product.RepositoryRoot, file));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
    }

    private static IEnumerable<YamlMappingNode> Mappings(YamlNode node) => node.AllNodes.OfType<YamlMappingNode>();
}

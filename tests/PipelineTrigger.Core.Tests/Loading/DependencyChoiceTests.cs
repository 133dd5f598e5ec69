using System.Reflection;
using System.Reflection.Emit;
using PipelineTrigger.Loading;

namespace PipelineTrigger.Core.Tests.Loading;

/// <summary>What the resolver answers on Windows PowerShell: a folder of dependencies that holds Polly.Core 8.0.0.0 alone.</summary>
public sealed class DependencyChoiceTests : IDisposable
{
    private const string Dependency = "Polly.Core";

    private readonly string folder = Directory
        .CreateDirectory(Path.Combine(Path.GetTempPath(), $"PipelineTrigger-{Guid.NewGuid():N}"))
        .FullName;
    private readonly DependencyChoice choice;

    public DependencyChoiceTests()
    {
        File.Copy(typeof(Polly.ResiliencePipeline).Assembly.Location, ShippedFile);
        choice = new(folder, [Requesting("one of those that PowerShell loaded for us")!, typeof(PipelineRun).Assembly]);
    }

    private string ShippedFile => Path.Combine(folder, $"{Dependency}.dll");

    public void Dispose()
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            // Windows keeps the file of an assembly that is loaded.
        }
    }

    [Theory]
    [InlineData("7.0.0.0", true)]
    [InlineData("8.0.0.0", true)]
    [InlineData(null, true)]
    [InlineData("8.0.0.1", false)]
    [InlineData("9.0.0.0", false)]
    public void A_dependency_answers_up_to_its_own_version(string? version, bool answers) =>
        Assert.Equal(answers ? ShippedFile : null, Resolve(Dependency, version, "one of those that PowerShell loaded for us")?.Location);

    [Theory]
    [InlineData("one of those that PowerShell loaded for us", true)]
    [InlineData("one from the folder", true)]
    [InlineData("another module's", false)]
    [InlineData("one that has the folder's name and lies elsewhere", false)]
    [InlineData("one that was made in memory", false)]
    [InlineData("nobody", false)]
    public void Only_our_own_assemblies_are_answered(string requesting, bool answers) =>
        Assert.Equal(answers ? ShippedFile : null, Resolve(Dependency, "8.0.0.0", requesting)?.Location);

    [Theory]
    [InlineData("Polly")]
    [InlineData("Polly.Core.resources")]
    [InlineData("System.Management.Automation")]
    public void What_is_not_shipped_is_left_to_others(string name) =>
        Assert.Null(Resolve(name, "1.0.0.0", "one of those that PowerShell loaded for us"));

    // What scripts see exists once, whatever version is asked for, and wherever another copy may lie.
    [Theory]
    [InlineData("0.0.0.1")]
    [InlineData("99.0.0.0")]
    [InlineData(null)]
    public void What_PowerShell_loaded_for_us_is_the_answer_itself(string? version)
    {
        File.Copy(ShippedFile, Path.Combine(folder, "PipelineTrigger.Abstractions.dll"));
        Assert.Same(typeof(PipelineRun).Assembly, Resolve("PipelineTrigger.Abstractions", version, "one from the folder"));
    }

    private Assembly? Resolve(string name, string? version, string requesting) =>
        choice.Resolve(new AssemblyName(name) { Version = version is null ? null : new Version(version) }, Requesting(requesting));

    private Assembly? Requesting(string who) =>
        who switch
        {
            "one of those that PowerShell loaded for us" => typeof(DependencyChoiceTests).Assembly,
            "one from the folder" => Assembly.LoadFile(ShippedFile),
            "another module's" => typeof(FactAttribute).Assembly,
            "one that has the folder's name and lies elsewhere" => typeof(Polly.ResiliencePipeline).Assembly,
            "one that was made in memory" => AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(Dependency), AssemblyBuilderAccess.Run),
            _ => null,
        };
}

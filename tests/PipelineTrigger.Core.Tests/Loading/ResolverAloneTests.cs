using PipelineTrigger.Core.Connections;

#if NETFRAMEWORK
namespace PipelineTrigger.Core.Tests.Loading;

/// <summary>
/// These very tests stand where a module stands in Windows PowerShell: their dependencies are found by the module's
/// resolver or not at all.
/// </summary>
public sealed class ResolverAloneTests
{
    private static readonly string Place = AppDomain.CurrentDomain.BaseDirectory;

    public static TheoryData<string> Dependencies =>
        [.. Directory.GetFiles(Path.Combine(Place, "deps"), "*.dll").Select(Path.GetFileNameWithoutExtension)];

    [Fact]
    public void There_are_no_binding_redirects() => Assert.False(File.Exists(AppDomain.CurrentDomain.SetupInformation.ConfigurationFile));

    [Theory, MemberData(nameof(Dependencies))]
    public void No_dependency_lies_where_the_runtime_itself_would_find_it(string name) =>
        Assert.False(File.Exists(Path.Combine(Place, $"{name}.dll")));

    [Theory]
    [InlineData(typeof(Core.Connections.ConnectionClient))]
    [InlineData(typeof(Polly.ResiliencePipeline))]
    [InlineData(typeof(System.Text.Json.JsonDocument))]
    [InlineData(typeof(TimeProvider))]
    [InlineData(typeof(IAsyncDisposable))]
    public void What_the_client_core_is_made_of_comes_from_there(Type type) =>
        Assert.Equal(Path.Combine(Place, "deps", $"{type.Assembly.GetName().Name}.dll"), type.Assembly.Location);

    [Fact]
    public void What_several_ask_for_is_loaded_once() =>
        Assert.DoesNotContain(
            AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic).GroupBy(a => a.Location, StringComparer.OrdinalIgnoreCase),
            g => g.Key.Length > 0 && g.Count() > 1
        );
}
#endif

using System.Reflection;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>The objects and words that scripts see.</summary>
public sealed class ObjectTests
{
    private static readonly AssemblyDefinition Abstractions = Product.Core.Abstractions;

    public static TheoryData<string, string> RunProperties => new(Surface.Run.Select(p => (p.Key, Spell(p.Value))));

    public static TheoryData<string> DefinitionProperties => [.. Surface.Definition];

    public static TheoryData<string, string> Words => new(from words in Surface.Words from word in words.Value select (words.Key, word));

    public static TheoryData<string> WordClasses => [.. Surface.Words.Keys];

    [Theory, MemberData(nameof(RunProperties))]
    public void A_run_has_the_properties_that_scripts_depend_on(string name, string type) =>
        Assert.Equal(type, Property("PipelineTrigger.PipelineRun", name).PropertyType.FullName);

    [Fact]
    public void A_run_has_no_property_that_the_table_does_not_know() =>
        Expect.None(
            Abstractions
                .MainModule.GetType("PipelineTrigger.PipelineRun")
                .Properties.Where(p => p.GetMethod.IsPublic)
                .Select(p => p.Name)
                .Except(Surface.Run.Keys)
        );

    [Theory, MemberData(nameof(DefinitionProperties))]
    public void A_pipeline_carries_what_Invoke_PipelineRun_needs(string name) => Property("PipelineTrigger.PipelineDefinition", name);

    [Theory, MemberData(nameof(Words))]
    public void A_word_that_scripts_compare_with_is_a_constant_that_reads_like_its_name(string type, string word) =>
        Assert.Equal(
            word,
            Assert
                .Single(Abstractions.MainModule.GetType(type).Fields, f => f.Name == word && f is { IsPublic: true, IsLiteral: true })
                .Constant
        );

    [Theory, MemberData(nameof(WordClasses))]
    public void No_word_is_missing_in_the_table(string type) =>
        Assert.Equal(
            Surface.Words[type].Order(),
            Abstractions.MainModule.GetType(type).Fields.Where(f => f is { IsPublic: true, IsLiteral: true }).Select(f => f.Name).Order()
        );

    // An enum comes back from CLIXML and JSON as a number.
    [Fact]
    public void Scripts_see_no_enum() => Assert.DoesNotContain(Abstractions.MainModule.Types, t => t is { IsPublic: true, IsEnum: true });

    [Fact]
    public void What_scripts_see_they_cannot_change() =>
        Expect.None(
            from type in Abstractions.MainModule.Types
            where type.IsPublic
            from property in type.Properties
            where property.SetMethod is { IsPublic: true }
            select property.FullName
        );

    private static PropertyDefinition Property(string type, string name) =>
        Assert.Single(Abstractions.MainModule.GetType(type).Properties, p => p.Name == name && p.GetMethod.IsPublic);

    // As Cecil writes it.
    private static string Spell(Type type) =>
        !type.GetTypeInfo().IsGenericType
            ? type.FullName!
            : $"{type.GetGenericTypeDefinition().FullName}<{string.Join(',', type.GetGenericArguments().Select(Spell))}>";
}

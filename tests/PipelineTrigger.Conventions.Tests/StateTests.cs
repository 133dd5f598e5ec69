namespace PipelineTrigger.Conventions.Tests;

/// <summary>
/// Hosts share a process between jobs: what belongs to the process must hold nothing that one job could take from
/// another.
/// </summary>
public sealed class StateTests
{
    // The process-wide state that can change, and why one job cannot read another's data through it.
    private static readonly Dictionary<string, string> Known = new()
    {
        ["PipelineTrigger.Session.RunspaceState::States"] =
            "Each runspace's connections and memory under the runspace itself, which alone is asked for; gone with it.",
        ["PipelineTrigger.Commands.DuplicateModuleWarning::Warned"] = "The folders of other copies of the module that a warning has named.",
        ["PipelineTrigger.Loading.DependencyResolver::Gate"] = "A lock.",
        ["PipelineTrigger.Loading.DependencyResolver::registered"] = "That the resolver is there, which belongs to the process.",
        ["PipelineTrigger.Core.Http.VendorAnswer::NoHeaders"] = "Empty, and handed out for reading alone.",
        ["PipelineTrigger.Core.Once.SubjectGate::All"] =
            "The triggers on their way by vendor, address and what they trigger: ids of runs and times, no secret and no answer.",
    };

    // Instances of these types cannot be changed.
    private static readonly HashSet<string> Constants =
    [
        "System.String",
        "System.Boolean",
        "System.Byte",
        "System.Char",
        "System.Int32",
        "System.Int64",
        "System.Double",
        "System.TimeSpan",
        "System.DateTime",
        "System.Uri",
        "System.Version",
        "System.Text.Encoding",
        "System.Text.Json.JsonEncodedText",
        "System.Text.Json.JsonWriterOptions",
        "System.Text.RegularExpressions.Regex",
        "System.Net.Http.HttpMethod",
        "System.Nullable`1",
        "System.ValueTuple`2",
        "System.Collections.Generic.KeyValuePair`2",
        "System.Collections.Generic.IReadOnlyList`1",
        "System.Func`2",
        "Polly.ResiliencePropertyKey`1",
    ];

    public static TheoryData<string, string> Rooms =>
        new(
            from edition in (string[])["net472", "net8.0"]
            from file in (string[])["PipelineTrigger.dll", "PipelineTrigger.Abstractions.dll", "deps/PipelineTrigger.Core.dll"]
            select (edition, file)
        );

    [Theory, MemberData(nameof(Rooms))]
    public void What_belongs_to_the_process_cannot_change_or_is_known_with_its_reason(string edition, string file) =>
        Expect.None(Changing(edition, file).Except(Known.Keys));

    [Theory]
    [InlineData("net472")]
    [InlineData("net8.0")]
    public void What_is_known_is_there(string edition) =>
        Expect.None(Known.Keys.Except(Changing(edition, "PipelineTrigger.dll").Concat(Changing(edition, "deps/PipelineTrigger.Core.dll"))));

    [Theory, MemberData(nameof(Rooms))]
    public void Nothing_is_kept_with_a_thread_because_hosts_share_those_as_well(string edition, string file) =>
        Expect.None(
            from type in Product.Of(edition).Read(file).MainModule.GetTypes()
            from field in type.Fields
            where
                field.CustomAttributes.Any(a => a.AttributeType.Name == nameof(ThreadStaticAttribute))
                || field.FieldType.Name is "AsyncLocal`1" or "ThreadLocal`1"
            select field.FullName
        );

    private static IEnumerable<string> Changing(string edition, string file) =>
        from type in Product.Of(edition).Read(file).MainModule.GetTypes()
        where !IsOfTheCompiler(type)
        from field in type.Fields
        where field is { IsStatic: true, IsLiteral: false } && !(field.IsInitOnly && IsConstant(field.FieldType))
        select $"{type.FullName}::{field.Name}";

    private static bool IsConstant(TypeReference type) =>
        type switch
        {
            ArrayType array => IsConstant(array.ElementType),
            GenericInstanceType generic => Constants.Contains(generic.ElementType.FullName)
                && generic.GenericArguments.All(a => IsConstant(a) || generic.ElementType.Name == "ResiliencePropertyKey`1"),
            _ when Constants.Contains(type.FullName) => true,
            // What the generator of JSON readers made: a table of types, closed once it is made.
            _ when type.FullName == "System.Text.Json.JsonSerializerOptions" => true,
            TypeDefinition { BaseType.FullName: "System.Text.Json.Serialization.JsonSerializerContext" } => true,
            TypeDefinition { IsEnum: true } => true,
            TypeDefinition own => own.Fields.Where(f => !f.IsStatic).All(f => f.IsInitOnly && IsConstant(f.FieldType)),
            _ => false,
        };

    // Methods without state that it keeps as delegates, and the bytes of literals.
    private static bool IsOfTheCompiler(TypeDefinition type) =>
        type.Name[0] == '<'
            && (
                type.Name is "<>c" or "<>O"
                || type.Name.StartsWith("<>c__", StringComparison.Ordinal)
                || type.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal)
            )
        || type.DeclaringType is { } outer && IsOfTheCompiler(outer);
}

namespace PipelineTrigger.Conventions.Tests;

/// <summary>A cmdlet as PowerShell will see it.</summary>
internal sealed class Command
{
    private const string Automation = "System.Management.Automation.";
    private readonly CustomAttribute declaration;

    private Command(TypeDefinition type, CustomAttribute declaration)
    {
        Type = type;
        this.declaration = declaration;
        Parameters = Family(type)
            .SelectMany(t => t.Properties)
            .Where(p => Attributes(p, "ParameterAttribute").Any())
            .Select(p => new Parameter(p))
            .DistinctBy(p => p.Name)
            .ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
    }

    public TypeDefinition Type { get; }

    public string Verb => (string)declaration.ConstructorArguments[0].Value;

    public string Name => $"{Verb}-{declaration.ConstructorArguments[1].Value}";

    public bool SupportsShouldProcess => declaration.Properties.Any(p => p is { Name: "SupportsShouldProcess", Argument.Value: true });

    public IEnumerable<string> Aliases => Attributes(Type, "AliasAttribute").SelectMany(Strings);

    public IEnumerable<TypeReference> OutputTypes => Attributes(Type, "OutputTypeAttribute").SelectMany(Values).OfType<TypeReference>();

    public IReadOnlyDictionary<string, Parameter> Parameters { get; }

    public static IReadOnlyDictionary<string, Command> In(Edition edition) =>
        (
            from type in edition.Cmdlets.MainModule.Types
            from declaration in Attributes(type, "CmdletAttribute")
            where !type.IsAbstract
            select new Command(type, declaration)
        ).ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);

    public override string ToString() => Name;

    private static IEnumerable<CustomAttribute> Attributes(ICustomAttributeProvider member, string name) =>
        member.CustomAttributes.Where(a => a.AttributeType.FullName == Automation + name);

    private static IEnumerable<string> Strings(CustomAttribute attribute) => Values(attribute).OfType<string>();

    private static IEnumerable<object> Values(CustomAttribute attribute) =>
        attribute.ConstructorArguments.SelectMany(a =>
            a.Value is CustomAttributeArgument[] many ? many.Select(one => one.Value) : [a.Value]
        );

    // The class and its base classes, as far as they are ours.
    private static IEnumerable<TypeDefinition> Family(TypeDefinition type)
    {
        for (
            var member = type;
            member is not null;
            member = member.BaseType as TypeDefinition ?? (member.BaseType as GenericInstanceType)?.ElementType as TypeDefinition
        )
        {
            yield return member;
        }
    }

    /// <summary>A parameter with all its declarations, one for each parameter set or one for all.</summary>
    internal sealed class Parameter(PropertyDefinition property)
    {
        private readonly CustomAttribute[] declarations = [.. Attributes(property, "ParameterAttribute")];

        public string Name => property.Name;

        public TypeReference Type => property.PropertyType;

        public bool IsSwitch => Type.FullName == Automation + "SwitchParameter";

        public bool IsPublic => property is { GetMethod.IsPublic: true, SetMethod.IsPublic: true };

        public bool FromPipeline => Any("ValueFromPipeline");

        public bool FromPipelineByPropertyName => Any("ValueFromPipelineByPropertyName");

        public bool FromRemainingArguments => Any("ValueFromRemainingArguments");

        public bool SupportsWildcards => Attributes(property, "SupportsWildcardsAttribute").Any();

        public IEnumerable<string> Aliases => Attributes(property, "AliasAttribute").SelectMany(Strings);

        public IEnumerable<string> Sets => declarations.Select(d => Named(d, "ParameterSetName") as string ?? "");

        public IEnumerable<int> Positions => declarations.Select(d => Named(d, "Position")).OfType<int>();

        public override string ToString() => $"-{Name}";

        private bool Any(string name) => declarations.Any(d => Named(d, name) is true);

        private static object? Named(CustomAttribute attribute, string name) =>
            attribute.Properties.Where(p => p.Name == name).Select(p => p.Argument.Value).FirstOrDefault();
    }
}

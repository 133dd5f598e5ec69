namespace PipelineTrigger.Conventions.Tests;

/// <summary>
/// What a type mentions and calls, seen in its metadata and its instructions. What the compiler made of a type is part
/// of that type.
/// </summary>
internal static class TypeUses
{
    /// <summary>The types a person wrote: those that lie in a namespace, without nested ones.</summary>
    public static IEnumerable<TypeDefinition> WrittenTypes(this AssemblyDefinition assembly) =>
        assembly.MainModule.Types.Where(type => type.Namespace.Length > 0);

    /// <summary>The types of a namespace and those below it.</summary>
    public static IEnumerable<TypeDefinition> WrittenTypes(this AssemblyDefinition assembly, string room) =>
        assembly.WrittenTypes().Where(type => type.IsIn(room));

    public static bool IsIn(this TypeReference type, string room)
    {
        var place = type.Outermost().Namespace;
        return place == room || place.StartsWith(room + ".", StringComparison.Ordinal);
    }

    public static TypeReference Outermost(this TypeReference type) => type.DeclaringType is { } outer ? outer.Outermost() : type;

    /// <summary>Every type that this one mentions, anywhere in it.</summary>
    public static HashSet<TypeReference> Mentioned(this TypeDefinition type) =>
        [.. type.WithNested().SelectMany(MentionedDirectly).SelectMany(Parts).DistinctBy(t => t.FullName)];

    /// <summary>Every method that this type calls or takes the address of.</summary>
    public static IEnumerable<MethodReference> Calls(this TypeDefinition type) =>
        type.WithNested()
            .SelectMany(t => t.Methods)
            .Where(m => m.HasBody)
            .SelectMany(m => m.Body.Instructions)
            .Select(i => i.Operand)
            .OfType<MethodReference>();

    /// <summary>The types in what others can see of this one.</summary>
    public static IEnumerable<TypeReference> Exposed(this TypeDefinition type)
    {
        var members = new List<TypeReference?>([type.BaseType, .. type.Interfaces.Select(i => i.InterfaceType)]);
        members.AddRange(type.GenericParameters.SelectMany(p => p.Constraints).Select(c => c.ConstraintType));
        members.AddRange(type.CustomAttributes.SelectMany(MentionedDirectly));
        foreach (var method in type.Methods.Where(IsVisible))
        {
            members.AddRange(Signature(method));
            members.AddRange(method.CustomAttributes.SelectMany(MentionedDirectly));
        }

        members.AddRange(type.Fields.Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly).Select(f => f.FieldType));
        members.AddRange(type.Properties.SelectMany(p => p.CustomAttributes).SelectMany(MentionedDirectly));
        members.AddRange(
            type.NestedTypes.Where(n => n.IsNestedPublic || n.IsNestedFamily || n.IsNestedFamilyOrAssembly).SelectMany(Exposed)
        );
        return members.OfType<TypeReference>().SelectMany(Parts);
    }

    private static bool IsVisible(MethodDefinition method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static IEnumerable<TypeDefinition> WithNested(this TypeDefinition type) =>
        type.NestedTypes.SelectMany(WithNested).Prepend(type);

    private static IEnumerable<TypeReference> MentionedDirectly(TypeDefinition type)
    {
        var mentioned = new List<TypeReference?>([type.BaseType, .. type.Interfaces.Select(i => i.InterfaceType)]);
        mentioned.AddRange(type.GenericParameters.SelectMany(p => p.Constraints).Select(c => c.ConstraintType));
        mentioned.AddRange(type.Fields.Select(f => f.FieldType));
        mentioned.AddRange(type.Methods.SelectMany(MentionedDirectly));
        mentioned.AddRange(
            type.Properties.Cast<ICustomAttributeProvider>()
                .Concat(type.Fields)
                .Concat(type.Methods)
                .Append(type)
                .SelectMany(member => member.CustomAttributes)
                .SelectMany(MentionedDirectly)
        );
        return mentioned.OfType<TypeReference>();
    }

    private static IEnumerable<TypeReference> MentionedDirectly(MethodDefinition method)
    {
        var mentioned = Signature(method).Concat(method.Overrides.Select(o => o.DeclaringType));
        return !method.HasBody
            ? mentioned
            : mentioned
                .Concat(method.Body.Variables.Select(v => v.VariableType))
                .Concat(method.Body.ExceptionHandlers.Select(h => h.CatchType).OfType<TypeReference>())
                .Concat(method.Body.Instructions.SelectMany(MentionedDirectly));
    }

    private static IEnumerable<TypeReference> MentionedDirectly(Instruction instruction) =>
        instruction.Operand switch
        {
            TypeReference type => [type],
            MethodReference method => [method.DeclaringType, .. Signature(method)],
            FieldReference field => [field.DeclaringType, field.FieldType],
            _ => [],
        };

    private static IEnumerable<TypeReference> MentionedDirectly(CustomAttribute attribute) =>
        attribute.ConstructorArguments.Select(a => a.Value).OfType<TypeReference>().Prepend(attribute.AttributeType);

    private static IEnumerable<TypeReference> Signature(MethodReference method)
    {
        var signature = method.Parameters.Select(p => p.ParameterType).Append(method.ReturnType);
        return method is GenericInstanceMethod generic ? signature.Concat(generic.GenericArguments) : signature;
    }

    // An array, a reference or a generic instance taken apart down to plain types.
    private static IEnumerable<TypeReference> Parts(TypeReference type) =>
        type switch
        {
            GenericParameter => [],
            GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Prepend(generic.ElementType),
            IModifierType modified => Parts(modified.ElementType).Append(modified.ModifierType),
            TypeSpecification specification => Parts(specification.ElementType),
            _ => [type],
        };
}

namespace PipelineTrigger.Conventions.Tests;

/// <summary>
/// What comes from outside stays outside: there is one door to each place where something is written, and it takes safe
/// text alone.
/// </summary>
public sealed class OutsideTextTests
{
    private const string Cmdlets = "PipelineTrigger.dll";
    private const string Core = "deps/PipelineTrigger.Core.dll";
    private const string SafeText = "PipelineTrigger.SafeText";
    private const string Secret = "PipelineTrigger.Core.Text.Secret";

    // These types send the secret or remove it from other text. No other type reads it.
    private static readonly string[] Revealing =
    [
        "PipelineTrigger.Core.Text.Redactor",
        "PipelineTrigger.Core.Vendors.Mage.MageAuthorization",
        "PipelineTrigger.Core.Vendors.Mage.MageClient",
        "PipelineTrigger.Core.Vendors.Prophecy.ProphecyClient",
        "PipelineTrigger.Core.Vendors.Supaflow.SupaflowAuthorization",
        "PipelineTrigger.Session.LedgerSource",
    ];

    // The build agent's lines are commands, and ours; a list of runs is told when the write methods throw already.
    private static readonly string[] ToTheHost =
    [
        "PipelineTrigger.Commands.PipelineCmdlet -> Cmdlet.ShouldContinue",
        "PipelineTrigger.Commands.PipelineCmdlet -> Cmdlet.ShouldProcess",
        "PipelineTrigger.Commands.PipelineCmdlet -> Cmdlet.ThrowTerminatingError",
        "PipelineTrigger.Commands.PipelineCmdlet -> Cmdlet.WriteError",
        "PipelineTrigger.Commands.PipelineCmdlet -> Cmdlet.WriteProgress",
        "PipelineTrigger.Commands.PipelineCmdlet -> Cmdlet.WriteVerbose",
        "PipelineTrigger.Commands.PipelineCmdlet -> Cmdlet.WriteWarning",
        "PipelineTrigger.Output.BuildLog -> Cmdlet.WriteInformation",
        "PipelineTrigger.Output.BuildLog -> PSHostUserInterface.Write",
        "PipelineTrigger.Output.ExitReport -> PSHostUserInterface.WriteWarningLine",
    ];

    private static readonly string[] Records =
    [
        "PipelineTrigger.Execution.JobRecords makes VerboseRecord",
        "PipelineTrigger.Execution.JobRecords makes WarningRecord",
        "PipelineTrigger.Output.BuildLog makes HostInformationMessage",
        "PipelineTrigger.Output.ErrorRecords makes ErrorRecord",
        "PipelineTrigger.Output.ProgressDisplay makes ProgressRecord",
    ];

    public static TheoryData<string> Editions => ["net472", "net8.0"];

    public static TheoryData<string, string> Rooms =>
        new(
            from edition in (string[])["net472", "net8.0"]
            from file in (string[])[Cmdlets, "PipelineTrigger.Abstractions.dll", Core]
            select (edition, file)
        );

    [Theory, MemberData(nameof(Editions))]
    public void The_streams_and_the_host_have_one_door(string edition) =>
        Assert.Equal(
            ToTheHost,
            (
                from type in Written(edition, Cmdlets)
                from call in type.Calls()
                where IsWriting(call)
                select $"{type.FullName} -> {call.DeclaringType.Name}.{call.Name}"
            )
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    [Theory, MemberData(nameof(Editions))]
    public void Records_of_the_streams_are_made_in_one_place_each(string edition) =>
        Assert.Equal(
            Records,
            (
                from type in Written(edition, Cmdlets)
                from call in type.Calls()
                where
                    call.Name == ".ctor"
                    && call.DeclaringType.Namespace == "System.Management.Automation"
                    && (
                        call.DeclaringType.Name.EndsWith("Record", StringComparison.Ordinal)
                        || call.DeclaringType.Name == "HostInformationMessage"
                    )
                select $"{type.FullName} makes {call.DeclaringType.Name}"
            )
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    [Theory, MemberData(nameof(Editions))]
    public void The_doors_take_safe_text_or_records_and_no_other_text(string edition) =>
        Expect.None(
            from type in Written(edition, Cmdlets)
            where type.FullName is "PipelineTrigger.Commands.PipelineCmdlet" or "PipelineTrigger.Execution.JobRecords"
            from method in type.Methods
            where
                method.Name.StartsWith("Write", StringComparison.Ordinal)
                || method.Name.StartsWith("Should", StringComparison.Ordinal)
                || type.Name == "JobRecords"
            where method.Parameters.Any(p => p.ParameterType.FullName == "System.String")
            select method.FullName
        );

    [Theory, MemberData(nameof(Rooms))]
    public void Nothing_is_written_to_the_console(string edition, string file) =>
        Expect.None(
            from type in Written(edition, file)
            from call in type.Calls()
            where
                call.DeclaringType.FullName is "System.Console" or "System.Diagnostics.Debug" or "System.Diagnostics.Trace"
                && call.Name != "get_IsInputRedirected"
            select $"{type.FullName} calls {call.FullName}"
        );

    [Theory, MemberData(nameof(Rooms))]
    public void Safe_text_is_made_by_cleaning_alone(string edition, string file) =>
        Expect.None(
            from type in Written(edition, file)
            where type.FullName != SafeText
            from call in type.Calls()
            where call.Name == ".ctor" && call.DeclaringType.FullName == SafeText
            select $"{type.FullName} makes safe text by itself"
        );

    [Theory, MemberData(nameof(Editions))]
    public void An_agent_is_told_safe_text_and_a_page_that_is_escaped(string edition)
    {
        var agents = Written(edition, Core).Where(t => t.IsIn("PipelineTrigger.Core.Agents")).ToList();
        Assert.Equal(
            ["Summary"],
            from method in agents.Single(t => t.Name == "IAgent").Methods
            where method.Parameters.Any(p => p.ParameterType.FullName == "System.String")
            select method.Name
        );
        Assert.Equal(
            ["AzureDevopsAgent.Write", "GithubAgent.Annotate"],
            from type in agents
            from method in type.Methods
            where
                method.HasBody
                && method.Body.Instructions.Any(i =>
                    i.Operand
                        is MethodReference
                        {
                            Name: "Invoke",
                            DeclaringType: GenericInstanceType { ElementType.FullName: "System.Action`1" }
                        }
                )
            orderby type.Name
            select $"{type.Name}.{method.Name}"
        );
    }

    [Theory, MemberData(nameof(Editions))]
    public void A_secret_is_revealed_by_those_who_send_it_or_take_it_out_of_text(string edition) =>
        Assert.Equal(
            Revealing,
            (
                from file in (string[])[Cmdlets, Core]
                from type in Written(edition, file)
                from call in type.Calls()
                where call.Name == "Reveal" && call.DeclaringType.FullName == Secret
                select type.FullName
            )
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    [Theory, MemberData(nameof(Editions))]
    public void A_secret_has_nothing_that_a_formatter_or_a_serializer_reads(string edition)
    {
        var secret = Written(edition, Core).Single(t => t.FullName == Secret);
        Assert.Empty(secret.Properties);
        Assert.Empty(secret.Interfaces);
        Assert.All(secret.Fields, field => Assert.True(field.IsPrivate));
        Assert.Equal(
            "***",
            Assert.Single(secret.Methods.Single(m => m.Name == "ToString").Body.Instructions, i => i.Operand is string).Operand
        );
    }

    private static IEnumerable<TypeDefinition> Written(string edition, string file) => Product.Of(edition).Read(file).WrittenTypes();

    private static bool IsWriting(MethodReference call) =>
        call.DeclaringType.FullName switch
        {
            "System.Management.Automation.Cmdlet" => (call.Name.StartsWith("Write", StringComparison.Ordinal) && call.Name != "WriteObject")
                || call.Name.StartsWith("Should", StringComparison.Ordinal)
                || call.Name == "ThrowTerminatingError",
            "System.Management.Automation.Host.PSHostUserInterface" => call.Name != "get_RawUI",
            _ => false,
        };
}

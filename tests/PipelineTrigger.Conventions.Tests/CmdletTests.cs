namespace PipelineTrigger.Conventions.Tests;

/// <summary>The cmdlets, as PowerShell will read them from the assembly's metadata.</summary>
public sealed class CmdletTests
{
    // https://learn.microsoft.com/powershell/scripting/developer/cmdlet/approved-verbs-for-windows-powershell-commands
    private const string ApprovedVerbs = """
        Add Clear Close Copy Enter Exit Find Format Get Hide Join Lock Move New Open Optimize Pop Push Redo Remove Rename Reset
        Resize Search Select Set Show Skip Split Step Switch Undo Unlock Watch Connect Disconnect Read Receive Send Write Backup
        Checkpoint Compare Compress Convert ConvertFrom ConvertTo Dismount Edit Expand Export Group Import Initialize Limit
        Merge Mount Out Publish Restore Save Sync Unpublish Update Debug Measure Ping Repair Resolve Test Trace Approve Assert
        Build Complete Confirm Deny Deploy Disable Enable Install Invoke Register Request Restart Resume Start Stop Submit
        Suspend Uninstall Unregister Wait Block Grant Protect Revoke Unblock Unprotect Use
        """;

    private static readonly IReadOnlyDictionary<string, Command> Desktop = Command.In(Product.Desktop);
    private static readonly IReadOnlyDictionary<string, Command> Core = Command.In(Product.Core);

    public static TheoryData<string> Names => [.. Core.Keys.Order()];

    public static TheoryData<string, string> NamesByEdition =>
        new(from edition in (string[])["net472", "net8.0"] from name in Surface.Cmdlets.Keys select (edition, name));

    // Az draws the line here, too: Connect-AzAccount and Disconnect-AzAccount know -WhatIf.
    public static TheoryData<string> WhatChangesSomething =>
        ["Connect-PipelineService", "Disconnect-PipelineService", "Invoke-PipelineRun", "Stop-PipelineRun"];

    public static TheoryData<string> WhatOnlyReads =>
        ["Get-PipelineConnection", "Test-PipelineConnection", "Get-PipelineRunStatus", "Get-Pipeline"];

    public static TheoryData<string> WhatTakesRuns => ["Get-PipelineRunStatus", "Wait-PipelineRun", "Stop-PipelineRun"];

    [Fact]
    public void The_manifest_exports_exactly_the_cmdlets_that_there_are() =>
        Assert.Equal(Core.Keys.Order(), Product.ManifestStrings("CmdletsToExport").Order());

    [Fact]
    public void The_manifest_exports_exactly_the_aliases_that_there_are() =>
        Assert.Equal(Core.Values.SelectMany(c => c.Aliases).Order(), Product.ManifestStrings("AliasesToExport").Order());

    [Theory]
    [InlineData("FunctionsToExport")]
    [InlineData("VariablesToExport")]
    public void The_manifest_exports_nothing_else(string entry) => Assert.Empty(Product.ManifestStrings(entry));

    [Theory, MemberData(nameof(NamesByEdition))]
    public void A_cmdlet_that_scripts_depend_on_is_there_in_both_editions(string edition, string name) =>
        Assert.Contains(name, (edition == "net472" ? Desktop : Core).Keys);

    [Theory, MemberData(nameof(NamesByEdition))]
    public void A_cmdlet_has_the_aliases_that_scripts_depend_on(string edition, string name) =>
        Expect.None(Surface.Cmdlets[name].Aliases.Except(Find(edition, name).Aliases));

    [Theory, MemberData(nameof(NamesByEdition))]
    public void A_cmdlet_has_the_parameters_that_scripts_depend_on(string edition, string name) =>
        Expect.None(Surface.Cmdlets[name].Parameters.Except(Find(edition, name).Parameters.Values.Select(p => p.Name)));

    [Theory, MemberData(nameof(Names))]
    public void A_cmdlet_is_the_same_in_both_editions(string name) => Assert.Equal(Describe(Core[name]), Describe(Find("net472", name)));

    [Theory, MemberData(nameof(Names))]
    public void A_cmdlet_has_an_approved_verb(string name) =>
        Assert.Contains(Core[name].Verb, ApprovedVerbs.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));

    [Theory, MemberData(nameof(Names))]
    public void A_cmdlet_tells_what_it_returns(string name) => Assert.NotEmpty(Core[name].OutputTypes);

    [Theory, MemberData(nameof(WhatChangesSomething))]
    public void What_changes_something_knows_WhatIf_and_Confirm(string name) => Assert.True(Find("net8.0", name).SupportsShouldProcess);

    [Theory, MemberData(nameof(WhatOnlyReads))]
    public void What_only_reads_does_not_pretend_to_know_WhatIf(string name) => Assert.False(Find("net8.0", name).SupportsShouldProcess);

    [Theory, MemberData(nameof(Names))]
    public void No_switch_binds_by_property_name(string name) =>
        Assert.DoesNotContain(Core[name].Parameters.Values, p => p.IsSwitch && p.FromPipelineByPropertyName);

    [Theory, MemberData(nameof(Names))]
    public void A_yes_or_no_is_a_switch(string name) =>
        Assert.DoesNotContain(Core[name].Parameters.Values, p => p.Type.FullName == "System.Boolean");

    [Theory, MemberData(nameof(Names))]
    public void No_parameter_reads_a_bare_number_as_ticks(string name) =>
        Assert.DoesNotContain(Core[name].Parameters.Values, p => p.Type.FullName.Contains("System.TimeSpan", StringComparison.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public void A_parameter_can_be_set(string name) => Assert.All(Core[name].Parameters.Values, p => Assert.True(p.IsPublic, p.Name));

    [Theory, MemberData(nameof(Names))]
    public void No_parameter_swallows_what_is_left_over(string name) =>
        Assert.DoesNotContain(Core[name].Parameters.Values, p => p.FromRemainingArguments);

    [Fact]
    public void The_vendor_is_the_first_argument_of_Connect_PipelineService() =>
        Assert.All(Positions("Connect-PipelineService", "Vendor"), p => Assert.Equal(0, p));

    [Fact]
    public void The_token_of_Connect_PipelineService_is_also_called_ApiKey() =>
        Assert.Contains("ApiKey", Find("net8.0", "Connect-PipelineService").Parameters["Token"].Aliases);

    [Fact]
    public void The_token_of_Connect_PipelineService_is_never_plain_text() =>
        Assert.Equal("System.Security.SecureString", Find("net8.0", "Connect-PipelineService").Parameters["Token"].Type.FullName);

    [Theory, MemberData(nameof(WhatTakesRuns))]
    public void A_run_is_the_first_argument_of_what_takes_runs(string name) => Assert.All(Positions(name, "Run"), p => Assert.Equal(0, p));

    [Theory, MemberData(nameof(WhatTakesRuns))]
    public void What_takes_runs_takes_them_from_the_pipeline(string name) =>
        Assert.True(Find("net8.0", name).Parameters["Run"].FromPipeline);

    [Theory]
    [InlineData("Run")]
    [InlineData("RunId")]
    [InlineData("Connection")]
    public void What_takes_runs_takes_them_alike(string parameter) =>
        Assert.Single(WhatTakesRuns.Select(row => Describe(Find("net8.0", row.Data).Parameters[parameter])).Distinct());

    [Fact]
    public void Rows_come_from_the_pipeline_by_value_only()
    {
        var rows = Find("net8.0", "Invoke-PipelineRun").Parameters["InputObject"];
        Assert.True(rows is { FromPipeline: true, FromPipelineByPropertyName: false });
    }

    [Fact]
    public void Invoke_PipelineRun_has_a_parameter_set_for_each_vendor_and_one_for_rows() =>
        Assert.Equal(
            Surface.ParameterSetsOfInvoke.Order(),
            Find("net8.0", "Invoke-PipelineRun")
                .Parameters.Values.SelectMany(p => p.Sets)
                .Where(s => s.Length > 0 && s != "__AllParameterSets")
                .Distinct()
                .Order()
        );

    [Fact]
    public void Get_Pipeline_takes_names_with_wildcards() =>
        Assert.True(Find("net8.0", "Get-Pipeline").Parameters["Name"].SupportsWildcards);

    private static Command Find(string edition, string name)
    {
        var command = (edition == "net472" ? Desktop : Core).GetValueOrDefault(name);
        Assert.True(command is not null, $"There is no {name} in {edition}.");
        return command;
    }

    private static List<int> Positions(string cmdlet, string parameter)
    {
        var positions = Find("net8.0", cmdlet).Parameters[parameter].Positions.ToList();
        Assert.NotEmpty(positions);
        return positions;
    }

    private static IEnumerable<string> Describe(Command command) =>
        command
            .Parameters.Values.Select(Describe)
            .Append($"{command.Name} [{string.Join(',', command.Aliases.Order())}] {command.SupportsShouldProcess}")
            .Order(StringComparer.Ordinal);

    private static string Describe(Command.Parameter p) =>
        $"-{p.Name} {p.Type.FullName} [{string.Join(',', p.Aliases.Order())}] [{string.Join(',', p.Sets.Order())}] "
        + $"[{string.Join(',', p.Positions)}] {p.FromPipeline} {p.FromPipelineByPropertyName}";
}

using System.Collections;
using System.Management.Automation;

namespace PipelineTrigger.Cmdlets.Tests.Naughty;

/// <summary>
/// Naughty text through every parameter of every command: an error with an id, or what was asked for; and nothing is written that acts.
/// </summary>
public sealed class NaughtyParameterTests(Emulator emulator)
{
    private const string MageRun = "(Invoke-PipelineRun -Connection mage -TriggerId 1)";
    private const string ProphecyRun = "(Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse)";
    private const string SupaflowRun = "(Invoke-PipelineRun -Connection supaflow -PipelineId nightly_sales)";
    private const string Secret = "([Net.NetworkCredential]::new('', 'ak_key').SecurePassword)";

    // A command, its parameter set, and what makes a call of it that works.
    private static readonly (string Command, string Set, string Call)[] Calls =
    [
        ("Connect-PipelineService", "None", "@{ PassThru = $true; Vendor = 'Mage'; BaseUri = $tenant.Mage }"),
        ("Connect-PipelineService", "Secret", "@{ PassThru = $true; Vendor = 'Mage'; BaseUri = $tenant.Mage; SecretName = 's' }"),
        (
            "Connect-PipelineService",
            "Credential",
            $"@{{ PassThru = $true; Vendor = 'Mage'; BaseUri = $tenant.Mage; Credential = [pscredential]::new('u', {Secret}) }}"
        ),
        ("Connect-PipelineService", "Token", $"@{{ PassThru = $true; Vendor = 'Supaflow'; BaseUri = $tenant.Supaflow; Token = {Secret} }}"),
        (
            "Connect-PipelineService",
            "EnvironmentVariable",
            "@{ PassThru = $true; Vendor = 'Supaflow'; BaseUri = $tenant.Supaflow; TokenEnvironmentVariable = 'NAUGHTY' }"
        ),
        ("Disconnect-PipelineService", "__AllParameterSets", "@{}"),
        ("Get-Pipeline", "__AllParameterSets", "@{ Connection = 'mage' }"),
        ("Get-PipelineConnection", "__AllParameterSets", "@{}"),
        ("Get-PipelineRunHistory", "__AllParameterSets", "@{ Connection = 'mage' }"),
        ("Get-PipelineRunStatus", "Run", $"@{{ Run = {MageRun} }}"),
        ("Get-PipelineRunStatus", "RunId", $"@{{ Connection = 'mage'; RunId = {MageRun}.RunId }}"),
        ("Get-PipelineRunStatus", "RunId", $"@{{ Connection = 'prophecy'; RunId = {ProphecyRun}.RunId }}"),
        ("Get-PipelineRunStatus", "RunId", $"@{{ Connection = 'supaflow'; RunId = {SupaflowRun}.RunId }}"),
        ("Invoke-PipelineRun", "Mage", "@{ Connection = 'mage'; TriggerId = 1 }"),
        (
            "Invoke-PipelineRun",
            "Prophecy",
            "@{ Connection = 'prophecy'; FabricId = 33290; ProjectId = '41459'; PipelineName = 'bakehouse' }"
        ),
        ("Invoke-PipelineRun", "Supaflow", "@{ Connection = 'supaflow'; PipelineId = 'nightly_sales' }"),
        ("Invoke-PipelineRun", "Input", "@{ Connection = 'mage'; InputObject = @{ TriggerId = 1 } }"),
        ("Remove-PipelineRunHistory", "Before", "@{ Connection = 'mage'; Before = [datetime]'2020-01-01' }"),
        ("Remove-PipelineRunHistory", "History", "@{ History = @(Get-PipelineRunHistory -Connection mage)[0] }"),
        ("Stop-PipelineRun", "Run", $"@{{ PassThru = $true; Run = {MageRun} }}"),
        ("Stop-PipelineRun", "RunId", $"@{{ Connection = 'mage'; RunId = {MageRun}.RunId }}"),
        ("Stop-PipelineRun", "RunId", $"@{{ Connection = 'prophecy'; RunId = {ProphecyRun}.RunId }}"),
        ("Stop-PipelineRun", "RunId", $"@{{ Connection = 'supaflow'; RunId = {SupaflowRun}.RunId }}"),
        ("Test-PipelineConnection", "__AllParameterSets", "@{}"),
        ("Wait-PipelineRun", "Run", $"@{{ Run = {MageRun} }}"),
        ("Wait-PipelineRun", "RunId", $"@{{ TimeoutSec = 3; PollIntervalSec = 1; Connection = 'mage'; RunId = {MageRun}.RunId }}"),
        ("Wait-PipelineRun", "RunId", $"@{{ TimeoutSec = 3; PollIntervalSec = 1; Connection = 'prophecy'; RunId = {ProphecyRun}.RunId }}"),
        ("Wait-PipelineRun", "RunId", $"@{{ TimeoutSec = 3; PollIntervalSec = 1; Connection = 'supaflow'; RunId = {SupaflowRun}.RunId }}"),
    ];

    public static TheoryData<string, string, string> Rows => [.. Calls];

    [Fact]
    public async Task No_command_and_no_parameter_set_is_left_out()
    {
        using var probe = await Probe.OpenAsync(emulator);
        var commands = (await probe.Session.RunAsync("Get-Command -Module PipelineTrigger -CommandType Cmdlet")).Output.Select(o =>
            (CmdletInfo)o.BaseObject
        );
        Assert.Equal(
            commands.SelectMany(c => c.ParameterSets.Select(s => $"{c.Name} {s.Name}")).Order(StringComparer.Ordinal),
            Calls.Select(c => $"{c.Command} {c.Set}").Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task A_parameter_takes_it_or_refuses_it_with_an_error_that_has_an_id(string command, string set, string call)
    {
        var texts = NaughtyText.All();
        using var probe = await Probe.OpenAsync(emulator);
        await probe.Session.Tenant.PutAsync("defaults", new { runningSeconds = 0 });
        await probe.Session.RunAsync("$null = Invoke-PipelineRun -Connection mage -TriggerId 1");
        var info = (CmdletInfo)(await probe.Session.RunAsync($"Get-Command {command}")).Output[0].BaseObject;
        var good = (Hashtable)(await probe.Session.RunAsync(call)).Output[0].BaseObject;
        List<string> wrong = [];
        foreach (var parameter in Parameters(info, set, call))
        {
            foreach (var value in Values(command, parameter, texts))
            {
                // A ledger's directory of any name would be made.
                var given = new Hashtable(good) { [parameter] = value };
                if (parameter == "Ledger")
                {
                    given["WhatIf"] = true;
                }

                var probed = probe.Call(command, given);
                var shown = value is string text ? NaughtyText.Shown(text) : "all at once";
                wrong.AddRange(probed.Flaws.Select(flaw => $"-{parameter} {shown}: {flaw}"));
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Take(20)));
    }

    // Each parameter once, in the first set that has it; a run's id at each vendor.
    private static IEnumerable<string> Parameters(CmdletInfo command, string set, string call)
    {
        var before = Calls
            .TakeWhile(c => c.Call != call || c.Command != command.Name)
            .Where(c => c.Command == command.Name)
            .Select(c => c.Set)
            .ToList();
        return OwnParameters(command, set)
            .Where(name => name == "RunId" || !before.Exists(earlier => OwnParameters(command, earlier).Contains(name)));
    }

    private static List<string> OwnParameters(CmdletInfo command, string set) =>
        [
            .. command
                .ParameterSets.Single(s => s.Name == set)
                .Parameters.Where(p => p.ParameterType != typeof(SwitchParameter))
                .Select(p => p.Name)
                .Except([.. Cmdlet.CommonParameters, .. Cmdlet.OptionalCommonParameters]),
        ];

    // A run that cannot be found is looked for more than once, with pauses: all of them at the same time.
    private static IEnumerable<object> Values(string command, string parameter, IReadOnlyList<string> texts) =>
        command == "Wait-PipelineRun" && parameter == "RunId" ? [texts.Where(t => !string.IsNullOrWhiteSpace(t)).ToArray(), ""] : texts;
}

using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace PipelineTrigger.Cmdlets.Tests;

/// <summary>
/// A PowerShell session of a test's own in this process, with the module imported and a tenant in <c>$tenant</c>, in a host that cannot
/// ask.
/// </summary>
internal sealed class Session : IDisposable
{
    private readonly Runspace runspace;

    private Session(Runspace runspace, Tenant tenant)
    {
        this.runspace = runspace;
        Tenant = tenant;
    }

    public Tenant Tenant { get; }

    /// <summary>Where it runs, for a test that gives its parameters as objects.</summary>
    public Runspace Runspace => runspace;

    /// <summary>A session that is connected to its tenant: mage and supaflow.</summary>
    public static async Task<Session> OpenAsync(Emulator emulator, PSHost? host = null)
    {
        var session = await OpenUnconnectedAsync(emulator, host);
        await session.RunAsync(
            """
            Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage
            $key = [Net.NetworkCredential]::new('', 'ak_key').SecurePassword
            Connect-PipelineService Supaflow -Name supaflow -BaseUri $tenant.Supaflow -Token $key
            """
        );
        return session;
    }

    /// <summary>A session that knows no connection yet.</summary>
    public static async Task<Session> OpenUnconnectedAsync(Emulator emulator, PSHost? host = null)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(Path.Combine(BuiltPackage.Module, "PipelineTrigger.psd1"));
        if (OperatingSystem.IsWindows())
        {
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        }

        var tenant = emulator.NewTenant();
        state.Variables.Add(new SessionStateVariableEntry("tenant", tenant.AsObject(), null));
        var runspace = host is null ? RunspaceFactory.CreateRunspace(state) : RunspaceFactory.CreateRunspace(host, state);
        await Task.Run(runspace.Open, TestContext.Current.CancellationToken);
        return new(runspace, tenant);
    }

    /// <summary>Runs a script to its end. What it sets stays for the next; what it gives is all in the outcome, errors included.</summary>
    public async Task<Outcome> RunAsync(string script)
    {
        using var shell = PowerShell.Create(runspace);
        shell.AddScript(script);
        var output = new PSDataCollection<PSObject>();
        ErrorRecord? thrown = null;
        await using var cancel = TestContext.Current.CancellationToken.Register(() => shell.BeginStop(null, null));
        try
        {
            await shell.InvokeAsync<PSObject, PSObject>(null, output);
        }
        catch (RuntimeException e)
        {
            thrown = e.ErrorRecord;
        }

        return new(
            [.. output],
            [.. shell.Streams.Error, .. thrown is null ? (ErrorRecord[])[] : [thrown]],
            [.. shell.Streams.Warning.Select(w => w.Message)],
            [.. shell.Streams.Verbose.Select(v => v.Message)],
            thrown is not null
        );
    }

    public void Dispose() => runspace.Dispose();
}

/// <summary>What a script gave, stream by stream.</summary>
/// <param name="Errors">Those that were written, then the one that ended the script, if one did.</param>
/// <param name="Ended">Whether an error ended the script.</param>
internal sealed record Outcome(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    bool Ended
)
{
    /// <summary>The stable ids of the errors, without the cmdlet's name.</summary>
    public IEnumerable<string> Ids => Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]);

    /// <summary>A property of each object of the output, as text.</summary>
    public IEnumerable<string?> Each(string property) => Output.Select(o => o.Properties[property]?.Value?.ToString());
}

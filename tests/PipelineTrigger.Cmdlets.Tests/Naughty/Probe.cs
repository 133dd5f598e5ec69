using System.Collections;
using System.Management.Automation;

namespace PipelineTrigger.Cmdlets.Tests.Naughty;

/// <summary>Gives commands what they are tested with, and finds in what they do whatever no command may do.</summary>
internal sealed class Probe(Session session, RecordingHost host, DirectoryInfo folder) : IDisposable
{
    // What PowerShell itself says of a value that a parameter cannot take.
    private static readonly string[] OfBinding =
    [
        "CannotConvertArgument",
        "CannotConvertArgumentNoMessage",
        "ParameterArgumentTransformationError",
        "ParameterArgumentValidationError",
        "ParameterArgumentValidationErrorEmptyStringNotAllowed",
        "ParameterArgumentValidationErrorNullNotAllowed",
        "ParameterArgumentTransformationErrorNullNotAllowed",
    ];

    private static readonly Lazy<HashSet<string>> OfModule = new(() =>
        [
            .. AppDomain
                .CurrentDomain.GetAssemblies()
                .First(a => a.GetName().Name == "PipelineTrigger.Abstractions")
                .GetType("PipelineTrigger.PipelineErrorId")!
                .GetFields()
                .Select(f => (string)f.GetValue(null)!),
        ]
    );

    public Session Session => session;

    /// <summary>A folder that ends with it; the ledger is in it.</summary>
    public string Folder => folder.FullName;

    /// <summary>A session that is connected to each vendor, with a ledger of its own.</summary>
    public static async Task<Probe> OpenAsync(Emulator emulator)
    {
        var host = new RecordingHost();
        var folder = Directory.CreateTempSubdirectory("naughty-");
        var session = await Session.OpenUnconnectedAsync(emulator, host);
        await session.RunAsync(
            $$"""
            $secret = [Net.NetworkCredential]::new('', 'ak_key').SecurePassword
            $own = @{ Ledger = '{{folder.FullName}}/ledger' }
            Connect-PipelineService Prophecy -Name prophecy -BaseUri $tenant.Prophecy -Token $secret @own
            Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage @own
            Connect-PipelineService Supaflow -Name supaflow -BaseUri $tenant.Supaflow -Token $secret @own
            """
        );
        return new(session, host, folder);
    }

    /// <summary>What one call did, and its flaws.</summary>
    public Probed Call(string command, IDictionary parameters, IEnumerable<object>? input = null)
    {
        using var shell = PowerShell.Create(session.Runspace);
        shell.AddCommand(command).AddParameters(parameters);
        PSDataCollection<PSObject> output = [];
        List<string> flaws = [];
        List<ErrorRecord> errors = [];
        try
        {
            shell.Invoke(input, output);
        }
        catch (RuntimeException e)
        {
            errors.Add(e.ErrorRecord);
        }
        catch (Exception e)
        {
            flaws.Add($"threw {e.GetType().Name}");
        }

        errors.InsertRange(0, shell.Streams.Error);
        flaws.AddRange(errors.Select(Untyped).OfType<string>());
        flaws.AddRange(
            Texts(shell, errors, output).Where(t => !NaughtyText.IsSafe(t.Text)).Select(t => $"{t.Where} holds {NaughtyText.Shown(t.Text)}")
        );
        var toAgent = shell.Streams.Information.Where(IsToHost).Select(i => i.MessageData.ToString()!);
        return new([.. output], errors, flaws, [.. toAgent]);
    }

    public void Dispose()
    {
        session.Dispose();
        folder.Delete(recursive: true);
    }

    private static bool IsToHost(InformationRecord record) => record.Tags.Contains("PSHOST");

    private static string? Untyped(ErrorRecord error)
    {
        var id = error.FullyQualifiedErrorId.Split(',')[0];
        return OfModule.Value.Contains(id) || OfBinding.Contains(id)
            ? null
            : $"is {error.FullyQualifiedErrorId}: {NaughtyText.Shown(error.Exception.ToString())}";
    }

    private IEnumerable<(string Where, string? Text)> Texts(PowerShell shell, List<ErrorRecord> errors, IEnumerable<PSObject> output) =>
        [
            .. errors.SelectMany(e =>
                new[]
                {
                    ("an error", e.ToString()),
                    ("an error's message", e.Exception.Message),
                    ("an error's category", e.CategoryInfo.ToString()),
                    ("an error's id", e.FullyQualifiedErrorId),
                    ("an error's details", e.ErrorDetails?.Message),
                    ("an error's target", e.TargetObject as string),
                }
            ),
            .. shell.Streams.Warning.Select(w => ("a warning", (string?)w.Message)),
            .. shell.Streams.Verbose.Select(v => ("a verbose line", (string?)v.Message)),
            .. shell.Streams.Information.Where(i => !IsToHost(i)).Select(i => ("the information stream", i.MessageData.ToString())),
            .. shell.Streams.Progress.SelectMany(p =>
                new[]
                {
                    ("a progress bar", (string?)p.Activity),
                    ("a progress bar", p.StatusDescription),
                    ("a progress bar", p.CurrentOperation),
                }
            ),
            .. host.Take().Except(shell.Streams.Information.Select(i => i.MessageData.ToString())).Select(line => ("the host", line)),
            .. output.Where(o => o.BaseObject.GetType().Namespace == "PipelineTrigger").SelectMany(OfObject),
        ];

    private static IEnumerable<(string Where, string? Text)> OfObject(PSObject made) =>
        made
            .Properties.Where(p => p.MemberType == PSMemberTypes.Property)
            .SelectMany(p =>
                p.Value switch
                {
                    string text => [(p.Name, text)],
                    IDictionary<string, string> map => map.SelectMany(e => new[] { (p.Name, (string?)e.Key), (p.Name, e.Value) }),
                    _ => (IEnumerable<(string, string?)>)[],
                }
            )
            .Append(("its text", made.ToString()));
}

/// <summary>What a call did.</summary>
/// <param name="Flaws">What no call may do: an error without an id of its own, or something written that acts.</param>
/// <param name="AgentLines">What a build agent was told in its log.</param>
internal sealed record Probed(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Flaws,
    IReadOnlyList<string> AgentLines
);

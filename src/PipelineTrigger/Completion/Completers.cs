using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PipelineTrigger.Core.Vendors;
using PipelineTrigger.Session;

namespace PipelineTrigger.Completion;

/// <summary>Completes the names of vendors.</summary>
public sealed class VendorCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    ) =>
        Completion.Of(wordToComplete, () =>
            VendorCatalog.All.Select(v => new Candidate(v.Name, v.DefaultBaseUri?.AbsoluteUri ?? "an installation of your own"))
        );
}

/// <summary>Completes the names of connections, without asking anybody.</summary>
public sealed class ConnectionCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    ) =>
        Completion.Of(wordToComplete, () =>
            RunspaceConnections.Current.All.Select(c => new Candidate(c.Name, $"{c.Vendor} at {c.BaseUri}"))
        );
}

/// <summary>A word that may be meant.</summary>
/// <param name="ToolTip">What it stands for.</param>
/// <param name="OtherNames">What else may be typed to find it.</param>
internal sealed record Candidate(string Word, string ToolTip, params string?[] OtherNames)
{
    public bool Begins(string typed) =>
        OtherNames.Prepend(Word).Any(name => name?.StartsWith(typed, StringComparison.OrdinalIgnoreCase) == true);
}

/// <summary>Words as completions.</summary>
internal static class Completion
{
    /// <summary>Those that begin with what was typed; none, and no error, where they cannot be had.</summary>
    public static IEnumerable<CompletionResult> Of(string typed, Func<IEnumerable<Candidate>> candidates)
    {
        var beginning = typed.Trim('\'', '"');
        try
        {
            return
            [
                .. candidates()
                    .Where(c => c.Word.Length > 0 && c.Begins(beginning))
                    .Select(c => new CompletionResult(Quoted(c.Word), c.Word, CompletionResultType.ParameterValue, c.ToolTip)),
            ];
        }
        catch (PipelineException)
        {
            return [];
        }
    }

    private static string Quoted(string word) =>
        word[0] != '-' && word.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.')
            ? word
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(word)}'";
}

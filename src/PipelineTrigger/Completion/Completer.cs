using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PipelineTrigger.Completion;

/// <summary>A word that completion can offer.</summary>
/// <param name="ToolTip">What the word stands for.</param>
/// <param name="OtherNames">What can be typed instead to find it.</param>
internal sealed record Candidate(string Word, string ToolTip, params string?[] OtherNames)
{
    public bool StartsWith(string typed) =>
        OtherNames.Prepend(Word).Any(name => name?.StartsWith(typed, StringComparison.OrdinalIgnoreCase) == true);
}

/// <summary>Completes an argument from a list of candidates. Offers nothing, without an error, if the list is not available.</summary>
public abstract class Completer : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        var typed = wordToComplete.Trim('\'', '"');
        try
        {
            return
            [
                .. Candidates(fakeBoundParameters["Connection"])
                    .Where(c => c.Word.Length > 0 && c.StartsWith(typed))
                    .Select(c => new CompletionResult(Quoted(c.Word), c.Word, CompletionResultType.ParameterValue, c.ToolTip)),
            ];
        }
        catch (PipelineException)
        {
            return [];
        }
    }

    /// <summary>All candidates.</summary>
    /// <param name="connection">The value of <c>-Connection</c>; null for none.</param>
    private protected abstract IEnumerable<Candidate> Candidates(object? connection);

    private static string Quoted(string word) =>
        word[0] != '-' && word.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.')
            ? word
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(word)}'";
}

using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Hosting;

namespace PipelineTrigger.Binding;

/// <summary>Completes the names of vendors.</summary>
public sealed class VendorCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(VendorCatalog.All.Select(v => (v.Name, v.DefaultBaseUri?.AbsoluteUri ?? "an installation of your own")), wordToComplete);
}

/// <summary>Completes the names of connections, without asking anybody.</summary>
public sealed class ConnectionCompleter : IArgumentCompleter
{
    /// <inheritdoc />
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(RunspaceConnections.Current.All.Select(c => (c.Name, $"{c.Vendor} at {c.BaseUri}")), wordToComplete);
}

/// <summary>Words as completions.</summary>
internal static class Completion
{
    public static IEnumerable<CompletionResult> Of(IEnumerable<(string Word, string ToolTip)> words, string typed)
    {
        var beginning = typed.Trim('\'', '"');
        return words
            .Where(w => w.Word.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
            .Select(w => new CompletionResult(Quoted(w.Word), w.Word, CompletionResultType.ParameterValue, w.ToolTip));
    }

    private static string Quoted(string word) => word.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') ? word : $"'{word.Replace("'", "''")}'";
}

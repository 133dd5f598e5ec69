using System.Collections;
using System.Management.Automation;

namespace PipelineTrigger.Output;

/// <summary>The row that an error shows as its target: the row itself, or a copy without the secret if it contains one.</summary>
internal static class RedactedRow
{
    private const string SecretColumn = "TriggerToken";

    public static object? Of(PSObject? row)
    {
        var columns =
            row?.BaseObject is IDictionary map
                ? map.Keys.Cast<object>().Select(key => (Name: key.ToString() ?? "", Value: (object?)map[key])).ToList()
            : row?.Properties.Where(p => IsSecret(p.Name)).Select(p => (p.Name, (object?)p.Value)).ToList() is { Count: > 0 }
                ? [.. row.Properties.Where(p => p.IsGettable).Select(p => (p.Name, (object?)p.Value))]
            : [];
        if (!columns.Exists(c => IsSecret(c.Name) && c.Value is not null))
        {
            return row;
        }

        var copy = new PSObject();
        foreach (var (name, value) in columns.Where(c => copy.Properties[c.Name] is null))
        {
            copy.Properties.Add(new PSNoteProperty(name, IsSecret(name) ? "***" : value));
        }

        return copy;
    }

    private static bool IsSecret(string column) => string.Equals(column.Trim(), SecretColumn, StringComparison.OrdinalIgnoreCase);
}

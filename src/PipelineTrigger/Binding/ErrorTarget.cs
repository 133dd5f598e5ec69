using System.Management.Automation;

namespace PipelineTrigger.Binding;

/// <summary>What an error names as its input: the row itself, unless it holds a secret.</summary>
internal static class ErrorTarget
{
    private const string SecretColumn = "TriggerToken";

    public static object? Of(PSObject? row)
    {
        if (row is null)
        {
            return null;
        }

        if (row.BaseObject is System.Collections.IDictionary map)
        {
            return map.Contains(SecretColumn) ? Masked(map.Keys.Cast<object>().Select(key => (key.ToString()!, (object?)map[key]))) : row;
        }

        return row.Properties[SecretColumn]?.Value is null ? row : Masked(row.Properties.Select(p => (p.Name, (object?)p.Value)));
    }

    private static PSObject Masked(IEnumerable<(string Name, object? Value)> columns)
    {
        var copy = new PSObject();
        foreach (var (name, value) in columns)
        {
            copy.Properties.Add(new PSNoteProperty(name, string.Equals(name, SecretColumn, StringComparison.OrdinalIgnoreCase) ? "***" : value));
        }

        return copy;
    }
}

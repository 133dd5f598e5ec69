using System.Collections;
using System.Management.Automation;
using System.Numerics;
using System.Security;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Binding;

/// <summary>PowerShell's values as plain ones (see <see cref="TriggerFields"/>), with nothing of PowerShell left in them.</summary>
internal static class PlainValue
{
    // Deeper than any sane parameter; an object that holds itself is deeper still.
    private const int MaxDepth = 32;

    /// <exception cref="PipelineException">InvalidInput: too deep.</exception>
    public static object? From(object? value) => From(value, 0);

    /// <summary>The columns of a row: a dictionary's entries, or any object's properties; null for a single value or a list.</summary>
    /// <exception cref="PipelineException">InvalidInput: too deep.</exception>
    public static IReadOnlyDictionary<string, object?>? Row(object? row) => ((row as PSObject)?.BaseObject ?? row) switch
    {
        null or string or ValueType => null,
        IDictionary map => From(map) as IReadOnlyDictionary<string, object?>,
        IEnumerable => null,
        _ => Map(PSObject.AsPSObject(row!).Properties.Where(p => p.IsGettable).Select(p => (p.Name, (object?)p.Value)), 0),
    };

    private static object? From(object? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw TriggerFields.Invalid($"A value is nested deeper than {MaxDepth} levels, or holds itself.");
        }

        var plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        return plain switch
        {
            null or DBNull => null,
            string or bool or DateTime or DateTimeOffset or SecureString => plain,
            sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or BigInteger => plain,
            SwitchParameter flag => flag.IsPresent,
            Enum or char or Guid or Uri or Version or TimeSpan => plain.ToString(),
            IDictionary map => Map(map.Keys.Cast<object>().Select(key => (key.ToString() ?? "", (object?)map[key])), depth),
            PSObject custom => Map(custom.Properties.Where(p => p.IsGettable).Select(p => (p.Name, (object?)p.Value)), depth),
            IEnumerable list => list.Cast<object?>().Select(item => From(item, depth + 1)).ToList(),
            _ => plain.ToString(),
        };
    }

    private static Dictionary<string, object?> Map(IEnumerable<(string Name, object? Value)> pairs, int depth)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            map[name] = From(value, depth + 1);
        }

        return map;
    }
}

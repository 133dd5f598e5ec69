using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Security;
using System.Xml;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Input;

/// <summary>PowerShell's values as plain ones (see <see cref="TriggerFields"/>), with nothing of PowerShell left in them.</summary>
internal static class PlainValue
{
    // Deeper than any sane parameter; an object that holds itself is deeper still.
    private const int MaxDepth = 32;

    /// <summary>The plain value.</summary>
    /// <param name="name">Whose value it is, for messages.</param>
    /// <exception cref="PipelineException">InvalidInput: too deep, or an object that JSON has no form for.</exception>
    public static object? From(object? value, string name) => From(value, name, 0);

    /// <summary>The object that PowerShell has wrapped, or the value itself.</summary>
    public static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>The columns of a row and how each is read: a dictionary's entries, or any object's properties; null for a single value or a list.</summary>
    public static IEnumerable<(string Name, Func<object?> Read)>? Columns(object? row) =>
        Unwrap(row) switch
        {
            null or string or ValueType => null,
            IDictionary map => Entries(map),
            IEnumerable => null,
            _ => Properties(PSObject.AsPSObject(row!)),
        };

    private static object? From(object? value, string name, int depth)
    {
        if (depth > MaxDepth)
        {
            throw TriggerFields.Invalid($"{name} is nested deeper than {MaxDepth} levels, or holds itself.");
        }

        var plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        return plain switch
        {
            null or DBNull => null,
            string or bool or DateTime or DateTimeOffset or SecureString => plain,
            sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or BigInteger => plain,
            SwitchParameter flag => flag.IsPresent,
            Enum or char or Guid or Uri or Version or TimeSpan => plain.ToString(),
#if NET
            DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
            TimeOnly time => time.ToString("O", CultureInfo.InvariantCulture),
#endif
            IDictionary map => Map(Entries(map), name, depth),
            PSObject custom => Map(Properties(custom), name, depth),
            IEnumerable list when plain is not XmlNode => list.Cast<object?>().Select(item => From(item, name, depth + 1)).ToList(),
            _ => throw TriggerFields.Invalid(
                $"{name} holds a {plain.GetType().Name}, which has no form in JSON. Give text, numbers, true or false, dates, and lists and hashtables of these."
            ),
        };
    }

    private static IEnumerable<(string Name, Func<object?> Read)> Entries(IDictionary map) =>
        map.Keys.Cast<object>().Select(key => (key.ToString() ?? "", (Func<object?>)(() => map[key])));

    private static IEnumerable<(string Name, Func<object?> Read)> Properties(PSObject source) =>
        source.Properties.Where(p => p.IsGettable).Select(p => (p.Name, (Func<object?>)(() => Read(p))));

    // A script that stands for a property may fail.
    private static object? Read(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            throw TriggerFields.Invalid($"{SafeText.Clean(property.Name, 60)} cannot be read from the object that was given.");
        }
    }

    private static Dictionary<string, object?> Map(IEnumerable<(string Name, Func<object?> Read)> pairs, string name, int depth)
    {
        var map = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, read) in pairs)
        {
            map[key] = From(read(), name, depth + 1);
        }

        return map;
    }
}

using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Security;
using System.Xml;
using PipelineTrigger.Core.Runs;

namespace PipelineTrigger.Input;

/// <summary>Converts PowerShell's values to plain values (see <see cref="TriggerFields"/>).</summary>
internal static class PlainValue
{
    // Ends the conversion of an object that contains itself.
    private const int MaxDepth = 32;

    /// <summary>The plain value.</summary>
    /// <param name="name">The name of the value, for messages.</param>
    /// <exception cref="PipelineException">InvalidInput: nested too deeply, or not representable in JSON.</exception>
    public static object? From(object? value, string name) => From(value, name, 0);

    /// <summary>The object that PowerShell has wrapped, or the value itself.</summary>
    public static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>
    /// The columns of a row and how each is read: the entries of a dictionary, or the properties of an object. Null for a single value or a
    /// list.
    /// </summary>
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
            throw TriggerFields.Invalid($"{name} is nested deeper than {MaxDepth} levels, or contains itself.");
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
                $"{name} contains a {plain.GetType().Name}, which JSON cannot represent. "
                    + "Use text, numbers, true or false, dates, and lists or hashtables of these."
            ),
        };
    }

    private static IEnumerable<(string Name, Func<object?> Read)> Entries(IDictionary map) =>
        map.Keys.Cast<object>().Select(key => (key.ToString() ?? "", (Func<object?>)(() => map[key])));

    private static IEnumerable<(string Name, Func<object?> Read)> Properties(PSObject source) =>
        source.Properties.Where(p => p.IsGettable).Select(p => (p.Name, (Func<object?>)(() => Read(p))));

    // A script property may fail.
    private static object? Read(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            throw TriggerFields.Invalid($"The property {SafeText.Clean(property.Name, 60)} of the input object cannot be read.");
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

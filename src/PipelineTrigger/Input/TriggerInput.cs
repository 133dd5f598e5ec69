using System.Management.Automation;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Vendors;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Input;

/// <summary>
/// The input for one trigger: the columns of a row, with the parameters of the command as defaults. PowerShell's own binding by property
/// name is not used, because it turns a blank CSV cell into a set switch.
/// </summary>
internal sealed class TriggerInput
{
    private const string ConnectionColumn = "Connection";
    private const string VendorColumn = "Vendor";
    private const string KeyColumn = "IdempotencyKey";

    private static readonly IReadOnlyList<string> AllFields = [.. VendorCatalog.All.SelectMany(v => v.Fields)];
    private static readonly IReadOnlyList<string> Columns = [.. AllFields, ConnectionColumn, VendorColumn, KeyColumn];

    private readonly Dictionary<string, object?> row;
    private readonly IReadOnlyDictionary<string, object?> defaults;

    private TriggerInput(Dictionary<string, object?> row, IReadOnlyDictionary<string, object?> defaults)
    {
        this.row = row;
        this.defaults = defaults;
    }

    /// <summary>The row's own connection or its name, which overrides that of the command; null for none.</summary>
    public object? Connection => row.TryGetValue(ConnectionColumn, out var given) ? given : null;

    /// <summary>The row's own idempotency key; null for none.</summary>
    /// <exception cref="PipelineException">InvalidInput: not a single value.</exception>
    public string? IdempotencyKey => new TriggerFields(row).Text(KeyColumn);

    /// <summary>The vendor that the row's columns imply, or else the command's parameters; null for none.</summary>
    /// <exception cref="PipelineException">InvalidInput: columns of more than one vendor.</exception>
    public string? Vendor =>
        new TriggerFields(row).Text(VendorColumn) is { } named ? VendorCatalog.Get(named).Name : VendorOf(row) ?? VendorOf(defaults);

    /// <summary>The input from the parameters of a command without a row.</summary>
    /// <exception cref="PipelineException">InvalidInput: there are none.</exception>
    public static TriggerInput FromParameters(IReadOnlyDictionary<string, object> bound) =>
        Plain(bound) is { Count: > 0 } fields
            ? new([], fields)
            : throw TriggerFields.Invalid(
                "There is nothing to trigger. Pipe rows or the output of Get-Pipeline to the command, "
                    + "or specify the parameters of one vendor: -PipelineId; -TriggerId; or -FabricId, -ProjectId and -PipelineName."
            );

    /// <summary>The input from a row, with the parameters of the command as defaults.</summary>
    /// <exception cref="PipelineException">InvalidInput: not a row, or a row without any column of a trigger.</exception>
    public static TriggerInput FromRow(object? input, IReadOnlyDictionary<string, object> bound)
    {
        if (PlainValue.Columns(input) is not { } columns)
        {
            var kind = PlainValue.Unwrap(input) is { } value ? $"a {value.GetType().Name}" : "null";
            throw TriggerFields.Invalid(
                $"An input must be a row (a CSV or JSON object, a hashtable, or the output of Get-Pipeline), not {kind}."
            );
        }

        var row = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (
            var (name, read) in columns
                .Select(c => (Name: c.Name.Trim(), c.Read))
                .Where(c => Columns.Contains(c.Name, StringComparer.OrdinalIgnoreCase))
        )
        {
            if (Value(name, read()) is not { } value || IsBlank(value))
            {
                continue;
            }

            if (row.ContainsKey(name))
            {
                throw TriggerFields.Invalid($"The row has the column {name} twice.");
            }

            row[name] = value;
        }

        // The command's parameters alone would trigger a run that no input asked for.
        return row.Count > 0
            ? new(row, Plain(bound))
            : throw TriggerFields.Invalid(
                "The row is empty or has no column of a trigger. "
                    + "The columns are PipelineId; TriggerId; FabricId, ProjectId and PipelineName; their options; "
                    + "and Connection, Vendor and IdempotencyKey."
            );
    }

    /// <summary>The validated request for the vendor of the connection.</summary>
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public TriggerRequest Parse(string vendor)
    {
        var descriptor = VendorCatalog.Get(vendor);
        if (row.Keys.FirstOrDefault(c => IsForeign(c, descriptor) && !IsOff(row[c])) is { } foreign)
        {
            throw TriggerFields.Invalid($"{foreign} is not for {vendor}, the vendor of this trigger's connection.");
        }

        if (row.Count == 0 && VendorOf(defaults) is { } meant && meant != vendor)
        {
            throw TriggerFields.Invalid(
                $"The parameters are for {meant}, but the connection is to {vendor}. Specify another one with -Connection."
            );
        }

        var fields = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in descriptor.Fields)
        {
            fields[field] =
                row.TryGetValue(field, out var own) ? own
                : defaults.TryGetValue(field, out var given) ? given
                : null;
        }

        return descriptor.ParseTrigger(new TriggerFields(fields));
    }

    private static Dictionary<string, object?> Plain(IReadOnlyDictionary<string, object> bound) =>
        bound
            .Where(p => AllFields.Contains(p.Key))
            .ToDictionary(p => p.Key, p => PlainValue.From(p.Value, p.Key), StringComparer.OrdinalIgnoreCase);

    // The column can contain a connection object, which may come from another process.
    private static object? Value(string column, object? given) =>
        string.Equals(column, ConnectionColumn, StringComparison.OrdinalIgnoreCase) && given is not DBNull
            ? given
            : PlainValue.From(given, column);

    private static string? VendorOf(IReadOnlyDictionary<string, object?> fields)
    {
        var vendors = VendorCatalog
            .All.Where(v => v.Fields.Any(f => fields.TryGetValue(f, out var value) && !IsOff(value)))
            .Select(v => v.Name)
            .ToList();
        return vendors.Count > 1
            ? throw TriggerFields.Invalid($"One trigger cannot have fields of both {string.Join(" and ", vendors)}.")
            : vendors.FirstOrDefault();
    }

    private static bool IsForeign(string column, VendorDescriptor descriptor) =>
        AllFields.Contains(column, StringComparer.OrdinalIgnoreCase)
        && !descriptor.Fields.Contains(column, StringComparer.OrdinalIgnoreCase);

    private static bool IsBlank(object? value) => value is null || (value is string text && string.IsNullOrWhiteSpace(text));

    // A switch that is off requests nothing, whichever vendor it belongs to.
    private static bool IsOff(object? value) =>
        IsBlank(value) || value is false || (value is string text && text.Trim().ToUpperInvariant() is ("FALSE" or "0" or "NO"));
}

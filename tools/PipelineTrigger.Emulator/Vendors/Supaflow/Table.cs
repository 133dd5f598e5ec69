using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

/// <summary>A table as PostgREST shows it: filters, order, page and selection by query keys.</summary>
internal sealed class Table<TRow>(string name, Column<TRow>[] columns)
{
    private const int MaxRows = 1000;

    private static readonly HashSet<string> ReservedKeys = ["select", "order", "limit", "offset", "apikey"];

    private readonly Dictionary<string, Column<TRow>> byName = columns.ToDictionary(c => c.Name, StringComparer.Ordinal);

    public bool Has(string column) => byName.ContainsKey(column);

    public Filter<TRow>[] Filters(IQueryCollection query) =>
        [
            .. from pair in query
            where !ReservedKeys.Contains(pair.Key)
            let column = Column(pair.Key)
            from expression in pair.Value
            select new Filter<TRow>(column, expression),
        ];

    public Column<TRow>[] Selection(IQueryCollection query) =>
        query["select"].ToString() switch
        {
            "" or "*" => columns,
            var list => [.. list.Split(',').Select(Column)],
        };

    public TRow[] Page(IQueryCollection query, IEnumerable<TRow> rows)
    {
        foreach (var term in query["order"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            var words = term.Split('.');
            var column = Column(words[0]);
            var comparer = Comparer<object?>.Create(Compare);
            rows = words.Contains("desc") ? rows.OrderByDescending(column.Read, comparer) : rows.OrderBy(column.Read, comparer);
        }
        return [.. rows.Skip(Number(query, "offset", 0)).Take(Math.Min(Number(query, "limit", MaxRows), MaxRows))];
    }

    public static void Write(Utf8JsonWriter json, IEnumerable<TRow> rows, Column<TRow>[] selection)
    {
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            foreach (var column in selection)
            {
                column.WriteTo(json, row);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private Column<TRow> Column(string column) =>
        byName.TryGetValue(column, out var found)
            ? found
            : throw new PostgrestException(400, "42703", $"column {name}.{column} does not exist");

    private static int Number(IQueryCollection query, string key, int otherwise) =>
        !query.TryGetValue(key, out var text) ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number
        : throw new PostgrestException(400, "PGRST100", $"\"failed to parse {key} ({text})\" (line 1, column 1)");

    // A null is greater than all else, as in PostgreSQL.
    private static int Compare(object? one, object? other) =>
        (one, other) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            (IComparable a, _) when a.GetType() == other.GetType() => a.CompareTo(other),
            _ => 0,
        };
}

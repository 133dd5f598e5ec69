namespace PipelineTrigger.Emulator.Vendors.Supaflow;

/// <summary>One horizontal filter of PostgREST: <c>column=operator.value</c>.</summary>
internal sealed class Filter<TRow>
{
    private readonly Predicate<object?> test;
    private readonly bool isNegated;

    public Filter(Column<TRow> column, string expression)
    {
        Column = column;
        isNegated = expression.StartsWith("not.", StringComparison.Ordinal);
        var text = isNegated ? expression["not.".Length..] : expression;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var (name, value) = dot < 0 ? (text, "") : (text[..dot], text[(dot + 1)..]);
        if (dot >= 0 && name is "eq" or "in")
        {
            Values = name == "eq" ? [column.Parse(value)] : [.. ListItems(value, expression).Select(column.Parse)];
            test = Values.Contains;
        }
        else
        {
            test = dot < 0 ? throw Malformed(expression) : Test(name, value, expression);
        }
    }

    public Column<TRow> Column { get; }

    /// <summary>The values that an <c>eq</c> or <c>in</c> lets through.</summary>
    public IReadOnlyList<object?>? Values { get; }

    public bool NamesValues => Values is not null && !isNegated;

    public bool Matches(TRow row)
    {
        var value = Column.Read(row);
        return test(value) != isNegated && (value is not null || Values is null);
    }

    private Predicate<object?> Test(string name, string value, string expression)
    {
        if (name == "is")
        {
            return value == "null" ? v => v is null : throw Malformed(expression);
        }
        Predicate<int> holds = name switch
        {
            "neq" => c => c != 0,
            "gt" => c => c > 0,
            "gte" => c => c >= 0,
            "lt" => c => c < 0,
            "lte" => c => c <= 0,
            _ => throw Malformed(expression),
        };
        var bound = Column.Parse(value);
        return v => v is IComparable comparable && comparable.GetType() == bound.GetType() && holds(comparable.CompareTo(bound));
    }

    private static IEnumerable<string> ListItems(string value, string expression)
    {
        if (value is not ['(', .. var items, ')'])
        {
            throw Malformed(expression);
        }
        return items.Length == 0 ? [] : items.Split(',').Select(i => i.Trim('"'));
    }

    private static PostgrestException Malformed(string expression) =>
        new(
            400,
            "PGRST100",
            $"\"failed to parse filter ({expression})\" (line 1, column 1)",
            "unexpected input, expecting operator (eq, gt, ...)"
        );
}

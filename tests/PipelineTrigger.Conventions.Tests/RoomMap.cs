namespace PipelineTrigger.Conventions.Tests;

/// <summary>
/// The rooms of an assembly, which are its namespaces, and which of them use which. Read from the compiled code of both editions.
/// </summary>
internal sealed class RoomMap
{
    private readonly SortedDictionary<string, SortedSet<string>> uses = new(StringComparer.Ordinal);

    private RoomMap(string root, IEnumerable<AssemblyDefinition> editions)
    {
        foreach (var type in editions.SelectMany(assembly => assembly.WrittenTypes()))
        {
            if (Room(type, root) is { } room)
            {
                var used = uses.TryGetValue(room, out var known) ? known : uses[room] = new(StringComparer.Ordinal);
                used.UnionWith(type.Mentioned().Select(to => Room(to, root)).OfType<string>().Where(to => to != room));
            }
        }
    }

    /// <summary>The client core's rooms.</summary>
    public static RoomMap Core { get; } = new("PipelineTrigger.Core", [Product.Core.ClientCore, Product.Desktop.ClientCore]);

    /// <summary>The cmdlets' rooms.</summary>
    public static RoomMap Cmdlets { get; } = new("PipelineTrigger", [Product.Core.Cmdlets, Product.Desktop.Cmdlets]);

    public IReadOnlyCollection<string> Rooms => uses.Keys;

    public IReadOnlyCollection<string> UsedBy(string room) => uses[room];

    /// <summary>Whether one room uses another, directly or through others.</summary>
    public bool Reaches(string from, string to)
    {
        var seen = new HashSet<string>();
        var next = new Stack<string>([from]);
        while (next.TryPop(out var room))
        {
            foreach (var used in uses[room].Where(seen.Add))
            {
                next.Push(used);
            }
        }

        return seen.Contains(to);
    }

    /// <summary>The rooms that use each other, directly or through others.</summary>
    public IEnumerable<string> Circles() =>
        from room in Rooms
        from other in Rooms
        where string.CompareOrdinal(room, other) < 0 && Reaches(room, other) && Reaches(other, room)
        select $"{room} and {other} use each other";

    /// <summary>The same map without its inner rooms: Ledger stands for Ledger/Blob, too.</summary>
    public IEnumerable<string> OuterCircles()
    {
        var outer = Rooms.ToLookup(Outer, room => uses[room].Select(Outer));
        var map = outer.ToDictionary(g => g.Key, g => g.SelectMany(u => u).Where(u => u != g.Key).ToHashSet());
        return from room in map.Keys
            from other in map[room]
            where Reaches(map, other, room)
            select $"{room} uses {other}, which leads back to it";
    }

    /// <summary>What a room uses that it does not reach through another one.</summary>
    public IEnumerable<string> Direct(string room) => uses[room].Where(to => !uses[room].Any(other => other != to && Reaches(other, to)));

    /// <summary>How many rooms lie below a room at the most.</summary>
    /// <exception cref="InvalidOperationException">Two rooms use each other.</exception>
    public int Height(string room) =>
        Reaches(room, room)
            ? throw new InvalidOperationException($"{room} leads back to itself.")
            : uses[room].Select(Height).DefaultIfEmpty(-1).Max() + 1;

    private static bool Reaches(Dictionary<string, HashSet<string>> map, string from, string to, HashSet<string>? seen = null) =>
        from == to || ((seen ??= []).Add(from) && map[from].Any(next => Reaches(map, next, to, seen)));

    private static string Outer(string room) => room.Split('/')[0];

    private static string? Room(TypeReference type, string root)
    {
        var space = type.Outermost().Namespace;
        return space.StartsWith(root + ".", StringComparison.Ordinal) && !space.StartsWith(root + ".Core.", StringComparison.Ordinal)
            ? space[(root.Length + 1)..].Replace('.', '/')
            : null;
    }
}

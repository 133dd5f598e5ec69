using System.Net;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>
/// Draws <c>docs/images/architecture.svg</c> from the compiled code: a room above the rooms that it uses, and an arrow for each use that no
/// other arrow implies.
/// </summary>
internal static class RoomPicture
{
    private const string Font = "Segoe UI, Helvetica, Arial, sans-serif";
    private const int Width = 1180;
    private const int BoxHeight = 34;
    private const int RowHeight = 78;
    private const int Top = 40;

    public static string Draw()
    {
        var picture = new List<string>();
        var cmdlets = Block(RoomMap.Cmdlets, 20, "PipelineTrigger: the cmdlets", "#ddf4ff", picture);
        var core = Block(
            RoomMap.Core,
            cmdlets + 50,
            "PipelineTrigger.Core: the client core, in a load context of its own",
            "#dafbe1",
            picture
        );
        var (noteY, height) = (cmdlets + 29, core + 20);
        picture.Add(
            $"""
            <path d="M{Width / 2} {cmdlets}V{cmdlets + 48}" stroke="#57606a" stroke-width="1.4" marker-end="url(#to)"/>
            <text x="{Width / 2
                + 10}" y="{noteY}" font-size="12">The cmdlets use the client core. Both use Abstractions, which uses nothing.</text>

            """
        );
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" font-family="{Font}" font-size="13" fill="#24292f">
            <title>The rooms of PipelineTrigger and which of them use which</title>
            <defs>
            <marker id="to" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0L10 5L0 10z" fill="#57606a"/>
            </marker>
            </defs>
            <rect width="100%" height="100%" fill="#ffffff"/>
            {string.Join("\n", picture)}
            </svg>

            """.Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static int Block(RoomMap map, int top, string title, string fill, List<string> picture)
    {
        var rows = map
            .Rooms.GroupBy(map.Height)
            .OrderByDescending(row => row.Key)
            .Select(row => row.Order(StringComparer.Ordinal).ToArray())
            .ToArray();
        var boxes = new Dictionary<string, (int X, int Y, int Width)>();
        for (var row = 0; row < rows.Length; row++)
        {
            var widths = rows[row].Select(room => (room.Length * 8) + 28).ToArray();
            var gap = (Width - 60 - widths.Sum()) / (rows[row].Length + 1);
            var x = 30 + gap;
            for (var i = 0; i < widths.Length; x += widths[i++] + gap)
            {
                // Rows are set off against each other, so that an arrow past a row finds a gap.
                boxes[rows[row][i]] = (x + (row % 2 == 0 ? -14 : 14), top + Top + (row * RowHeight), widths[i]);
            }
        }

        var height = Top + (rows.Length * RowHeight) - (RowHeight - BoxHeight) + 16;
        picture.Add($"""<rect x="20" y="{top}" width="{Width - 40}" height="{height}" rx="8" fill="#ffffff" stroke="#24292f"/>""");
        picture.Add($"""<text x="34" y="{top + 22}" font-weight="600">{title}</text>""");
        foreach (var (from, to) in map.Rooms.SelectMany(from => map.Direct(from).Select(to => (boxes[from], boxes[to]))))
        {
            var (fromX, toX) = (from.X + (from.Width / 2), to.X + (to.Width / 2));
            picture.Add($"""<path d="M{fromX} {from.Y + BoxHeight}L{toX} {to.Y - 2}" stroke="#57606a" marker-end="url(#to)"/>""");
        }

        foreach (var (room, (x, y, width)) in boxes)
        {
            picture.Add($"""<rect x="{x}" y="{y}" width="{width}" height="{BoxHeight}" rx="6" fill="{fill}" stroke="#24292f"/>""");
            picture.Add(
                $"""<text x="{x + (width / 2)}" y="{y + 22}" text-anchor="middle" font-weight="600">{WebUtility.HtmlEncode(room)}</text>"""
            );
        }

        return top + height;
    }
}

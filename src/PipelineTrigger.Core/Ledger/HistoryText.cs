namespace PipelineTrigger.Core.Ledger;

/// <summary>The format of the history: one entry a line. Damage affects only its own line.</summary>
internal static class HistoryText
{
    public static MemoryStream Of(IReadOnlyList<LedgerEntry> lines)
    {
        var text = new MemoryStream();
        foreach (var line in lines)
        {
            Add(text, line.ToBytes());
        }

        text.Position = 0;
        return text;
    }

    public static HistoryPage Parse(string name, byte[] text)
    {
        var lines = new List<LedgerEntry>();
        var later = default(EntryText);
        foreach (var (start, length) in Lines(text))
        {
            var line = EntryText.Read(text.AsSpan(start, length));
            if (line.Entry is { } entry)
            {
                lines.Add(entry);
            }
            else if (line.Flaw == EntryFlaw.Later)
            {
                later = line;
            }
        }

        return new(name, lines, later);
    }

    /// <summary>The text without some of its lines; null if all stay. Lines that cannot be read are kept as they are.</summary>
    public static byte[]? Without(byte[] text, Func<LedgerEntry, bool> stays)
    {
        var rest = new MemoryStream();
        var all = true;
        foreach (var (start, length) in Lines(text))
        {
            var line = text.AsSpan(start, length);
            if (LedgerEntry.Parse(line) is { } entry && !stays(entry))
            {
                all = false;
            }
            else
            {
                Add(rest, line.ToArray());
            }
        }

        return all ? null : rest.ToArray();
    }

    private static void Add(MemoryStream text, byte[] line)
    {
        text.Write(line, 0, line.Length);
        text.WriteByte((byte)'\n');
    }

    private static IEnumerable<(int Start, int Length)> Lines(byte[] text)
    {
        for (var start = 0; start < text.Length; )
        {
            var end = Array.IndexOf(text, (byte)'\n', start);
            end = end < 0 ? text.Length : end;
            if (end > start)
            {
                yield return (start, end - start);
            }

            start = end + 1;
        }
    }
}

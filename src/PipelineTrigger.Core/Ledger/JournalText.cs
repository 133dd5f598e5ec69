namespace PipelineTrigger.Core.Ledger;

/// <summary>The journal's form: an entry a line. What was cut off or damaged costs its own line alone.</summary>
internal static class JournalText
{
    public static MemoryStream Of(IReadOnlyList<LedgerEntry> lines)
    {
        var text = new MemoryStream();
        foreach (var line in lines)
        {
            var bytes = line.ToBytes();
            text.Write(bytes, 0, bytes.Length);
            text.WriteByte((byte)'\n');
        }

        text.Position = 0;
        return text;
    }

    public static IReadOnlyList<LedgerEntry> Parse(byte[] text)
    {
        var lines = new List<LedgerEntry>();
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)'\n');
            if (LedgerEntry.Parse(end < 0 ? rest : rest.Slice(0, end)) is { } line)
            {
                lines.Add(line);
            }

            rest = end < 0 ? default : rest.Slice(end + 1);
        }

        return lines;
    }
}

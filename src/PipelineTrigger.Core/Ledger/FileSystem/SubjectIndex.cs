namespace PipelineTrigger.Core.Ledger.FileSystem;

/// <summary>
/// Maps subjects to entries with an empty file for each entry, so that a search for a subject's runs opens no other entry. An entry that
/// is missing here is read, and added.
/// </summary>
internal sealed class SubjectIndex(string path)
{
    /// <summary>Adds an entry, before its owner writes it.</summary>
    /// <exception cref="IOException">It could not.</exception>
    public void Add(string? subject, string name)
    {
        var mark = Mark(subject, name);
        Directory.CreateDirectory(Path.GetDirectoryName(mark)!);
        new FileStream(mark, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1).Dispose();
    }

    /// <summary>Adds an entry that was missing; best effort.</summary>
    public void TryAdd(string? subject, string name)
    {
        try
        {
            Add(subject, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next search reads the entry, too.
        }
    }

    /// <summary>Removes an entry, whatever its subject; best effort.</summary>
    public void Remove(string name)
    {
        foreach (var mark in Directory.Exists(path) ? Directory.GetFiles(path, name, SearchOption.AllDirectories) : [])
        {
            Delete(mark);
        }
    }

    /// <summary>Removes an entry; best effort.</summary>
    public void Remove(string? subject, string name) => Delete(Mark(subject, name));

    /// <summary>The names of a subject's entries.</summary>
    public HashSet<string> Names(string subject) => NamesIn(Folder(subject), SearchOption.TopDirectoryOnly);

    /// <summary>All names in it.</summary>
    public HashSet<string> Names() => NamesIn(path, SearchOption.AllDirectories);

    private static HashSet<string> NamesIn(string folder, SearchOption depth) =>
        Directory.Exists(folder)
            ? new(Directory.EnumerateFiles(folder, "*", depth).Select(f => Path.GetFileName(f)!), StringComparer.Ordinal)
            : [];

    private static void Delete(string mark)
    {
        try
        {
            File.Delete(mark);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A search reads one entry too many.
        }
    }

    private string Folder(string? subject) => Path.Combine(path, LedgerName.OfIndex(subject));

    private string Mark(string? subject, string name) => Path.Combine(Folder(subject), name);
}

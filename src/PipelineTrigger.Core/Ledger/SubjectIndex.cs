using PipelineTrigger.Core.Files;

namespace PipelineTrigger.Core.Ledger;

/// <summary>
/// Which entries of a directory are of which subject: an empty file for each, so that whoever looks for one subject's runs opens no other entry. It is a
/// short cut and nothing more: an entry that it lacks is read, and added.
/// </summary>
internal sealed class SubjectIndex(string path)
{
    /// <summary>Adds an entry; best effort.</summary>
    public void Add(string? subject, string name)
    {
        var mark = Mark(subject, name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(mark)!);
            new FileStream(mark, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it is read by whoever looks for any subject.
        }
    }

    /// <summary>Takes an entry to another subject: in between it is of none, and read by whoever looks.</summary>
    public void Move(string? from, string? to, string name)
    {
        Remove(from, name);
        Add(to, name);
    }

    /// <summary>Takes an entry out; best effort.</summary>
    public void Remove(string? subject, string name)
    {
        try
        {
            File.Delete(Mark(subject, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It names an entry that is not there.
        }
    }

    /// <summary>The names of a subject's entries.</summary>
    public HashSet<string> Names(string subject) => NamesIn(Folder(subject), SearchOption.TopDirectoryOnly);

    /// <summary>All names in it.</summary>
    public HashSet<string> Names() => NamesIn(path, SearchOption.AllDirectories);

    private static HashSet<string> NamesIn(string folder, SearchOption depth) =>
        Directory.Exists(folder) ? new(Directory.EnumerateFiles(folder, "*", depth).Select(f => Path.GetFileName(f)!), StringComparer.Ordinal) : [];

    private string Folder(string? subject) => Path.Combine(path, LedgerName.OfIndex(subject));

    private string Mark(string? subject, string name) => Path.Combine(Folder(subject), name);
}

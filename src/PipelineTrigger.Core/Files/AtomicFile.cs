using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Files;

/// <summary>
/// Small files that a process which ends at any instruction leaves with their old or their new content: what is new is written beside under a name that
/// nobody can foresee, reaches the disk, and takes the file's place in one step.
/// </summary>
internal static class AtomicFile
{
    private const string DraftEnd = ".new";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Writes a file that must not be there yet.</summary>
    /// <exception cref="IOException">It is there, or it could not be written and is not there.</exception>
    public static void Create(string file, byte[] content)
    {
        var draft = WriteDraft(file, content, isPrivate: false);
        try
        {
            // Refuses to replace a file.
            File.Move(draft, file);
        }
        catch (IOException)
        {
            File.Delete(draft);
            throw;
        }

        SystemFile.SyncFolder(Path.GetDirectoryName(file)!);
    }

    /// <summary>Puts new content in the place of a file's, or where there was none.</summary>
    /// <param name="isPrivate">Whether the file is for its user alone; else it keeps its mode.</param>
    /// <exception cref="IOException">It has its old content.</exception>
    public static void Replace(string file, byte[] content, bool isPrivate)
    {
        var draft = WriteDraft(file, content, isPrivate);
        for (var waited = TimeSpan.Zero; !TryMove(draft, file, isLast: waited >= Patience); waited += Pause)
        {
            SpinWait.SpinUntil(static () => false, Pause);
        }
    }

    /// <inheritdoc cref="Replace"/>
    public static async Task ReplaceAsync(string file, byte[] content, TimeProvider time, CancellationToken cancellationToken)
    {
        var draft = WriteDraft(file, content, isPrivate: false);
        try
        {
            for (var waited = TimeSpan.Zero; !TryMove(draft, file, isLast: waited >= Patience); waited += Pause)
            {
                await time.WaitAsync(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>The file's content, read beside whoever replaces it; null where there is none.</summary>
    public static byte[]? Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            var read = 0;
            while (read < bytes.Length && stream.Read(bytes, read, bytes.Length - read) is > 0 and var count)
            {
                read += count;
            }

            return read == bytes.Length ? bytes : bytes.AsSpan(0, read).ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether it is what a process left behind that ended before its draft took the file's place.</summary>
    public static bool IsDraft(string name) => name.EndsWith(DraftEnd, StringComparison.Ordinal);

    // Others may write to the directory: a name that they cannot foresee, which must not exist, and until it is whole nobody else's to read.
    internal static FileStream OpenDraft(string file) => Open(DraftOf(file));

    private static FileStream Open(string draft)
    {
#if NET
        if (!SystemFile.IsWindows)
        {
            return PrivateFile.Create(draft);
        }
#endif
        return new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    private static string WriteDraft(string file, byte[] content, bool isPrivate)
    {
        // On Windows a stream that was opened with its permissions does not know its name.
        var draft = DraftOf(file);
        using var stream = isPrivate ? PrivateFile.Create(draft) : Open(draft);
        try
        {
            Write(stream, content);
#if NET
            if (!isPrivate && !OperatingSystem.IsWindows() && File.Exists(file))
            {
                File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(file));
            }
#endif
            return draft;
        }
        catch (IOException)
        {
            stream.Dispose();
            File.Delete(draft);
            throw;
        }
    }

    private static string DraftOf(string file) => $"{file}.{Guid.NewGuid():N}{DraftEnd}";

    private static void Write(FileStream stream, byte[] content)
    {
        stream.Write(content, 0, content.Length);
        stream.Flush(flushToDisk: true);
    }

    private static bool TryMove(string draft, string file, bool isLast)
    {
        try
        {
            SystemFile.Replace(draft, file);
            return true;
        }
        catch (IOException) when (SystemFile.IsWindows && !isLast && File.Exists(draft))
        {
            // Somebody reads the old one at this moment.
            return false;
        }
        catch (IOException)
        {
            File.Delete(draft);
            throw;
        }
    }
}

using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Files;

/// <summary>
/// Writes small files so that a crash at any point leaves either the old or the new content. The new content is written to a draft with an
/// unpredictable name beside the file, flushed to disk, and then renamed over the file in one step.
/// </summary>
internal static class AtomicFile
{
    private const string DraftExtension = ".new";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Writes a file that must not exist yet.</summary>
    /// <exception cref="IOException">The file exists, or it could not be written and does not exist.</exception>
    public static void Create(string file, byte[] content)
    {
        var draft = WriteDraft(file, content, isPrivate: false);
        try
        {
            // Fails if the file exists.
            File.Move(draft, file);
        }
        catch (IOException)
        {
            File.Delete(draft);
            throw;
        }

        SystemFile.SyncFolder(Path.GetDirectoryName(file)!);
    }

    /// <summary>Replaces the content of a file, or creates the file.</summary>
    /// <param name="isPrivate">Whether only the current user may read the file; if not, it keeps its mode.</param>
    /// <exception cref="IOException">The write failed; the file has its old content.</exception>
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

    /// <summary>The content of a file that may be replaced at the same time; null if the file does not exist.</summary>
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

    /// <summary>Whether the name is that of a draft, which a process left behind if it ended before it could rename it.</summary>
    public static bool IsDraft(string name) => name.EndsWith(DraftExtension, StringComparison.Ordinal);

    // Other users may write to the directory: the draft gets an unpredictable name, must not exist, and on Unix only this user may read it.
    internal static FileStream OpenDraft(string file) => Open(DraftName(file));

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

    private static string DraftName(string file) => $"{file}.{Guid.NewGuid():N}{DraftExtension}";

    private static string WriteDraft(string file, byte[] content, bool isPrivate)
    {
        // On Windows, a stream that was opened with permissions does not know its name.
        var draft = DraftName(file);
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
            // Another process is reading the old file.
            return false;
        }
        catch (IOException)
        {
            File.Delete(draft);
            throw;
        }
    }
}

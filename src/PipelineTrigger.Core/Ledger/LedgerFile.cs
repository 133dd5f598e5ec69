using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Ledger;

/// <summary>Reads and writes small files so that a process that ends at any instruction leaves nothing half done but a new file.</summary>
internal static class LedgerFile
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Writes a file that must not be there yet.</summary>
    /// <exception cref="ClaimLost">It is.</exception>
    public static void Create(string file, byte[] content)
    {
        using var stream = CreateNew(file);
        try
        {
            stream.Write(content, 0, content.Length);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // A full disk: nothing was sent yet, and half an entry would block its key.
            stream.Dispose();
            File.Delete(file);
            throw;
        }
    }

    /// <summary>Writes a file that has either its old or its new content, and nothing between, whenever the process ends.</summary>
    public static async Task ReplaceAsync(string file, byte[] content, TimeProvider time, CancellationToken cancellationToken)
    {
        var draft = file + ".new";
        using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(content, 0, content.Length);
            stream.Flush(flushToDisk: true);
        }

        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
#if NET
                File.Move(draft, file, overwrite: true);
#else
                File.Replace(draft, file, null);
#endif
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && waited < Patience)
            {
                // Somebody reads the old one at this moment.
                await time.WaitAsync(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The file's content; null where there is none.</summary>
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

    private static FileStream CreateNew(string file)
    {
        try
        {
            return new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new ClaimLost();
        }
    }
}

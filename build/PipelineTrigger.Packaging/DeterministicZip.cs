using System.IO.Compression;

namespace PipelineTrigger.Packaging;

/// <summary>A zip whose bytes follow from its content and one time alone.</summary>
internal static class DeterministicZip
{
    // A plain file that everyone may read and its owner may write.
    private const int Attributes = 0x81A4 << 16;

    public static byte[] Make(IEnumerable<PackedFile> files, DateTimeOffset time)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var file in files)
            {
                var entry = zip.CreateEntry(file.Path, CompressionLevel.SmallestSize);
                entry.LastWriteTime = time;
                entry.ExternalAttributes = Attributes;
                using var stream = entry.Open();
                stream.Write(file.Content);
            }
        }

        return bytes.ToArray();
    }
}

using System.Security.Cryptography;

namespace PipelineTrigger.Packaging;

/// <summary>A file by its path in a package, with slashes.</summary>
internal sealed record PackedFile(string Path, byte[] Content)
{
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Content));
}

using System.Text;

namespace PipelineTrigger.Packaging;

/// <summary>What is in the module, and what lies beside it.</summary>
internal static class FileList
{
    public static byte[] Make(Module module) => StableJson.Write(new
    {
        module.Version,
        Files = module.Files.Select(f => new { f.Path, Size = f.Content.Length, f.Sha256 }),
    });

    /// <summary>As 'sha256sum --check' reads it.</summary>
    public static byte[] Sums(string packageFolder) => Encoding.UTF8.GetBytes(string.Concat(
        Module.Read(packageFolder).Files.Select(f => $"{f.Sha256}  {f.Path}\n")));
}

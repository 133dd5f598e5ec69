namespace PipelineTrigger.Packaging;

/// <summary>What is in the module.</summary>
internal static class FileList
{
    public static byte[] Make(Module module) =>
        StableJson.Write(
            new
            {
                module.Version,
                Files = module.Files.Select(f => new
                {
                    f.Path,
                    Size = f.Content.Length,
                    f.Sha256,
                }),
            }
        );
}

namespace PipelineTrigger.Benchmarks.Shells;

/// <summary>The scripts that this assembly carries.</summary>
internal static class ScriptFile
{
    public static string Read(string name)
    {
        using var stream = typeof(ScriptFile).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"There is no script {name}.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

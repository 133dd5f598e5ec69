namespace PipelineTrigger.Emulator.Proxying;

/// <summary>Which requests a rule hits; the admin ones only when it names them.</summary>
public sealed record ProxyMatch(string? Method = null, string? Path = null)
{
    public bool Holds(string method, string target) =>
        (Method is null || Method.Equals(method, StringComparison.OrdinalIgnoreCase))
        && (
            Path is null ? !target.Contains("/admin/", StringComparison.Ordinal) : target.Contains(Path, StringComparison.OrdinalIgnoreCase)
        );
}

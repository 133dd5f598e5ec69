namespace PipelineTrigger;

/// <summary>
/// A named way to one installation of a vendor, with the reference to its credential. The public properties hold no secret, so it may be
/// printed and exported; what was exported finds its secret again only where the reference (a vault or an environment variable) does.
/// </summary>
public sealed class PipelineConnection
{
    internal PipelineConnection(string name, string vendor, Uri baseUri)
    {
        Name = SafeText.Keep(name)!;
        Vendor = vendor;
        BaseUri = baseUri;
    }

    /// <summary>The name it is called by; not case-sensitive.</summary>
    public string Name { get; }

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    public string Vendor { get; }

    /// <summary>Where the vendor's application is, without a trailing slash; may have a path.</summary>
    public Uri BaseUri { get; }

    /// <summary><c>Session</c>: gone with the runspace. <c>CurrentUser</c>: kept for later sessions. <c>Environment</c>: made of the vendor's own environment variables.</summary>
    public string Scope { get; internal set; } = "Session";

    /// <summary>What kind of credential it has: <c>Secret</c>, <c>Credential</c>, <c>Token</c>, <c>EnvironmentVariable</c> or <c>None</c>.</summary>
    public string CredentialType { get; internal set; } = "None";

    /// <summary>The user of a user-name-and-password credential.</summary>
    public string? UserName
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>The name of the secret in a SecretManagement vault.</summary>
    public string? SecretName
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>The vault of <see cref="SecretName"/>; null: the default vault.</summary>
    public string? VaultName
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>The environment variable that holds the token.</summary>
    public string? TokenEnvironmentVariable
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>Whether plain http to another machine was allowed.</summary>
    public bool AllowInsecure { get; internal set; }

    /// <summary>The proxy given for it; null: the system's own.</summary>
    public Uri? Proxy { get; internal set; }

    /// <summary>Whether the proxy is given the credentials of the signed-in user.</summary>
    public bool ProxyUseDefaultCredentials { get; internal set; }

    /// <summary>The run ledger: a directory, or the name of the secret that holds a container's SAS URI; null: the environment's, or the user's own.</summary>
    public string? Ledger
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>Whether triggers carry no id of ours (Mage: the variable <c>pipeline_trigger_id</c>); then a run whose trigger's answer was lost cannot be found.</summary>
    public bool NoTriggerId { get; internal set; }

    /// <summary>Seconds after a trigger was sent within which the vendor may still create its run; null: the trigger's time-out and 120 s.</summary>
    public int? LateCommitHorizonSec { get; internal set; }

    /// <summary>What was given in memory (a token, a password, the proxy's credential): reachable from nowhere outside the module.</summary>
    internal ConnectionSecrets Secrets { get; } = new();

    /// <summary>Name, vendor and address in a line.</summary>
    public override string ToString() => Name;
}

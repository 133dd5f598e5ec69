namespace PipelineTrigger;

/// <summary>
/// A named connection to one installation of a vendor, with a reference to its credential. No public property holds a secret, so it is safe
/// to print and export. An exported connection works only where its reference (a vault or an environment variable) resolves.
/// </summary>
public sealed class PipelineConnection
{
    internal PipelineConnection(string name, string vendor, Uri baseUri)
    {
        Name = SafeText.Keep(name)!;
        Vendor = vendor;
        BaseUri = baseUri;
    }

    /// <summary>The name of the connection; not case-sensitive.</summary>
    public string Name { get; }

    /// <summary>One of the constants of <see cref="PipelineVendor"/>.</summary>
    public string Vendor { get; }

    /// <summary>The address of the vendor's application, without a trailing slash; may have a path.</summary>
    public Uri BaseUri { get; }

    /// <summary>
    /// <c>Session</c>: lasts as long as the runspace. <c>CurrentUser</c>: saved for later sessions. <c>Environment</c>: created from the
    /// vendor's own environment variables.
    /// </summary>
    public string Scope { get; internal set; } = "Session";

    /// <summary>
    /// The kind of credential: <c>Secret</c>, <c>Credential</c>, <c>Token</c>, <c>EnvironmentVariable</c> or <c>None</c>.
    /// </summary>
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

    /// <summary>The vault that holds <see cref="SecretName"/>; null for the default vault.</summary>
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

    /// <summary>Whether plain http to another machine is allowed.</summary>
    public bool AllowInsecure { get; internal set; }

    /// <summary>The proxy of the connection; null for the system's proxy.</summary>
    public Uri? Proxy { get; internal set; }

    /// <summary>Whether the signed-in user's credentials are sent to the proxy.</summary>
    public bool ProxyUseDefaultCredentials { get; internal set; }

    /// <summary>
    /// The run ledger: a directory, or the name of the secret that holds a container's SAS URI. Null for the ledger that the environment
    /// names, or else the user's own.
    /// </summary>
    public string? Ledger
    {
        get;
        internal set => field = SafeText.Keep(value);
    }

    /// <summary>
    /// Whether triggers are sent without a correlation id (Mage: the variable <c>pipeline_trigger_id</c>). Without one, a run cannot be
    /// found again if the answer to its trigger is lost.
    /// </summary>
    public bool NoTriggerId { get; internal set; }

    /// <summary>
    /// How long after a trigger was sent the vendor may still create its run, in seconds. Null for the trigger's time-out plus 120 seconds.
    /// </summary>
    public int? LateCommitHorizonSec { get; internal set; }

    /// <summary>Secrets held in memory (a token, a password, the proxy's credential); not accessible outside the module.</summary>
    internal ConnectionSecrets Secrets { get; } = new();

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}

using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Http;

/// <summary>The credential of a connection. Lives no longer than the connection's client.</summary>
/// <param name="UserName">The user name; null for a token.</param>
/// <param name="Secret">The token or the password.</param>
internal sealed record Credential(string? UserName, Secret Secret)
{
    /// <summary>The user name; never the secret.</summary>
    public override string ToString() => UserName ?? "token";
}

using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Http;

/// <summary>What a vendor is shown. Lives no longer than the connection's client.</summary>
/// <param name="UserName">Null for a token.</param>
/// <param name="Secret">The token or the password.</param>
internal sealed record Credential(string? UserName, Secret Secret)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => UserName ?? "token";
}

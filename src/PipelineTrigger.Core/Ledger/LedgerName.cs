using System.Security.Cryptography;
using System.Text;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Ledger;

/// <summary>The names of entries: hashes, so that a key can be any text and shows nothing in a directory.</summary>
internal static class LedgerName
{
    private const int MaxKeyLength = 256;

    /// <summary>The name of a key in one workspace of a vendor's installation.</summary>
    /// <param name="workspace">Null if the base URI is enough, and for keys of the form without a workspace.</param>
    public static string OfKey(string vendor, string baseUri, string? workspace, string key) =>
        workspace is null ? Hash("key", vendor, baseUri, key) : Hash("key", vendor, baseUri, workspace, key);

    /// <summary>The name whose owner may assign the runs of a subject whose triggers are unknown.</summary>
    public static string OfSubject(string vendor, string baseUri, string subject) => Hash("subject", vendor, baseUri, subject);

    /// <summary>The name under which the entries of a subject are found, at whatever installation.</summary>
    public static string OfIndex(string? subject) => Hash("index", subject ?? "").Substring(0, 16);

    /// <summary>The key, if it can be one.</summary>
    /// <exception cref="PipelineException">InvalidInput.</exception>
    public static string CheckKey(string key) =>
        key.Trim() switch
        {
            { Length: 0 } => throw Runs.TriggerFields.Invalid("IdempotencyKey is blank."),
            { Length: > MaxKeyLength } => throw Runs.TriggerFields.Invalid($"IdempotencyKey is longer than {MaxKeyLength} characters."),
            var text when !SafeText.IsWhole(text) => throw Runs.TriggerFields.Invalid(
                "IdempotencyKey contains half a character (an unpaired surrogate)."
            ),
            var text when text.Any(char.IsControl) => throw Runs.TriggerFields.Invalid("IdempotencyKey contains control characters."),
            var text when !SafeText.IsInert(text) => throw Runs.TriggerFields.Invalid(
                "IdempotencyKey contains invisible characters, or a command of a build agent: two colons at the start, "
                    + "or two number signs before a bracket."
            ),
            var text => text,
        };

    private static string Hash(params string[] parts)
    {
        var text = Encoding.UTF8.GetBytes(string.Join("\n", parts));
#if NET
        return Hex.Of(SHA256.HashData(text));
#else
        using var sha = SHA256.Create();
        return Hex.Of(sha.ComputeHash(text));
#endif
    }
}

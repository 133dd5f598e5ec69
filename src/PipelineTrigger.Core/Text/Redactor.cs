using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PipelineTrigger.Core.Text;

/// <summary>Knows the secrets of one connection and takes them out of any text before it is shown. Thread-safe.</summary>
internal sealed class Redactor
{
    private const string Mask = "***";

    // Shorter ones would blank out ordinary words, and protect nothing.
    private const int ShortestSecret = 4;

    private readonly object gate = new();
    private string[] secrets = [];

    /// <summary>As the other.</summary>
    public void Add(Secret? secret) => Add(secret?.Reveal());

    /// <summary>From now on this secret, also in its URL, JSON and base64 forms, is shown as ***.</summary>
    public void Add(string? secret)
    {
        if (secret is null || secret.Length < ShortestSecret)
        {
            return;
        }

        lock (gate)
        {
            if (Array.IndexOf(secrets, secret) >= 0)
            {
                return;
            }

            var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
            string[] forms =
            [
                secret,
                Uri.EscapeDataString(secret),
                JsonEncodedText.Encode(secret).ToString(),
                JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
                base64,
                base64.TrimEnd('=').Replace('+', '-').Replace('/', '_'),
            ];

            // Longest first: a secret that contains another must not leave its tail behind.
            secrets = [.. secrets.Concat(forms).Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length)];
        }
    }

    /// <summary>The text without the secrets, in one printable line; null for null and blank.</summary>
    public string? Clean(string? text, int maxLength = SafeText.DefaultLength) => SafeText.Clean(Redact(text), maxLength);

    private string? Redact(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text;
        }

        foreach (var secret in Volatile.Read(ref secrets))
        {
            text = text!.Replace(secret, Mask);
        }

        return text;
    }
}

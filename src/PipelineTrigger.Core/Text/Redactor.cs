using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PipelineTrigger.Core.Text;

/// <summary>Removes the secrets of one connection from text before it is shown. Thread-safe.</summary>
internal sealed class Redactor
{
    private const string Mask = "***";

    // A shorter secret would mask ordinary words.
    private const int ShortestSecret = 4;

    private readonly object gate = new();
    private string[] secrets = [];

    /// <inheritdoc cref="Add(string)"/>
    public void Add(Secret? secret) => Add(secret?.Reveal());

    /// <summary>Masks this secret as *** from now on, including its URL, JSON and base64 forms.</summary>
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

            // Longest first: if one secret contains another, masking the shorter one first would leave part of the longer one.
            secrets = [.. secrets.Concat(forms).Distinct(StringComparer.Ordinal).OrderByDescending(s => s.Length)];
        }
    }

    /// <summary>The text without the secrets, as one printable line; null for a null or blank text.</summary>
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

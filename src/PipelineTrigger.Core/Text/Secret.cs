namespace PipelineTrigger.Core.Text;

/// <summary>
/// A secret in memory. It has no property, so that printing, formatting or serializing it does not show it. Only <see cref="Reveal"/> does,
/// and a convention test lists its callers.
/// </summary>
internal sealed class Secret
{
    private const int MaxLength = 65_536;

    private readonly string value;

    private Secret(string value) => this.value = value;

    /// <summary>Whether the secret is empty.</summary>
    public bool IsEmpty() => value.Length == 0;

    /// <summary>Whether a text is longer than 65,536 characters, the maximum length of a secret.</summary>
    public static bool IsTooLong(string text) => text.Length > MaxLength;

    /// <summary>Whether the secret can be sent in an HTTP header.</summary>
    public bool CanBeToken() => !IsTooLong(value) && value.All(c => c is >= ' ' and <= '~');

    public bool Is(string text) => string.Equals(value, text, StringComparison.Ordinal);

    public bool StartsWith(string prefix) => value.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>The secret itself, to send it or to remove it from other text.</summary>
    public string Reveal() => value;

    /// <summary>A mask instead of the secret.</summary>
    public override string ToString() => "***";

    public static implicit operator Secret(string text) => new(text);
}

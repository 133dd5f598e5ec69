namespace PipelineTrigger.Core.Text;

/// <summary>A secret in memory. It has no property, and nothing that prints, formats or serializes shows it: only <see cref="Reveal"/> does, and a convention test names who calls that.</summary>
internal sealed class Secret
{
    private const int MaxLength = 65_536;

    private readonly string value;

    private Secret(string value) => this.value = value;

    /// <summary>Whether there is nothing to keep secret.</summary>
    public bool IsEmpty() => value.Length == 0;

    /// <summary>Whether a text is longer than a secret can be, which is 65,536 characters.</summary>
    public static bool IsTooLong(string text) => text.Length > MaxLength;

    /// <summary>Whether it can stand in a header.</summary>
    public bool CanBeToken() => !IsTooLong(value) && value.All(c => c is >= ' ' and <= '~');

    public bool Is(string text) => string.Equals(value, text, StringComparison.Ordinal);

    public bool StartsWith(string prefix) => value.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>The secret itself, for the one who sends it or takes it out of other text.</summary>
    public string Reveal() => value;

    /// <summary>Never the secret.</summary>
    public override string ToString() => "***";

    public static implicit operator Secret(string text) => new(text);
}

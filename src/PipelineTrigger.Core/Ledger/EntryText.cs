using System.Text.Json;

namespace PipelineTrigger.Core.Ledger;

/// <summary>Why an entry's text cannot be used.</summary>
internal enum EntryFlaw
{
    None,

    /// <summary>Empty or cut off, as a crash leaves a file that was being written.</summary>
    Cut,

    /// <summary>Written by a later version of the module.</summary>
    Later,

    /// <summary>Not written by this module.</summary>
    Foreign,
}

/// <summary>The text of an entry.</summary>
/// <param name="Entry">Null unless it is complete and of a supported version.</param>
/// <param name="Module">The version of the module that wrote it, where that can be read.</param>
internal sealed record EntryText(LedgerEntry? Entry, EntryFlaw Flaw, string? Module)
{
    public static EntryText Read(ReadOnlySpan<byte> text)
    {
        var (version, module, isCut) = Scan(text);
        if (version > LedgerEntry.CurrentVersion)
        {
            return new(null, EntryFlaw.Later, module);
        }

        return LedgerEntry.Parse(text) is { } entry
            ? new(entry, EntryFlaw.None, entry.Module)
            : new(null, isCut ? EntryFlaw.Cut : EntryFlaw.Foreign, module);
    }

    /// <summary>Rejects an entry that cannot be read, because it may stand for a run.</summary>
    /// <exception cref="PipelineException">LedgerUnavailable.</exception>
    public void Check(string name, string location)
    {
        if (Flaw is EntryFlaw.Later or EntryFlaw.Foreign)
        {
            throw new PipelineException(PipelineErrorId.LedgerUnavailable, $"{Explain(name, location)} Nothing was sent.");
        }
    }

    /// <summary>What is wrong with it, and what to do.</summary>
    public string Explain(string name, string location) =>
        Flaw switch
        {
            EntryFlaw.Later =>
                $"The entry {name} in {location} was written by {Writer}, and PipelineTrigger {LedgerOwner.ModuleVersion} cannot read it. "
                    + "Use that version or a later one here.",
            EntryFlaw.Foreign => $"The entry {name} in {location} is not one that PipelineTrigger writes: something else changed it. "
                + "Check the vendor's page of runs, then remove the entry with Remove-PipelineRunHistory -Force.",
            EntryFlaw.Cut => $"The entry {name} in {location} is damaged: its writing was cut off.",
            _ => "",
        };

    private string Writer =>
        Module is null ? $"a later version of PipelineTrigger than {LedgerOwner.ModuleVersion}" : $"PipelineTrigger {Module}";

    // A crash can leave zeros in place of content.
    private static (int? Version, string? Module, bool IsCut) Scan(ReadOnlySpan<byte> text)
    {
        var rest = text;
        while (!rest.IsEmpty && rest[rest.Length - 1] == 0)
        {
            rest = rest.Slice(0, rest.Length - 1);
        }

        var (version, module) = (default(int?), default(string));
        if (rest.IsEmpty || rest[0] != '{')
        {
            return (null, null, rest.IsEmpty);
        }

        var reader = new Utf8JsonReader(rest, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                {
                    continue;
                }

                if (reader.ValueTextEquals("version"u8) && reader.Read() && reader.TokenType == JsonTokenType.Number)
                {
                    version = reader.TryGetInt32(out var number) ? number : int.MaxValue;
                }
                else if (
                    reader.TokenType == JsonTokenType.PropertyName
                    && reader.ValueTextEquals("module"u8)
                    && reader.Read()
                    && reader.TokenType == JsonTokenType.String
                )
                {
                    module = SafeText.Clean(reader.GetString(), 40);
                }
            }

            return (version, module, reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > 0);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (version, module, false);
        }
    }
}

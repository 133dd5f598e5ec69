using System.Globalization;
using System.Net;
using System.Security;
using System.Text.Json;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Runs;

/// <summary>
/// The fields of one trigger, from parameters or from a row, by parameter name. A null or blank field counts as absent.
/// Values are plain: text, numbers, booleans, dates, SecureStrings, and dictionaries and lists of these.
/// </summary>
internal sealed class TriggerFields(IReadOnlyDictionary<string, object?> values)
{
    /// <summary>Whether the field has a value.</summary>
    public bool Has(string name) => Value(name) is not null;

    /// <exception cref="PipelineException">InvalidInput: the field is absent.</exception>
    public string RequiredText(string name) => Text(name) ?? throw Invalid($"{name} is missing.");

    public string? Text(string name) =>
        Value(name) switch
        {
            null => null,
            string text => text,
            SecureString => throw Invalid($"{name} is not a secret: pass it as text, not as a SecureString."),
            IReadOnlyDictionary<string, object?> or IReadOnlyList<object?> => throw Invalid($"{name} must be a single value."),
            var other => PlainText.Of(other),
        };

    /// <exception cref="PipelineException">InvalidInput: the field is absent or not a whole number.</exception>
    public long RequiredInteger(string name)
    {
        var text = RequiredText(name).Trim();
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Invalid($"{name} must be a whole number, not '{SafeText.Clean(text, 60)}'.");
    }

    /// <summary>True, false, 1, 0, yes or no, not case-sensitive; blank is false.</summary>
    /// <exception cref="PipelineException">InvalidInput: the field has another value.</exception>
    public bool Switch(string name) =>
        Text(name)?.Trim().ToUpperInvariant() switch
        {
            null or "FALSE" or "0" or "NO" => false,
            "TRUE" or "1" or "YES" => true,
            _ => throw Invalid($"{name} must be true, false, 1, 0, yes, no or blank, not '{SafeText.Clean(Text(name), 60)}'."),
        };

    /// <summary>A dictionary, or a JSON object as text.</summary>
    /// <exception cref="PipelineException">InvalidInput: the field has another value.</exception>
    public IReadOnlyDictionary<string, object?>? Map(string name) =>
        Value(name) switch
        {
            null => null,
            IReadOnlyDictionary<string, object?> map => Checked(name, map),
            string json => Checked(name, ParseObject(name, json)),
            _ => throw Invalid($"{name} must be a hashtable, an object or a JSON object as text."),
        };

    /// <summary>A secret, as a SecureString or text.</summary>
    /// <exception cref="PipelineException">InvalidInput: the secret cannot be sent in an HTTP header.</exception>
    public Secret? Secret(string name) =>
        (Value(name) is SecureString secret ? new NetworkCredential("", secret).Password : Text(name)) switch
        {
            { } text when string.IsNullOrWhiteSpace(text) => throw Invalid($"{name} is blank."),
            { } text when Core.Text.Secret.IsTooLong(text) => throw Invalid(
                $"{name} is longer than 65,536 characters, the maximum length of a secret."
            ),
            { } text when !((Secret)text).CanBeToken() => throw Invalid(
                $"{name} contains characters that a token cannot have, such as a line break or an accented letter."
            ),
            var text => text is null ? null : (Secret)text,
        };

    /// <summary>The error for invalid input.</summary>
    /// <param name="message">What is wrong; the error adds that nothing was sent.</param>
    public static PipelineException Invalid(string message) =>
        new(PipelineErrorId.InvalidInput, $"{message} Nothing was sent.") { Absence = RunAbsence.Told };

    private object? Value(string name) =>
        !values.TryGetValue(name, out var value)
            ? null
            : value switch
            {
                SecureString { Length: 0 } => null,
                string text when string.IsNullOrWhiteSpace(text) => null,
                string text => Whole(name, text),
                _ => value,
            };

    private static IReadOnlyDictionary<string, object?> Checked(string name, IReadOnlyDictionary<string, object?> map)
    {
        Check(name, map);
        return map;
    }

    private static void Check(string name, object? value)
    {
        switch (value)
        {
            case string text:
                Whole(name, text);
                break;
            case SecureString:
                throw Invalid(
                    $"{name} contains a SecureString, but the vendor stores and shows these values. "
                        + "Store the secret where the pipeline runs, or pass it as text."
                );
            case IReadOnlyDictionary<string, object?> map:
                foreach (var pair in map)
                {
                    Whole(name, pair.Key);
                    Check(name, pair.Value);
                }

                break;
            case IReadOnlyList<object?> list:
                foreach (var item in list)
                {
                    Check(name, item);
                }

                break;
        }
    }

    private static string Whole(string name, string text) => SafeText.IsWhole(text) ? text : throw HalfCharacter(name);

    private static PipelineException HalfCharacter(string name) =>
        Invalid($"{name} contains half a character (an unpaired surrogate), which cannot be sent.");

    private static IReadOnlyDictionary<string, object?> ParseObject(string name, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return JsonPlain.Of(document.RootElement) as IReadOnlyDictionary<string, object?>
                ?? throw Invalid($"{name} is JSON but not a JSON object ({{…}}).");
        }
        catch (InvalidOperationException)
        {
            // GetString throws this for an unpaired surrogate.
            throw HalfCharacter(name);
        }
        catch (JsonException e)
        {
            throw Invalid(
                $"{name} is text but not a JSON object: it is not valid at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}."
            );
        }
    }
}

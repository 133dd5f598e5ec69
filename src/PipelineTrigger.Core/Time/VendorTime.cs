using System.Globalization;

namespace PipelineTrigger.Core.Time;

/// <summary>
/// Parses the times of vendors: ISO 8601 with a space or a T, with or without a fraction and a time zone. A time without a zone is UTC.
/// </summary>
internal static class VendorTime
{
    public static DateTime? Parse(string? text) =>
        DateTime.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
}

using System.Globalization;

namespace PipelineTrigger.Core.Time;

/// <summary>Times as vendors write them: ISO 8601, with a space or a T, with or without a fraction and a zone; without one they are UTC.</summary>
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

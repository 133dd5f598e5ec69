using System.Globalization;
using System.Text.Json;

namespace PipelineTrigger.Emulator.Vendors.Mage;

internal static class MageTime
{
    // All of these were seen, depending on the database and the column.
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:mm:ss.ffffff",
        "yyyy-MM-dd HH:mm:ss+00:00",
        "yyyy-MM-ddTHH:mm:ss.ffffff+00:00",
        "yyyy-MM-ddTHH:mm:ss",
    ];

    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time, int runNumber)
    {
        if (time is { } t)
        {
            json.WriteString(name, Text(t, Formats[(runNumber - 1) % Formats.Length]));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static string WithFraction(DateTimeOffset time) => Text(time, Formats[1]);

    public static string Partition(DateTimeOffset time) => Text(time, "yyyyMMddTHHmmss_ffffff");

    private static string Text(DateTimeOffset time, string format) => time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}

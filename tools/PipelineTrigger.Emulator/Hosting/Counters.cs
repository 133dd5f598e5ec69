using System.Text.Json;

namespace PipelineTrigger.Emulator.Hosting;

internal sealed class Counters
{
    private static readonly Vendor[] Vendors = Enum.GetValues<Vendor>();
    private static readonly string[] VendorNames = [.. Vendors.Select(v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()))];
    private static readonly string[] OperationNames = [.. Enum.GetNames<Operation>().Select(JsonNamingPolicy.CamelCase.ConvertName)];
    private static readonly string[] StatusNames = ["aborted", "1xx", "2xx", "3xx", "4xx", "5xx"];

    private readonly long[][] operations = [.. Vendors.Select(_ => new long[OperationNames.Length])];
    private readonly long[][] statuses = [.. Vendors.Select(_ => new long[StatusNames.Length])];
    private readonly long[] runsCreated = new long[Vendors.Length];

    public void Arrived(Vendor vendor, Operation operation) => Interlocked.Increment(ref operations[(int)vendor][(int)operation]);

    public void Answered(Vendor vendor, int status) =>
        Interlocked.Increment(ref statuses[(int)vendor][Math.Clamp(status / 100, 0, StatusNames.Length - 1)]);

    public void RunCreated(Vendor vendor) => Interlocked.Increment(ref runsCreated[(int)vendor]);

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var vendor in Vendors)
        {
            json.WriteStartObject(VendorNames[(int)vendor]);
            var counts = operations[(int)vendor];
            json.WriteNumber("requests", counts.Sum());
            json.WriteNumber("runsCreated", Interlocked.Read(ref runsCreated[(int)vendor]));
            WriteCounts(json, "operations", OperationNames, counts);
            WriteCounts(json, "statuses", StatusNames, statuses[(int)vendor]);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, string[] keys, long[] counts)
    {
        json.WriteStartObject(name);
        for (var i = 0; i < keys.Length; i++)
        {
            json.WriteNumber(keys[i], Interlocked.Read(ref counts[i]));
        }
        json.WriteEndObject();
    }
}

using System.Text.Json;
using PipelineTrigger.Emulator.Faults;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Admin;

internal static class AdminFaults
{
    public static Answer Handle(Call call)
    {
        var faults = call.Tenant.Faults;
        switch (call.Method)
        {
            case "POST":
                return AdminAnswers.Number("id", faults.Add(Checked(call.Body(AdminJson.Default.FaultSpec))));
            case "GET":
                return Answer.Json(200, json => Write(json, faults.All()));
            case "DELETE":
                faults.Clear();
                return AdminAnswers.Done;
            default:
                return AdminAnswers.NoRoute(call);
        }
    }

    // A misspelt word would be a fault that never strikes, and a test that proves nothing.
    private static FaultSpec Checked(FaultSpec spec)
    {
        CheckWord<Vendor>(spec.Vendor);
        CheckWord<Operation>(spec.Operation);
        foreach (var card in spec.Cards ?? [])
        {
            if (card is { Vendor: not null } or { Operation: not null } or { Path: not null } or { Cards: not null })
            {
                throw new FormatException("A card has no vendor, operation, path or cards of its own.");
            }
        }
        return spec;
    }

    private static void CheckWord<TEnum>(string? word)
        where TEnum : struct, Enum
    {
        if (
            word is not null
            && !word.Equals("any", StringComparison.OrdinalIgnoreCase)
            && !Enum.TryParse<TEnum>(word, ignoreCase: true, out _)
        )
        {
            throw new FormatException($"'{word}' is none of: any, {string.Join(", ", Enum.GetNames<TEnum>())}");
        }
    }

    private static void Write(Utf8JsonWriter json, Fault[] faults)
    {
        json.WriteStartArray();
        foreach (var fault in faults)
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, fault.Id);
            json.WriteString("kind"u8, JsonNamingPolicy.CamelCase.ConvertName(fault.Spec.Kind.ToString()));
            json.WriteNumber("hits"u8, fault.Hits);
            json.WriteNumber("remaining"u8, fault.Remaining);
            json.WriteStartArray("cards"u8);
            foreach (var (card, hits) in (fault.Spec.Cards ?? []).Zip(fault.Draws))
            {
                json.WriteStartObject();
                json.WriteString("name"u8, card.Name ?? JsonNamingPolicy.CamelCase.ConvertName(card.Kind.ToString()));
                json.WriteNumber("hits"u8, hits);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

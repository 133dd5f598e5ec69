using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Tenants;

internal static class JwtText
{
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);

    public static string Create(Action<Utf8JsonWriter> writeClaims) =>
        $"{Header}.{Base64Url.EncodeToString(JsonBytes.Write(writeClaims))}.{Random(32)}";

    public static string Random(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}

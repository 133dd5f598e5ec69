using System.Text.Json;

namespace PipelineTrigger.Core.Tests.Vendors.Mage;

/// <summary>Mage's errors, which come with HTTP 200.</summary>
internal static class MageShapes
{
    /// <summary>What the server may have mixed up from another request.</summary>
    public const string WrongMessage = "Email/username and/or password invalid.";

    private static readonly string[] Stack = ["  File \"web.py\", line 1, in _execute\n"];

    /// <summary>A handled error.</summary>
    public static string Error(int code, string type) =>
        JsonSerializer.Serialize(
            new
            {
                error = new
                {
                    code,
                    message = WrongMessage,
                    type,
                },
                status = 200,
            }
        );

    /// <summary>An uncaught exception.</summary>
    public static string Exception(string exception) =>
        JsonSerializer.Serialize(
            new
            {
                error = new
                {
                    code = 500,
                    exception,
                    errors = Stack,
                    message = "Traceback (most recent call last):\n" + exception,
                },
                url_parameters = new { token = "trigger-token-in-the-address" },
            }
        );
}

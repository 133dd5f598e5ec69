using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PipelineTrigger.Core.Tests.Ledger.Azurite;

/// <summary>Shared access signatures of Azurite's well-known account.</summary>
internal static class AzuriteSas
{
    public const string Account = "devstoreaccount1";

    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const string Version = "2021-12-02";

    /// <summary>One for a container.</summary>
    public static string ForContainer(string container, string permissions, DateTime expires)
    {
        var end = Format(expires);
        string[] signed = [permissions, "", end, $"/blob/{Account}/{container}", "", "", "", Version, "c", "", "", "", "", "", "", ""];
        return $"sv={Version}&sr=c&sp={permissions}&se={Uri.EscapeDataString(end)}&sig={Sign(string.Join("\n", signed))}";
    }

    /// <summary>One for all of the account's blob service.</summary>
    public static string ForAccount(DateTime expires)
    {
        const string permissions = "rwdlac";
        var end = Format(expires);
        string[] signed = [Account, permissions, "b", "sco", "", end, "", "", Version, "", ""];
        return $"sv={Version}&ss=b&srt=sco&sp={permissions}&se={Uri.EscapeDataString(end)}&sig={Sign(string.Join("\n", signed))}";
    }

    private static string Format(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Sign(string text)
    {
        using var hash = new HMACSHA256(Convert.FromBase64String(Key));
        return Uri.EscapeDataString(Convert.ToBase64String(hash.ComputeHash(Encoding.UTF8.GetBytes(text))));
    }
}

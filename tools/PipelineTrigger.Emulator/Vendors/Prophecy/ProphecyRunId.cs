using System.Security.Cryptography;

namespace PipelineTrigger.Emulator.Vendors.Prophecy;

internal static class ProphecyRunId
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Always with the characters that a client must escape or might mistake.</summary>
    public static string New()
    {
        var text = RandomNumberGenerator.GetString(Alphabet, 34);
        return $"MDAw-{text[..16]}--{text[16..24]}_{text[24..]}==";
    }
}

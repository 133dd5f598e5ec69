namespace PipelineTrigger.Core.Text;

/// <summary>Bytes as lower-case hexadecimal digits, on both frameworks.</summary>
internal static class Hex
{
#if NET
    public static string Of(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
#else
    public static string Of(byte[] bytes) => BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();
#endif
}

using System.Security.Cryptography;
using System.Text;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Ledger;

/// <summary>A digest of a request's values, which shows only whether another request is the same.</summary>
internal static class RequestDigest
{
    public static string NewSalt()
    {
        var salt = new byte[16];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(salt);
        return Hex.Of(salt);
    }

    /// <summary>Equal for two requests with the same values, however they are written.</summary>
    public static string Of(TriggerRequest request, string salt)
    {
        using var hmac = new HMACSHA256(Encoding.ASCII.GetBytes(salt));
        return Hex.Of(hmac.ComputeHash(Encoding.UTF8.GetBytes(JsonPlain.Text(Sorted(request.Values)))));
    }

    private static object? Sorted(object? value) =>
        value switch
        {
            IReadOnlyDictionary<string, object?> map => map.OrderBy(p => p.Key, StringComparer.Ordinal)
                .ToDictionary(p => p.Key, p => Sorted(p.Value), StringComparer.Ordinal),
            IReadOnlyList<object?> list => list.Select(Sorted).ToList(),
            _ => value,
        };
}

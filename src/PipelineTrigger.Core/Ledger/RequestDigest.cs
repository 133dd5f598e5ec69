using System.Security.Cryptography;
using System.Text;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Ledger;

/// <summary>What is kept of a request's values: enough to tell whether another request is the same, and nothing else.</summary>
internal static class RequestDigest
{
    public static string NewSalt()
    {
        var salt = new byte[16];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(salt);
        return Hex.Of(salt);
    }

    /// <summary>The same for two requests that ask for the same, however they were written.</summary>
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

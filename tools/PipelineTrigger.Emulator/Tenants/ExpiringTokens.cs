using System.Collections.Concurrent;

namespace PipelineTrigger.Emulator.Tenants;

internal sealed class ExpiringTokens
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> expiries = new(StringComparer.Ordinal);

    public IEnumerable<string> Tokens => expiries.Keys;

    public void Add(string token, DateTimeOffset expiry) => expiries[token] = expiry;

    public TokenState Check(string token, DateTimeOffset now) =>
        !expiries.TryGetValue(token, out var expiry) ? TokenState.Unknown
        : expiry <= now ? TokenState.Expired
        : TokenState.Valid;

    public void ExpireAll()
    {
        foreach (var token in expiries.Keys)
        {
            expiries[token] = DateTimeOffset.MinValue;
        }
    }
}

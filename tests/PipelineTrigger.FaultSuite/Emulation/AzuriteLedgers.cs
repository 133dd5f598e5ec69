using PipelineTrigger.Core.Tests.Ledger.Azurite;

namespace PipelineTrigger.FaultSuite.Emulation;

/// <summary>
/// Ledgers in containers of an Azurite that is started for each; where PIPELINETRIGGER_LEDGER holds a SAS URI, in that
/// container.
/// </summary>
internal sealed class AzuriteLedgers : ILedgerKind
{
    private static string? Given =>
        Environment.GetEnvironmentVariable(LedgerChoice.Variable) is { Length: > 0 } place && LedgerChoice.IsUri(place) ? place : null;

    public async Task<string?> MissingAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Given is null)
            {
                await AzuritePackage.InstallAsync();
            }

            return null;
        }
        catch (AzuriteMissingException e)
        {
            return e.Message;
        }
    }

    public async Task<LedgerHandle> NewAsync(CancellationToken cancellationToken)
    {
        if (Given is { } place)
        {
            return new(place, static () => default);
        }

        const string name = "ledger";
        var server = await AzuriteServer.StartAsync();
        var container = $"{server.Address.GetLeftPart(UriPartial.Authority)}/{AzuriteSas.Account}/{name}";
        var tomorrow = DateTime.UtcNow.AddDays(1);
        using var http = new HttpClient();
        using var made = await http.PutAsync($"{container}?restype=container&{AzuriteSas.ForAccount(tomorrow)}", null, cancellationToken);
        made.EnsureSuccessStatusCode();
        return new($"{container}?{AzuriteSas.ForContainer(name, "racwdl", tomorrow)}", () =>
        {
            server.Dispose();
            return default;
        });
    }
}

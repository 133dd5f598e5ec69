using System.Globalization;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.FaultSuite.Emulation;

namespace PipelineTrigger.FaultSuite.Race;

/// <summary>
/// One process of a race: this program, started with <c>worker</c>. Triggers all rows with their keys, in an order of
/// its own, and says what it was told.
/// </summary>
internal static class RaceWorker
{
    public const string Command = "worker";

    private const int AtOnce = 8;

    public static string[] Arguments(Uri baseUri, int keys, int seed, int stopAt, int horizonSec) =>
        [Command, baseUri.AbsoluteUri, .. new[] { keys, seed, stopAt, horizonSec }.Select(n => n.ToString(CultureInfo.InvariantCulture))];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var numbers = arguments.Skip(2).Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        var (keys, seed, stopAt, horizonSec) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        var store = LedgerChoice.Open(Environment.GetEnvironmentVariable(LedgerChoice.Variable)!);
        var connection = new PipelineConnection("nightly", PipelineVendor.Mage, new Uri(arguments[1]))
        {
            LateCommitHorizonSec = horizonSec,
        };
        using var client = new ConnectionClient(
            connection,
            null,
            new ProxyChoice(),
            new SenderOptions(),
            stopAt > 0 ? new StoppingLedger(store, stopAt) : store
        );
        var rows = Enumerable.Range(0, keys).ToArray();
        new Random(seed).Shuffle(rows);
        await Parallel.ForEachAsync(rows, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (row, stop) =>
        {
            try
            {
                var run = await client.TriggerAsync(
                    RaceRow.Trigger(row),
                    new IdempotencyOptions { Key = RaceRow.Key(row) },
                    new WorkerObserver(),
                    stop
                );
                Console.WriteLine($"told {RaceRow.Key(row)} {run.RunId}");
            }
            catch (PipelineException e)
            {
                Console.WriteLine($"failed {RaceRow.Key(row)} {e.ErrorId} {e.Message}");
            }
        });
        return 0;
    }

    private sealed class WorkerObserver : IOperationObserver
    {
        public bool IsVerbose => false;

        public void Verbose(string message) { }

        public void Warning(string message) => Console.WriteLine($"warning {message}");

        public void Completed(PipelineRun run) { }

        public void Failed(PipelineException error, object? target) { }
    }
}

using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Tests.Model;

namespace PipelineTrigger.Core.Tests.Ledger;

/// <summary>The model's ledger promises what the real ones do: else what the model shows would be its own.</summary>
public sealed class MemoryLedgerContract : LedgerContract
{
    private readonly MemoryPlace place = new(static () => DateTime.UtcNow);

    public override ValueTask InitializeAsync() => default;

    public override ValueTask DisposeAsync() => default;

    private protected override ILedgerStore Open() =>
        new MemoryLedger(place, new OpenGate(), TimeProvider.System, TimeSpan.FromMilliseconds(5));

    private protected override Task PutAsync(string name, byte[] content)
    {
        lock (place.Gate)
        {
            place.Put(name, content);
        }

        return Task.CompletedTask;
    }

    private protected override Task ReplaceUnseenAsync(string name, byte[] content) => PutAsync(name, content);

    private protected override Task<IReadOnlyList<string>> NamesAsync()
    {
        lock (place.Gate)
        {
            return Task.FromResult<IReadOnlyList<string>>([
                .. place.Entries.Keys.Concat(place.Owners.Keys).Concat(place.Subjects.Keys).Distinct(),
            ]);
        }
    }

    private protected override Task<Func<Task>> OwnElsewhereAsync(string name)
    {
        lock (place.Gate)
        {
            place.Owners[name] = this;
        }

        return Task.FromResult<Func<Task>>(() =>
        {
            lock (place.Gate)
            {
                place.Free(owner => owner == this);
            }

            return Task.CompletedTask;
        });
    }

    private sealed class OpenGate : ILedgerGate
    {
        public bool MayPrune => true;

        public bool IsAlive => true;

        public Task<T> PassAsync<T>(string what, Func<T> action)
        {
            try
            {
                return Task.FromResult(action());
            }
            catch (Exception e)
            {
                return Task.FromException<T>(e);
            }
        }
    }
}

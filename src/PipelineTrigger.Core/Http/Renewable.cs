using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Http;

/// <summary>A value fetched over the network that wears out: a token, a session, a fact about a trigger. One renewal serves all who wait for it (single flight); each waits no longer than its own token allows.</summary>
/// <param name="time">The monotonic clock the lifetime is measured on.</param>
/// <param name="renew">Fetches it; gives the value and how long to use it.</param>
internal sealed class Renewable<T>(TimeProvider time, Func<IOperationObserver, CancellationToken, Task<(T Value, TimeSpan Lifetime)>> renew)
    : IDisposable
    where T : class
{
    private readonly SemaphoreSlim gate = new(1);
    private Renewal? latest;
    private Failure? lastFailure;

    /// <summary>A value that has not worn out and is not <paramref name="refused"/>.</summary>
    public async Task<T> GetAsync(T? refused, IOperationObserver observer, CancellationToken cancellationToken)
    {
        if (Usable(refused) is { } usable)
        {
            return usable;
        }

        var failureBefore = Volatile.Read(ref lastFailure);
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Usable(refused) is { } renewedMeanwhile)
            {
                return renewedMeanwhile;
            }

            if (lastFailure is { } shared && !ReferenceEquals(shared, failureBefore))
            {
                throw shared.ToException();
            }

            return await RenewAsync(observer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<T> RenewAsync(IOperationObserver observer, CancellationToken cancellationToken)
    {
        try
        {
            var (value, lifetime) = await renew(observer, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref latest, new(value, time.GetTimestamp(), lifetime));
            return value;
        }
        catch (PipelineException failure)
        {
            Volatile.Write(ref lastFailure, new(failure.ErrorId, failure.Message, failure.RetryAfter, failure.Kind));
            throw;
        }
    }

    private T? Usable(T? refused) =>
        Volatile.Read(ref latest) is { } renewal
        && !ReferenceEquals(renewal.Value, refused)
        && time.GetElapsedTime(renewal.At) < renewal.Lifetime
            ? renewal.Value
            : null;

    private sealed record Renewal(T Value, long At, TimeSpan Lifetime);

    private sealed record Failure(string ErrorId, string Message, TimeSpan? RetryAfter, FailureKind Kind)
    {
        public PipelineException ToException() => new(ErrorId, Message) { RetryAfter = RetryAfter, Kind = Kind };
    }
}

using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Http;

/// <summary>
/// A value from the network that expires, such as a token, a session or the state of a trigger. Concurrent callers share one renewal, and
/// each can stop waiting for it with its own cancellation token.
/// </summary>
/// <param name="time">The clock that measures the lifetime.</param>
/// <param name="renew">Fetches the value and its lifetime.</param>
internal sealed class Renewable<T>(TimeProvider time, Func<IOperationObserver, CancellationToken, Task<(T Value, TimeSpan Lifetime)>> renew)
    : IDisposable
    where T : class
{
    private readonly SemaphoreSlim gate = new(1);
    private Renewal? latest;
    private Failure? lastFailure;

    /// <summary>A value that has not expired and is not <paramref name="refused"/>.</summary>
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

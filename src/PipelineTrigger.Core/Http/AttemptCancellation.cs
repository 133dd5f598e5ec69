namespace PipelineTrigger.Core.Http;

/// <summary>
/// Cancels one attempt on its time-out or on the caller's cancellation. A trigger in flight gets a grace period after a cancellation,
/// because its answer may be about to arrive.
/// </summary>
internal sealed class AttemptCancellation : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly ITimer timer;
    private readonly CancellationTokenRegistration registration;

    public AttemptCancellation(TimeProvider time, TimeSpan timeout, TimeSpan grace, CancellationToken cancellationToken)
    {
        timer = time.CreateTimer(static state => ((AttemptCancellation)state!).End(), this, timeout, Timeout.InfiniteTimeSpan);
        registration = cancellationToken.Register(() =>
        {
            if (grace == TimeSpan.Zero)
            {
                End();
            }
            else
            {
                timer.Change(grace, Timeout.InfiniteTimeSpan);
            }
        });
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        registration.Dispose();
        timer.Dispose();
        source.Dispose();
    }

    private void End()
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The timer fired while the attempt was being disposed.
        }
    }
}

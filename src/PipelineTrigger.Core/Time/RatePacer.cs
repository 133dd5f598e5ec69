namespace PipelineTrigger.Core.Time;

/// <summary>Keeps a minimum interval between calls. Not thread-safe.</summary>
internal sealed class RatePacer(TimeProvider time)
{
    private long? last;

    /// <summary>Returns when the interval since the previous call has passed.</summary>
    public async Task WaitAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        if (last is { } previous && interval - time.GetElapsedTime(previous) is var rest && rest > TimeSpan.Zero)
        {
            await time.WaitAsync(rest, cancellationToken).ConfigureAwait(false);
        }

        last = time.GetTimestamp();
    }
}

namespace PipelineTrigger.Core.Time;

/// <summary>Lets calls through one by one, a spacing apart. Not thread-safe.</summary>
internal sealed class RatePacer(TimeProvider time)
{
    private long? last;

    /// <summary>Returns when at least the spacing has passed since the last call was let through.</summary>
    public async Task WaitAsync(TimeSpan spacing, CancellationToken cancellationToken)
    {
        if (last is { } previous && spacing - time.GetElapsedTime(previous) is var rest && rest > TimeSpan.Zero)
        {
            await time.WaitAsync(rest, cancellationToken).ConfigureAwait(false);
        }

        last = time.GetTimestamp();
    }
}

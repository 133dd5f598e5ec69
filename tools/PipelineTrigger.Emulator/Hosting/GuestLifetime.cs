using Microsoft.Extensions.Hosting;

namespace PipelineTrigger.Emulator.Hosting;

/// <summary>Leaves the signals to the process that the emulator is a guest of.</summary>
internal sealed class GuestLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

namespace PipelineTrigger.Emulator;

public static class Demo
{
    public static async Task RunAsync(Uri baseUri, CancellationToken cancellationToken) =>
        await Console.Out.WriteLineAsync("demo not wired yet".AsMemory(), cancellationToken);
}

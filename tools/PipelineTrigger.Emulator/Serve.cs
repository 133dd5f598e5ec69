using System.Diagnostics;

namespace PipelineTrigger.Emulator;

internal static class Serve
{
    public static async Task<int> RunAsync(ServeOptions options, CancellationToken cancellationToken)
    {
        await using var host = await EmulatorHost.StartAsync(options.Port, cancellationToken);
        var address = host.BaseUri.GetLeftPart(UriPartial.Authority);
        if (options.UrlFile is { } file)
        {
            await PublishAsync(file, address, cancellationToken);
        }
        await Console.Out.WriteLineAsync($"listening on {address}");
        await Console.Out.FlushAsync(cancellationToken);
        try
        {
            await (options.Parent is { } parent ? ParentGoneAsync(parent, cancellationToken) : InputClosedAsync(cancellationToken));
        }
        catch (OperationCanceledException) { }
        return 0;
    }

    // Moved into place, so that a reader never meets a half-written file.
    private static async Task PublishAsync(string file, string address, CancellationToken cancellationToken)
    {
        var draft = file + ".tmp";
        await File.WriteAllTextAsync(draft, address, cancellationToken);
        File.Move(draft, file, overwrite: true);
    }

    private static async Task InputClosedAsync(CancellationToken cancellationToken)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken) > 0) { }
    }

    private static async Task ParentGoneAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            using var parent = Process.GetProcessById(id);
            await parent.WaitForExitAsync(cancellationToken);
        }
        catch (ArgumentException) { }
    }
}

using PipelineTrigger.Emulator;
using PipelineTrigger.Emulator.Demonstration;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

return args switch
{
    ["serve", .. var options] when ServeOptions.TryParse(options, out var parsed) => await Serve.RunAsync(parsed, stop.Token),
    ["demo", .. var options] when ServeOptions.TryParse(options, out var parsed) => await RunDemoAsync(parsed, stop.Token),
    _ => Usage(),
};

static async Task<int> RunDemoAsync(ServeOptions options, CancellationToken cancellationToken)
{
    await using var host = await EmulatorHost.StartAsync(options.Port, cancellationToken);
    return await Demo.RunAsync(host.BaseUri, cancellationToken);
}

static int Usage()
{
    Console.Error.WriteLine("usage: PipelineTrigger.Emulator serve [--port N] [--url-file PATH] [--parent PID] | demo [--port N]");
    return 2;
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PipelineTrigger.Emulator.Hosting;
using PipelineTrigger.Emulator.Tenants;

namespace PipelineTrigger.Emulator;

/// <summary>The three vendors on one loopback port; the first path segment names the tenant.</summary>
public sealed class EmulatorHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TenantStore tenants;

    private EmulatorHost(WebApplication app, TenantStore tenants, Uri baseUri)
    {
        this.app = app;
        this.tenants = tenants;
        BaseUri = baseUri;
    }

    public Uri BaseUri { get; }

    public static Task<EmulatorHost> StartAsync(int port, CancellationToken cancellationToken) =>
        StartAsync(port, TimeProvider.System, cancellationToken);

    public static async Task<EmulatorHost> StartAsync(int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, port);
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Limits.MaxRequestLineSize = 128 * 1024;
                kestrel.Limits.MaxRequestBufferSize = 1024 * 1024;
                kestrel.Limits.MinRequestBodyDataRate = null;
                kestrel.Limits.MinResponseDataRate = null;
            });
        builder.Services.AddSingleton<IHostLifetime, GuestLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));

        var app = builder.Build();
        var tenants = new TenantStore(time, () => Endpoint(app).Port);
        app.Run(new Dispatcher(tenants).HandleAsync);
        await app.StartAsync(cancellationToken);
        return new EmulatorHost(app, tenants, Endpoint(app));
    }

    public async ValueTask DisposeAsync()
    {
        await tenants.DisposeAsync();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private static Uri Endpoint(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}

using System.Net.Http;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Doubles;

/// <summary>The sender on a clock of its own, with a secret in its headers and all that it told.</summary>
internal sealed class TestedSender : IDisposable
{
    public const string Secret = "sender-secret-4f2a";

    private readonly HttpSender sender;
    private readonly FixedAuthorization authorization;

    public TestedSender(Uri baseUri, SenderOptions? options = null, ProxyChoice? proxy = null)
    {
        Redactor.Add(Secret);
        authorization = new(baseUri, new KeyValuePair<string, string>("X-Key", Secret));
        sender = new("Vendor", (options ?? Emulation.Connected.Patient) with { Time = Clock }, proxy ?? new(), Redactor);
    }

    public ManualClock Clock { get; } = new();

    public RecordingObserver Told { get; } = new();

    public Redactor Redactor { get; } = new();

    /// <summary>A call that may be repeated.</summary>
    public Task<VendorAnswer> ReadAsync(string path = "/read", HttpMethod? method = null, string? body = null) =>
        RunAsync(Request(method ?? HttpMethod.Get, path, body));

    /// <summary>A call that creates a run.</summary>
    public Task<VendorAnswer> TriggerAsync() => RunAsync(Trigger());

    /// <summary>A call whose waiting is left to the test.</summary>
    public Task<VendorAnswer> StartAsync(VendorRequest request, CancellationToken cancellationToken) =>
        sender.SendAsync(request, Told, cancellationToken);

    public VendorRequest Request(HttpMethod method, string path, string? body = null) =>
        new(method, path, authorization) { Body = body is null ? null : System.Text.Encoding.UTF8.GetBytes(body) };

    public VendorRequest Trigger() => Request(HttpMethod.Post, "/trigger", "{}") with { Kind = RequestKind.Trigger };

    public void Dispose() => sender.Dispose();

    private Task<VendorAnswer> RunAsync(VendorRequest request) =>
        Clock.RunAsync(() => StartAsync(request, TestContext.Current.CancellationToken));
}

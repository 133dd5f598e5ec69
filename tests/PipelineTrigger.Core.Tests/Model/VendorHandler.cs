using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Model;

/// <summary>The way from a process to the vendor: takes its time, and does to a request what the plan says.</summary>
internal sealed class VendorHandler(ModelProcess process, VendorModel vendor, World world) : HttpMessageHandler
{
    private const int MostMs = 400;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var exchange = new Exchange(this, request, process.Operation!, await BodyAsync(request, process, vendor).ConfigureAwait(false));
        using var end = cancellationToken.Register(exchange.Cancel);
        return await exchange.RunAsync().ConfigureAwait(false);
    }

    // What is refused is never begun to be sent.
    private static async Task<byte[]> BodyAsync(HttpRequestMessage request, ModelProcess process, VendorModel vendor)
    {
        if (
            request.Content is null
            || (VendorModel.CallOf(request) == ModelCall.Trigger && FateOf(ModelCall.Trigger, process.Operation!).Fate == Fate.Refused)
        )
        {
            return [];
        }

        using var body = new MemoryStream();
        await request.Content.CopyToAsync(body).ConfigureAwait(false);
        return body.ToArray();
    }

    private static FatePlan FateOf(ModelCall call, ModelOperation operation) =>
        call switch
        {
            ModelCall.Trigger when operation.Sent < operation.Step.Triggers.Count => operation.Step.Triggers[operation.Sent],
            ModelCall.List when operation.Looks < operation.Step.Looks.Count => operation.Step.Looks[operation.Looks],
            _ => new(Fate.None),
        };

    /// <summary>One request and its answer.</summary>
    private sealed class Exchange(VendorHandler way, HttpRequestMessage request, ModelOperation operation, byte[] body)
    {
        private readonly TaskCompletionSource<HttpResponseMessage> answered = new();
        private readonly ModelCall call = VendorModel.CallOf(request);
        private readonly VendorModel vendor = way.Vendor;
        private readonly World world = way.World;
        private readonly ModelProcess process = way.Process;
        private readonly int number = way.Vendor.NextRequest();
        private FatePlan fate = new(Fate.None);
        private MishapPlan? mishap;
        private bool isOver;

        public Task<HttpResponseMessage> RunAsync()
        {
            fate = FateOf(call, operation);
            _ = call switch
            {
                ModelCall.Trigger => operation.Sent++,
                ModelCall.List => operation.Looks++,
                _ => 0,
            };
            mishap = process.BeginWait($"{call} {(fate.Fate == Fate.None ? "" : $"{fate.Fate} {fate.Seconds}")}");
            if (mishap?.Mishap == Mishap.CrashBefore)
            {
                process.Die();
                return answered.Task;
            }

            world.After(process.Delay(MostMs), Arrive);
            process.Park();
            return answered.Task;
        }

        public void Cancel() => Over(() => answered.TrySetCanceled());

        private void Arrive()
        {
            if (call == ModelCall.Trigger)
            {
                ArriveTrigger();
            }
            else
            {
                ArriveRead();
            }

            if (mishap?.Mishap == Mishap.CrashAfter)
            {
                process.Die();
            }
        }

        private void ArriveTrigger()
        {
            switch (fate.Fate)
            {
                case Fate.Refused:
                    Fail(new SocketException((int)SocketError.ConnectionRefused));
                    break;
                case Fate.LostBefore:
                    Fail(new IOException("reset"));
                    break;
                case Fate.LostAfter:
                    Act();
                    Fail(new IOException("reset"));
                    break;
                case Fate.Late:
                    world.After(TimeSpan.FromSeconds(fate.Seconds), () => Act());
                    Fail(new IOException("reset"));
                    break;
                case Fate.Silent:
                    Act();
                    break;
                case Fate.Swallowed:
                    break;
                case Fate.Twice:
                    var first = Act();
                    vendor.Make(operation, number, process.User, first.TriggerId);
                    Answer(HttpStatusCode.OK, vendor.Triggered(first));
                    break;
                case Fate.TwiceLost:
                    vendor.Make(operation, number, process.User, Act().TriggerId);
                    Fail(new IOException("reset"));
                    break;
                case Fate.Garbled:
                    Act();
                    Answer(HttpStatusCode.OK, "<html>gateway</html>");
                    break;
                case Fate.BadGateway:
                    Act();
                    Answer(HttpStatusCode.BadGateway, "<html>gateway</html>");
                    break;
                case Fate.BadGatewayBefore:
                    Answer(HttpStatusCode.BadGateway, "<html>gateway</html>");
                    break;
                case Fate.TooMany:
                    Answer(HttpStatusCode.TooManyRequests, "{}", retryAfter: fate.Seconds);
                    break;
                case Fate.Rejected:
                    Answer(HttpStatusCode.OK, vendor.Rejection);
                    break;
                default:
                    Answer(HttpStatusCode.OK, vendor.Triggered(Act()));
                    break;
            }
        }

        private void ArriveRead()
        {
            switch (fate.Fate)
            {
                case Fate.LostBefore or Fate.LostAfter or Fate.Late or Fate.TwiceLost or Fate.Refused:
                    Fail(new IOException("reset"));
                    break;
                case Fate.Silent or Fate.Swallowed:
                    break;
                case Fate.Garbled or Fate.Twice:
                    Answer(HttpStatusCode.OK, "<html>gateway</html>");
                    break;
                case Fate.BadGateway or Fate.BadGatewayBefore:
                    Answer(HttpStatusCode.BadGateway, "");
                    break;
                case Fate.TooMany:
                    Answer(HttpStatusCode.TooManyRequests, "{}", retryAfter: fate.Seconds);
                    break;
                case Fate.Rejected:
                    Answer(HttpStatusCode.Forbidden, "{}");
                    break;
                default:
                    var asOf = world.Now - TimeSpan.FromSeconds(fate.Fate == Fate.Stale ? fate.Seconds : 0);
                    Answer(HttpStatusCode.OK, vendor.Answer(call, request, process.User, asOf));
                    break;
            }
        }

        private ModelRun Act()
        {
            operation.Acted++;
            return vendor.Make(operation, number, process.User, VendorModel.TriggerIdOf(body));
        }

        private void Answer(HttpStatusCode status, string text, int retryAfter = 0)
        {
            var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) };
            if (vendor.IsDated)
            {
                answer.Headers.Date = new DateTimeOffset(vendor.UtcNow);
            }

            if (retryAfter > 0)
            {
                answer.Headers.RetryAfter = new(TimeSpan.FromSeconds(retryAfter));
            }

            Back(() => answered.TrySetResult(answer));
        }

        private void Fail(Exception cause) => Back(() => answered.TrySetException(new HttpRequestException(cause.Message, cause)));

        private void Back(Action tell) => world.After(process.Delay(MostMs), process.Host, () => process.Do(() => Over(tell)));

        private void Over(Action tell)
        {
            if (!isOver)
            {
                isOver = true;
                process.Unpark();
                tell();
            }
        }
    }

    private VendorModel Vendor => vendor;

    private World World => world;

    private ModelProcess Process => process;
}

using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Faults;

/// <summary>Answers one request with a fault instead of, or on top of, its real answer.</summary>
internal static class FaultRunner
{
    // Enough for the socket to have sent what was flushed before the connection is torn down.
    private static readonly TimeSpan FlushTime = TimeSpan.FromMilliseconds(50);

    private static readonly byte[] Filler = [.. Enumerable.Repeat((byte)' ', 64 * 1024)];

    public static async Task RunAsync(FaultSpec spec, HttpContext http, Call call, Handler handle)
    {
        var delay = TimeSpan.FromSeconds(spec.DelaySeconds);
        if (spec.Kind == FaultKind.Hide)
        {
            call.Hide = delay;
            await AnswerSender.SendAsync(http, handle(call));
            return;
        }
        if (spec.Kind == FaultKind.Late)
        {
            await HandleLateAsync(delay, http, call, handle);
            return;
        }
        if (spec.Kind is FaultKind.Expire or FaultKind.Stale or FaultKind.Shorten or FaultKind.Omit)
        {
            await AnswerSender.SendAsync(http, Changed(spec, call, handle));
            return;
        }
        var isDelay = spec.Kind == FaultKind.Delay;
        if (isDelay && spec.When == FaultMoment.Before)
        {
            await Task.Delay(delay, http.RequestAborted);
        }
        var real = isDelay || spec.Kind == FaultKind.Cut || spec.When == FaultMoment.After ? handle(call) : null;
        if (!isDelay || spec.When == FaultMoment.After)
        {
            await Task.Delay(delay, http.RequestAborted);
        }
        await StrikeAsync(spec, http, real);
    }

    private static async Task HandleLateAsync(TimeSpan delay, HttpContext http, Call call, Handler handle)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
        await call.Tenant.Clock.WaitAsync(delay);
        handle(call.Again());
    }

    private static Answer Changed(FaultSpec spec, Call call, Handler handle)
    {
        switch (spec.Kind)
        {
            case FaultKind.Expire:
                call.Tenant.ExpireSignIns();
                return handle(call);
            case FaultKind.Stale:
                call.Stale = TimeSpan.FromSeconds(spec.DelaySeconds);
                return handle(call);
            case FaultKind.Shorten:
                return AnswerChange.Shorten(handle(call));
            default:
                return AnswerChange.Omit(handle(call), spec.Fields ?? []);
        }
    }

    private static Task StrikeAsync(FaultSpec spec, HttpContext http, Answer? real) =>
        spec.Kind switch
        {
            FaultKind.Delay => AnswerSender.SendAsync(http, real!),
            FaultKind.Cut => CutAsync(http, spec.BodyBytes > 0 ? Fill(real!, spec.BodyBytes) : real!),
            FaultKind.Stall => Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted),
            FaultKind.Reset => throw new ConnectionAbortedException(),
            _ => spec.BodyBytes > 0 ? FillAsync(spec, http) : AnswerSender.SendAsync(http, Scripted(spec)),
        };

    private static async Task CutAsync(HttpContext http, Answer real)
    {
        AnswerSender.SetHead(http, real, real.Body.Length);
        await http.Response.BodyWriter.WriteAsync(real.Body[..(real.Body.Length / 2)], http.RequestAborted);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        await Task.Delay(FlushTime, http.RequestAborted);
        throw new ConnectionAbortedException();
    }

    private static Answer Fill(Answer real, long size)
    {
        var body = new byte[Math.Max(size, real.Body.Length)];
        body.AsSpan().Fill((byte)' ');
        real.Body.CopyTo(body);
        return real with { Body = body };
    }

    private static async Task FillAsync(FaultSpec spec, HttpContext http)
    {
        var head = Scripted(spec);
        AnswerSender.SetHead(http, head, head.Body.Length + spec.BodyBytes);
        await http.Response.BodyWriter.WriteAsync(head.Body, http.RequestAborted);
        for (var left = spec.BodyBytes; left > 0; left -= Filler.Length)
        {
            await http.Response.BodyWriter.WriteAsync(Filler.AsMemory(0, (int)Math.Min(left, Filler.Length)), http.RequestAborted);
        }
    }

    private static Answer Scripted(FaultSpec spec)
    {
        var body = spec.Body switch
        {
            null => "",
            { ValueKind: JsonValueKind.String } text => text.GetString()!,
            { } json => json.GetRawText(),
        };
        return new(spec.Status, spec.ContentType ?? "application/json", Encoding.UTF8.GetBytes(body)) { Headers = spec.Headers };
    }
}

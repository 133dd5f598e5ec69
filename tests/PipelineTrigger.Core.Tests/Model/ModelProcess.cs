using System.Collections;
using System.Diagnostics;
using System.Net.Http;
using System.Reflection;
using System.Runtime.CompilerServices;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Once;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Model;

/// <summary>
/// A process with one connection, on a machine of the model: the product's own code from the connection down to the requests. Whatever that
/// waits for, the
/// ledger, the vendor or a clock, is done when the world says so, and there the process may die, and its machine sleep.
/// </summary>
internal sealed class ModelProcess : ILedgerGate, IOperationObserver, IDisposable
{
    // A step takes microseconds; one that takes this long hangs.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    // Other processes have others, but here they are all one.
    private static readonly IDictionary AllTraffic = (IDictionary)
        typeof(SubjectGate).GetField("All", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;

    private readonly World world;
    private readonly MemoryPlace place;
    private readonly (string, string, string) trafficKey;
    private readonly SubjectGate traffic = new();
    private readonly ConnectionClient client;
    private readonly ProcessClock clock;
    private readonly Random delays;
    private Task<PipelineRun>? work;
    private StepPlan step = StepPlan.Plain;
    private volatile bool isAlive = true;
    private int parked;
    private int waits;

    public ModelProcess(int number, World world, Host host, int user, VendorModel vendor, MemoryPlace place, int seed)
    {
        (Number, this.world, Host, User, this.place) = (number, world, host, user, place);
        clock = new(world, this);
        delays = new(seed);
        trafficKey = (vendor.Name, vendor.BaseUri.AbsoluteUri.TrimEnd('/'), VendorModel.Subject);
        client = new(
            new("nightly", vendor.Name, vendor.BaseUri),
            vendor.CredentialOf(user),
            new(),
            new() { Time = clock, RetryDelay = TimeSpan.Zero },
            new MemoryLedger(place, this, clock, TimeSpan.FromSeconds(3))
        );
        ref var http = ref HttpOf(ExchangeOf(SenderOf(client)));
        http.Dispose();
        http = new(new VendorHandler(this, vendor, world)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public int Number { get; }

    public Host Host { get; }

    public int User { get; }

    public bool IsAlive => isAlive;

    public bool IsIdle => IsAlive && work?.IsCompleted != false;

    public bool MayPrune => false;

    public bool IsVerbose => false;

    /// <summary>What it does now.</summary>
    public ModelOperation? Operation { get; private set; }

    /// <summary>Begins a trigger.</summary>
    public void Begin(ModelOperation operation)
    {
        (Operation, step, waits) = (operation, operation.Step, 0);
        var stop = new CancellationTokenSource();
        if (step.Stop > 0)
        {
            world.After(TimeSpan.FromSeconds(step.Stop), Host, () => Do(stop.Cancel));
        }

        Do(() => work = client.TriggerAsync(operation.Request, operation.Terms, this, stop.Token));
    }

    /// <summary>Lets the process go on, until all of it waits again.</summary>
    public void Do(Action action)
    {
        if (!IsAlive)
        {
            return;
        }

        AllTraffic[trafficKey] = traffic;
        action();
        Settle();
    }

    /// <summary>Ends it here and now.</summary>
    public void Die()
    {
        if (IsAlive)
        {
            place.Free(owner => owner is MemoryLedger.MemoryClaim claim && claim.Gate == this);
            world.Tell($"process {Number} dies");
            isAlive = false;
        }
    }

    public void Dispose()
    {
        AllTraffic.Remove(trafficKey);
        client.Dispose();
    }

    public Task<T> PassAsync<T>(string what, Func<T> action)
    {
        var done = new TaskCompletionSource<T>();
        var mishap = BeginWait(what);
        world.After(Delay(30), Host, () => Do(() => Pass(mishap, action, done)));
        Park();
        return done.Task;
    }

    /// <summary>A wait begins: tells what goes wrong in it. When all is arranged for its end, <see cref="Park"/>.</summary>
    public MishapPlan? BeginWait(string what)
    {
        var number = ++waits;
        world.Tell($"process {Number} wait {number}: {what}");
        var mishap = step.Mishaps.FirstOrDefault(m => m.At == number);
        if (mishap is null)
        {
            return null;
        }

        world.Tell($"  {mishap.Mishap} {mishap.Seconds}");
        switch (mishap.Mishap)
        {
            case Mishap.LockTaken or Mishap.LockLost:
                place.Free(owner =>
                {
                    if (owner is not MemoryLedger.MemoryClaim claim || claim.Gate != this)
                    {
                        return false;
                    }

                    claim.IsTaken = mishap.Mishap == Mishap.LockTaken;
                    return true;
                });
                break;
            case Mishap.Sleep:
                Host.AsleepUntil = world.Now + TimeSpan.FromSeconds(mishap.Seconds);
                Host.Missed += Host.CountsSleep ? TimeSpan.Zero : TimeSpan.FromSeconds(mishap.Seconds);
                break;
            case Mishap.Jump:
                Host.Jump(mishap.Seconds);
                break;
        }

        return mishap;
    }

    /// <summary>From here on the world may go on.</summary>
    public void Park() => Interlocked.Increment(ref parked);

    /// <summary>A wait is over.</summary>
    public void Unpark() => Interlocked.Decrement(ref parked);

    /// <summary>How long the next thing takes.</summary>
    public TimeSpan Delay(int mostMs) => TimeSpan.FromMilliseconds(delays.Next(1, mostMs));

    public void Verbose(string message) { }

    public void Warning(string message) => world.Tell($"process {Number} warns: {message}");

    public void Completed(PipelineRun run) { }

    public void Failed(PipelineException error, object? target) { }

    private void Pass<T>(MishapPlan? mishap, Func<T> action, TaskCompletionSource<T> done)
    {
        if (mishap?.Mishap == Mishap.CrashBefore)
        {
            Die();
            return;
        }

        Exception? failure = mishap?.Mishap == Mishap.LedgerFails ? Failure() : null;
        var result = default(T);
        try
        {
            result = failure is null ? action() : default;
            failure ??= mishap?.Mishap == Mishap.LedgerFailsAfter ? Failure() : null;
        }
        catch (Exception e)
        {
            failure = e;
        }

        if (mishap?.Mishap == Mishap.CrashAfter)
        {
            Die();
            return;
        }

        Unpark();
        _ = failure is null ? done.TrySetResult(result!) : done.TrySetException(failure);
    }

    private static PipelineException Failure() =>
        new(PipelineErrorId.LedgerUnavailable, "The model's ledger fails. Nothing was sent.") { Absence = RunAbsence.Told };

    // All of it waits for the world, or has ended; what it writes to the journal beside is written.
    private void Settle()
    {
        var spin = default(SpinWait);
        var since = Stopwatch.GetTimestamp();
        Task? flushed = null;
        while (IsAlive && !(IsQuiet && (flushed ??= client.FlushAsync(CancellationToken.None)).IsCompleted))
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (Stopwatch.GetElapsedTime(since) > Hang)
            {
                throw new TimeoutException("A process of the model neither ended nor waited for anything.");
            }
        }

        if (work is { IsCompleted: true } ended && Operation is { } operation)
        {
            Operation = null;
            operation.End(ended);
        }
    }

    private bool IsQuiet => work?.IsCompleted != false || Volatile.Read(ref parked) > 0 || clock.Timers > 0;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "sender")]
    private static extern ref HttpSender SenderOf(ConnectionClient client);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "exchange")]
    private static extern ref HttpExchange ExchangeOf(HttpSender sender);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "client")]
    private static extern ref HttpClient HttpOf(HttpExchange exchange);
}

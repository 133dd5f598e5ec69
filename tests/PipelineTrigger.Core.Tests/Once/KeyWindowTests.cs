using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Once;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Once;

public sealed class KeyWindowTests
{
    private const string Elsewhere = "another-host";

    private static readonly DateTime Triggered = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan Window = TimeSpan.FromDays(7);

    [Theory]
    [InlineData(6.9, false)]
    [InlineData(7.1, true)]
    public void An_entry_of_this_machine_is_judged_by_its_clock_exactly(double days, bool isOver) =>
        Assert.Equal(isOver, KeyWindow.IsOver(Entry(LedgerOwner.HostName), Window, null, Triggered.AddDays(days)));

    [Theory]
    [InlineData(7.1, false)]
    [InlineData(7.9, false)]
    [InlineData(8.1, true)]
    public void An_entry_of_another_machine_stands_for_a_day_longer(double days, bool isOver) =>
        Assert.Equal(isOver, KeyWindow.IsOver(Entry(Elsewhere), Window, null, Triggered.AddDays(days)));

    [Theory]
    [InlineData(Elsewhere, 6.9, 400, false)]
    [InlineData(Elsewhere, 7.1, 0, true)]
    [InlineData(null, 6.9, 400, false)]
    public void Where_both_times_are_the_vendors_no_machines_clock_counts(string? host, double vendorDays, double hostDays, bool isOver)
    {
        var entry = Entry(host ?? LedgerOwner.HostName) with { SentFrom = Triggered, SentUntil = Triggered };
        var vendorNow = new VendorSpan(Triggered.AddDays(vendorDays), Triggered.AddDays(vendorDays + 1));

        Assert.Equal(isOver, KeyWindow.IsOver(entry, Window, vendorNow, Triggered.AddDays(hostDays)));
    }

    private static LedgerEntry Entry(string host) => new() { HostName = host, ClaimedAt = Triggered };
}

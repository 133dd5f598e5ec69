using PipelineTrigger.Core.Ledger;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Once;

/// <summary>How long a key whose run is known stands for that run.</summary>
internal static class KeyWindow
{
    // How far the clock of another machine may be off.
    private static readonly TimeSpan ForeignClock = TimeSpan.FromDays(1);

    /// <summary>Whether the window of a settled entry is over, by the vendor's clock where both moments are known by it.</summary>
    /// <param name="vendorNow">Now, by the vendor's clock; null where no answer was dated.</param>
    /// <param name="now">UTC by this machine's clock. An entry of another machine stands for a day longer.</param>
    public static bool IsOver(LedgerEntry settled, TimeSpan window, VendorSpan? vendorNow, DateTime now)
    {
        if (settled.SentUntil is { } until && vendorNow is { } vendor)
        {
            return vendor.From - until > window;
        }

        var margin = settled.HostName == LedgerOwner.HostName ? TimeSpan.Zero : ForeignClock;
        return now - settled.ClaimedAt > window + margin;
    }
}

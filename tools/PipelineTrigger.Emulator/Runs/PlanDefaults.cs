using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Runs;

internal sealed class PlanDefaults
{
    private readonly Plan[] plans = [.. Enum.GetValues<Vendor>().Select(_ => new Plan())];

    public Plan For(Vendor vendor) => Volatile.Read(ref plans[(int)vendor]);

    public void Set(Vendor? vendor, Plan plan)
    {
        foreach (var each in Enum.GetValues<Vendor>())
        {
            if (vendor is null || vendor == each)
            {
                Volatile.Write(ref plans[(int)each], plan);
            }
        }
    }
}

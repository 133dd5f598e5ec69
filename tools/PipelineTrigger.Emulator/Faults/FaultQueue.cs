using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Faults;

internal sealed class FaultQueue
{
    private readonly List<Fault> faults = [];
    private readonly Lock gate = new();
    private volatile bool isIdle = true;
    private int lastId;

    public int Add(FaultSpec spec)
    {
        lock (gate)
        {
            faults.Add(new Fault(++lastId, spec));
            isIdle = false;
            return lastId;
        }
    }

    public FaultSpec? Take(Vendor vendor, Operation operation, string target)
    {
        if (isIdle)
        {
            return null;
        }
        lock (gate)
        {
            return faults.Select(f => f.Strike(vendor, operation, target)).FirstOrDefault(struck => struck is not null);
        }
    }

    public Fault[] All()
    {
        lock (gate)
        {
            return [.. faults];
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            faults.Clear();
            isIdle = true;
        }
    }
}

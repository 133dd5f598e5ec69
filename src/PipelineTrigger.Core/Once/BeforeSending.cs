namespace PipelineTrigger.Core.Once;

/// <summary>Marks failures before a trigger is sent, after which there is certainly no run.</summary>
internal static class BeforeSending
{
    /// <summary>The step's result. Its failure states that no run was created.</summary>
    public static async Task<T> WithoutRunAsync<T>(this Task<T> step)
    {
        try
        {
            return await step.ConfigureAwait(false);
        }
        catch (PipelineException e) when (e.Absence == RunAbsence.NotKnown)
        {
            e.Absence = RunAbsence.Certain;
            throw;
        }
    }

    /// <summary>The same for a step without a result.</summary>
    public static Task WithoutRunAsync(this Task step) => WithResultAsync(step).WithoutRunAsync();

    private static async Task<bool> WithResultAsync(Task step)
    {
        await step.ConfigureAwait(false);
        return true;
    }
}

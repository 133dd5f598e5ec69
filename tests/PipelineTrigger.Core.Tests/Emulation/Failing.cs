namespace PipelineTrigger.Core.Tests.Emulation;

/// <summary>Says how a call must fail.</summary>
internal static class Failing
{
    /// <summary>The failure, of this id.</summary>
    public static async Task<PipelineException> FailsAsync(this Task work, string errorId)
    {
        var error = await Assert.ThrowsAsync<PipelineException>(() => work);
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }

    /// <summary>The refusal of what cannot be right: an error of this id before anything is sent.</summary>
    public static PipelineException Fails(this Action check, string errorId)
    {
        var error = Assert.Throws<PipelineException>(check);
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }
}

using PipelineTrigger.Output;

namespace PipelineTrigger.Commands;

/// <content>Whose an input's error is: this command's, its job's, or that of the command further down the pipeline that waits for its runs.</content>
public abstract partial class RunCmdlet
{
    private RunCmdlet? waiter;

    /// <summary>Lets a command that waits further down the pipeline know of this one: all commands begin before the first of them is given input.</summary>
    private protected void OfferErrors() => memory.Beginning.Add(this);

    /// <summary>Input has come, or none will: who begins from now on is not of this pipeline.</summary>
    private protected void WithdrawOffer() => memory?.Beginning.Remove(this);

    /// <summary>Takes over the errors of the commands that trigger further up the pipeline.</summary>
    private protected void TakeErrors()
    {
        foreach (
            var other in memory
                .Beginning.OfType<RunCmdlet>()
                .Where(c =>
                    c.waiter is null
                    && c.MyInvocation.PipelineLength == MyInvocation.PipelineLength
                    && c.MyInvocation.PipelinePosition < MyInvocation.PipelinePosition
                )
        )
        {
            other.waiter = this;
        }
    }

    /// <inheritdoc />
    private protected override void Fail(PipelineException error, object? target)
    {
        WithdrawOffer();
        if (job is null)
        {
            report?.Expect();
            OnFailed(error, target);
        }
        else if (putsOff)
        {
            job.Fail(error, target);
        }
        else
        {
            WriteError(ErrorRecords.Of(error, target));
        }
    }

    // What was not triggered up the pipeline counts here, and is written at the end if it must not end anything before.
    private bool Take(PipelineException error, object? target, bool putOff)
    {
        report?.Expect();
        report?.Failed(error, error.Run ?? target as PipelineRun);
        if (!putOff || failFast)
        {
            return false;
        }

        if (job is not null)
        {
            job.Fail(error, target);
        }
        else
        {
            farewell.Expect(error);
            deferred.Add((error, target, true));
        }

        return true;
    }
}

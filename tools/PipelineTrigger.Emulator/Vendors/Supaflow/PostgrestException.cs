namespace PipelineTrigger.Emulator.Vendors.Supaflow;

internal sealed class PostgrestException(SupaflowFailure failure) : Exception(failure.Message)
{
    public PostgrestException(int status, string code, string message, string? details = null, string? hint = null)
        : this(new SupaflowFailure(status, code, message, details, hint)) { }

    public SupaflowFailure Failure { get; } = failure;
}

namespace PipelineTrigger.Emulator.Hosting;

internal sealed class LoggedRequest
{
    public required long Number { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Vendor { get; init; }
    public required string Operation { get; init; }
    public required string Method { get; init; }
    public required string Target { get; init; }
    public required string? UserAgent { get; init; }
    public required string? ContentType { get; init; }
    public required int BodyLength { get; init; }
    public required string[] Headers { get; init; }
    public required string Connection { get; init; }

    /// <summary>0 while unanswered, and when the connection was aborted.</summary>
    public int Status { get; set; }
}

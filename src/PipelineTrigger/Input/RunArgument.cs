using System.Collections;
using System.Globalization;
using System.Management.Automation;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Time;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Input;

/// <summary>
/// Accepts runs of this process and runs that were serialized by CLIXML, jobs, remoting or JSON. Their text is cleaned, so that it is safe
/// to show.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RunArgumentAttribute : ArgumentTransformationAttribute
{
    // Not a vendor's id, so the command rejects it. PowerShell's own error would show the unsafe object.
    private const string Unprintable = "\uFFFD";

    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var data = inputData is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : inputData;
        return data switch
        {
            null => throw new ArgumentTransformationMetadataException("The input is null, not a run. Did the trigger fail?"),
            PipelineRun run => run,
            string => throw new ArgumentTransformationMetadataException("A run id alone is not a run. Use -RunId with -Connection."),
            IDictionary or PSObject => FromProperties(PSObject.AsPSObject(data)),
            IEnumerable list => list.Cast<object>().Select(item => (PipelineRun)Transform(engineIntrinsics, item)).ToArray(),
            _ => FromProperties(PSObject.AsPSObject(inputData)),
        };
    }

    private static PipelineRun FromProperties(PSObject source)
    {
        var values = source.BaseObject as IDictionary;
        object? Value(string name) => values is null ? source.Properties[name]?.Value : values[name];
        string? Text(string name) => Value(name)?.ToString() is { Length: > 0 } text ? text : null;
        DateTime? Time(string name) => Value(name) is { } value ? Utc(PlainValue.Unwrap(value)!) : null;

        var run = new PipelineRun
        {
            RunId = Text(nameof(PipelineRun.RunId)) is { } id
                ? SafeText.Clean(id, SafeText.MessageLength) ?? Unprintable
                : throw new ArgumentTransformationMetadataException("The input is not a run, because it has no RunId."),
            Vendor = VendorCatalog.Find(Text(nameof(PipelineRun.Vendor)))?.Name ?? Text(nameof(PipelineRun.Vendor)) ?? "",
            Connection = Text(nameof(PipelineRun.Connection)),
            BaseUri = Text(nameof(PipelineRun.BaseUri)),
            Pipeline = Text(nameof(PipelineRun.Pipeline)),
            Status = Text(nameof(PipelineRun.Status)) ?? PipelineRunStatus.Unknown,
            VendorStatus = Text(nameof(PipelineRun.VendorStatus)),
            Message = Text(nameof(PipelineRun.Message)),
            CreatedAt = Time(nameof(PipelineRun.CreatedAt)),
            StartedAt = Time(nameof(PipelineRun.StartedAt)),
            FinishedAt = Time(nameof(PipelineRun.FinishedAt)),
            UpdatedAt = Time(nameof(PipelineRun.UpdatedAt)),
            Url = Text(nameof(PipelineRun.Url)),
            IdempotencyKey = Text(nameof(PipelineRun.IdempotencyKey)),
        };
        if (
            PlainValue.From(Value(nameof(PipelineRun.Details)), nameof(PipelineRun.Details)) is IReadOnlyDictionary<string, object?> details
        )
        {
            foreach (var detail in details.Where(d => d.Value is not null))
            {
                run.Details[SafeText.Of(detail.Key).ToString()] = SafeText.Of(detail.Value!.ToString()).ToString();
            }
        }

        return run;
    }

    // ConvertFrom-Json creates a DateTime from ISO text and drops its offset. All times of runs are UTC.
    private static DateTime? Utc(object value) =>
        value switch
        {
            DateTime { Kind: DateTimeKind.Local } local => local.ToUniversalTime(),
            DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Utc),
            DateTimeOffset time => time.UtcDateTime,
            _ => DateTime.TryParse(
                value.ToString(),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var parsed
            )
                ? parsed
                : null,
        };
}

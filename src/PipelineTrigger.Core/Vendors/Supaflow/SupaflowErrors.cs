using System.Text.Json.Serialization.Metadata;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors.Contract;

namespace PipelineTrigger.Core.Vendors.Supaflow;

/// <summary>The errors of Supaflow's answers.</summary>
internal static class SupaflowErrors
{
    /// <summary>The rows in the answer to a read or a change.</summary>
    /// <exception cref="PipelineException">InvalidResponse.</exception>
    public static IReadOnlyList<T> Rows<T>(VendorAnswer answer, JsonTypeInfo<IReadOnlyList<T>> shape, string what, VendorParts parts)
        where T : class =>
        answer.IsSuccess && JsonAnswer.TryRead(answer, shape) is { } rows && JsonAnswer.IsWhole(rows)
            ? rows
            : throw new PipelineException(PipelineErrorId.InvalidResponse, $"Supaflow did not return the {what}.{Detail(answer, parts)}");

    /// <summary>The error for a refused trigger, with Supaflow's reason.</summary>
    public static PipelineException Refused(VendorAnswer answer, SupaflowTrigger trigger, VendorParts parts) =>
        new(
            PipelineErrorId.TriggerRejected,
            $"Supaflow refused to run pipeline {trigger.Pipeline}.{Detail(answer, parts)} No run was created. "
                + "Check that the pipeline exists, is active and belongs to the key's workspace."
        )
        {
            Absence = RunAbsence.Told,
        };

    private static string Detail(VendorAnswer answer, VendorParts parts) =>
        SenderErrors.Said(Postgrest.Explain(answer) ?? JsonAnswer.Describe(answer, parts.Redactor), parts.Redactor);
}

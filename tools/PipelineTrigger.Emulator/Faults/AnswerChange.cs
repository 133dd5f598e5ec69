using System.Text;
using System.Text.Json.Nodes;
using PipelineTrigger.Emulator.Hosting;

namespace PipelineTrigger.Emulator.Faults;

/// <summary>Makes less of a JSON answer.</summary>
internal static class AnswerChange
{
    /// <summary>Without the second half of the rows: of the array that it is, or of those that it holds.</summary>
    public static Answer Shorten(Answer answer) => Change(answer, root =>
        {
            foreach (
                var rows in root is JsonObject whole
                    ? [.. whole.Select(p => p.Value).OfType<JsonArray>()]
                    : new[] { root }.OfType<JsonArray>()
            )
            {
                rows.RemoveRange(rows.Count / 2, rows.Count - rows.Count / 2);
            }
        });

    /// <summary>Without fields of these names, wherever they stand.</summary>
    public static Answer Omit(Answer answer, string[] fields) => Change(answer, root => Omit(root, fields));

    private static void Omit(JsonNode? node, string[] fields)
    {
        switch (node)
        {
            case JsonObject whole:
                Array.ForEach(fields, f => whole.Remove(f));
                foreach (var (_, value) in whole)
                {
                    Omit(value, fields);
                }
                break;
            case JsonArray rows:
                foreach (var row in rows)
                {
                    Omit(row, fields);
                }
                break;
        }
    }

    private static Answer Change(Answer answer, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(answer.Body.Span)!;
        change(root);
        return answer with { Body = Encoding.UTF8.GetBytes(root.ToJsonString()) };
    }
}

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

internal static class PipelinesTable
{
    public static readonly Table<SupaflowPipeline> Table = new(
        "pipelines_and_datasources",
        [
            new("pipeline_id", ColumnType.Uuid, p => p.Id),
            new("pipeline_name", ColumnType.Text, p => p.Name),
            new("pipeline_api_name", ColumnType.Text, p => p.ApiName),
        ]
    );
}

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

internal enum ColumnType
{
    Text,
    Uuid,
    Timestamp,
    Integer,
    Json,
}

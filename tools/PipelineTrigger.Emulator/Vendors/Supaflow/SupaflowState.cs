using System.Collections.Concurrent;
using PipelineTrigger.Emulator.Runs;
using PipelineTrigger.Emulator.Tenants;

namespace PipelineTrigger.Emulator.Vendors.Supaflow;

internal sealed class SupaflowState
{
    public static readonly Guid OrgId = new("0a0a0a0a-1111-4222-8333-444444444444");
    public static readonly Guid UserId = new("0b0b0b0b-1111-4222-8333-444444444444");
    public static readonly Guid OtherUserId = new("0c0c0c0c-1111-4222-8333-444444444444");

    public SupaflowState()
    {
        Set(new(new("11111111-2222-3333-4444-555555555555"), "Nightly sales", "nightly_sales"));
        Set(new(new("22222222-3333-4444-5555-666666666666"), "Hourly orders", "hourly_orders"));
        Set(new(new("33333333-4444-5555-6666-777777777777"), "Sales forecast", "sales_forecast"));
        Set(new(new("44444444-5555-6666-7777-888888888888"), "Paused customers", "paused_customers", Active: false));
    }

    public RunStore<SupaflowJob> Jobs { get; } = new();

    public ConcurrentDictionary<Guid, SupaflowPipeline> Pipelines { get; } = new();

    public ExpiringTokens Tokens { get; } = new();

    public string AnonKey { get; } =
        JwtText.Create(claims =>
        {
            claims.WriteStartObject();
            claims.WriteString("role"u8, "anon"u8);
            claims.WriteEndObject();
        });

    public void Set(SupaflowPipeline pipeline)
    {
        var name = pipeline.Name.Length > 0 ? pipeline.Name : $"Pipeline {pipeline.Id}";
        var apiName = pipeline.ApiName.Length > 0 ? pipeline.ApiName : $"pipeline_{pipeline.Id:N}";
        Pipelines[pipeline.Id] = pipeline with { Name = name, ApiName = apiName };
    }
}

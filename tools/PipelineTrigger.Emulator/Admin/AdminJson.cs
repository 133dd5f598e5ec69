using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineTrigger.Emulator.Faults;
using PipelineTrigger.Emulator.Proxying;
using PipelineTrigger.Emulator.Tenants;
using PipelineTrigger.Emulator.Vendors.Mage;
using PipelineTrigger.Emulator.Vendors.Prophecy;
using PipelineTrigger.Emulator.Vendors.Supaflow;

namespace PipelineTrigger.Emulator.Admin;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(AuthSettings))]
[JsonSerializable(typeof(BulkSpec))]
[JsonSerializable(typeof(ClockAdvance))]
[JsonSerializable(typeof(DefaultsSpec))]
[JsonSerializable(typeof(FaultSpec))]
[JsonSerializable(typeof(ForcedRun))]
[JsonSerializable(typeof(ForeignRun))]
[JsonSerializable(typeof(MageTrigger))]
[JsonSerializable(typeof(ProphecyPipeline))]
[JsonSerializable(typeof(ProxyRule))]
[JsonSerializable(typeof(SchedulerSpec))]
[JsonSerializable(typeof(SupaflowPipeline))]
internal sealed partial class AdminJson : JsonSerializerContext;

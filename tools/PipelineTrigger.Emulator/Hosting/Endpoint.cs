namespace PipelineTrigger.Emulator.Hosting;

internal delegate Answer Handler(Call call);

internal delegate Endpoint Resolver(Call call);

/// <summary>What a request asks for, known before it is handled, so that a fault can come first.</summary>
internal readonly record struct Endpoint(Operation Operation, Handler Handle);

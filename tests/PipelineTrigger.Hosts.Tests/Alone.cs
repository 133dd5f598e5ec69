namespace PipelineTrigger.Hosts.Tests;

/// <summary>What uses every core by itself, and stops and wakes processes by the clock: it runs when nothing else does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

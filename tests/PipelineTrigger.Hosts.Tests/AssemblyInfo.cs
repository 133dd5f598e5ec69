// Each of these runs a whole suite that itself uses every core, and some suites watch the clock.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// The lanes of the Pester suites and the core on .NET Framework: each mostly waits, for processes and for polls.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

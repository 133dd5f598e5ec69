// Cecil's readers are not made for several threads, and the whole takes a second.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

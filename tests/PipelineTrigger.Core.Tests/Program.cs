#if NETFRAMEWORK
using Xunit.Runner.InProc.SystemConsole;

namespace PipelineTrigger.Core.Tests;

internal static class Program
{
    /// <summary>As xunit's own, except that it stays a moment: xunit still has something to do on another thread, and Mono dies if that meets its shutdown.</summary>
    public static int Main(string[] args)
    {
        var exitCode = ConsoleRunner.Run(args).GetAwaiter().GetResult();
        Thread.Sleep(TimeSpan.FromSeconds(1));
        return exitCode;
    }
}
#endif

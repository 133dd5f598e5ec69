#if NETFRAMEWORK
using System.Reflection;
using System.Runtime.CompilerServices;
using PipelineTrigger.Loading;
using Xunit.Runner.InProc.SystemConsole;

namespace PipelineTrigger.Core.Tests;

internal static class Program
{
    /// <summary>
    /// Plays the module's part: the client core and what it depends on are found by the module's own resolver, and by
    /// nothing else.
    /// </summary>
    public static int Main(string[] args)
    {
        DependencyResolver.Register();
        AnswerXunit();
        return Run(args);
    }

    // xunit is none of ours and lies beside the program; it needs some of the same assemblies, and is to have the same ones.
    private static void AnswerXunit()
    {
        var place = AppDomain.CurrentDomain.BaseDirectory;
        var choice = new DependencyChoice(
            Path.Combine(place, "deps"),
            [.. Directory.GetFiles(place, "xunit.*.dll").Select(Assembly.LoadFrom)]
        );
        AppDomain.CurrentDomain.AssemblyResolve += (_, request) =>
            choice.Resolve(new AssemblyName(request.Name), request.RequestingAssembly);
    }

    /// <summary>
    /// As xunit's own, except that it stays a moment: xunit still has something to do on another thread, and Mono dies
    /// if that meets its shutdown.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Run(string[] args)
    {
        var exitCode = ConsoleRunner.Run(args).GetAwaiter().GetResult();
        Thread.Sleep(TimeSpan.FromSeconds(1));
        return exitCode;
    }
}
#endif

using System.Diagnostics;
using System.Runtime.InteropServices;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Tests.Doubles;

namespace PipelineTrigger.Core.Tests.Ledger.FileSystem;

public sealed class LockProofTests
{
    // .NET's own switch for file systems whose locks are not to be relied upon; it is read when a process begins.
    private const string Switch = "DOTNET_SYSTEM_IO_DISABLEFILELOCKING";

    [Trait("System", "Unix")]
    [Fact]
    public async Task A_directory_whose_locks_do_not_work_is_refused()
    {
#if NETFRAMEWORK
        Assert.Skip($"{Switch} is .NET's alone.");
        await Task.CompletedTask;
#else
        Assert.SkipWhen(RuntimeInformation.IsOSPlatform(OSPlatform.Windows), $"{Switch} does nothing on Windows.");
        if (Environment.GetEnvironmentVariable(Switch) is null)
        {
            await PassesInAProcessWithoutLocksAsync();
            return;
        }

        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using var store = LedgerStores.Directory(folder);
            var error = await Assert.ThrowsAsync<PipelineException>(() =>
                store.AcquireAsync("name", new RecordingObserver(), TestContext.Current.CancellationToken)
            );
            Assert.Equal(PipelineErrorId.LedgerUnavailable, error.ErrorId);
            Assert.Contains("does not keep a second process from opening a locked file", error.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
#endif
    }

#if NET
    private static async Task PassesInAProcessWithoutLocksAsync()
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (
            var argument in (string[])[typeof(LockProofTests).Assembly.Location, "-class", typeof(LockProofTests).FullName!, "-noColor"]
        )
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Switch] = "1";
        using var child = Process.Start(start)!;
        var said = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(child.ExitCode == 0 && said.Contains("Total: 1,", StringComparison.Ordinal), said);
    }
#endif
}

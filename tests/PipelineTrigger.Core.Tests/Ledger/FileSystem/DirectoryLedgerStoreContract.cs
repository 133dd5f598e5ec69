using System.Diagnostics;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Ledger;

namespace PipelineTrigger.Core.Tests.Ledger.FileSystem;

public sealed class DirectoryLedgerStoreContract : LedgerContract
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public override ValueTask InitializeAsync() => default;

    public override ValueTask DisposeAsync()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return default;
    }

    private protected override ILedgerStore Open() => LedgerStores.Directory(folder);

    private protected override Task PutAsync(string name, byte[] content)
    {
        Directory.CreateDirectory(Path.Combine(folder, "keys"));
        File.WriteAllBytes(Path.Combine(folder, "keys", name + ".json"), content);
        return Task.CompletedTask;
    }

    private protected override Task ReplaceUnseenAsync(string name, byte[] content) => PutAsync(name, content);

    private protected override Task<IReadOnlyList<string>> NamesAsync() =>
        Task.FromResult<IReadOnlyList<string>>([
            .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetFileNameWithoutExtension(f)!).Distinct(),
        ]);

    private protected override async Task<Func<Task>> OwnElsewhereAsync(string name)
    {
        Assert.SkipWhen(Type.GetType("Mono.Runtime") is not null, "Mono's file locks hold within one process only.");
        Directory.CreateDirectory(Path.Combine(folder, "locks"));
        var lockFile = Path.Combine(folder, "locks", name + ".lock");
        var owner = await StartAsync(
            $"$held = [IO.File]::Open('{lockFile}', 'OpenOrCreate', 'ReadWrite', 'None'); 'held'; [void][Console]::In.ReadLine()"
        );
        Assert.Equal("held", await owner.StandardOutput.ReadLineAsync());
        return () =>
        {
            owner.Kill();
            owner.Dispose();
            return Task.CompletedTask;
        };
    }

#if !NETFRAMEWORK
    private static async Task<PowerShellProgram> FindShellAsync()
    {
        try
        {
            return await PowerShellProgram.FindAsync();
        }
        catch (PowerShellMissingException e)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
#endif

    private static async Task<Process> StartAsync(string script)
    {
#if NETFRAMEWORK
        await Task.CompletedTask;
        var start = new ProcessStartInfo("powershell", $"-NoProfile -NonInteractive -Command \"{script}\"") { UseShellExecute = false };
#else
        var start = (await FindShellAsync()).Start("-NoProfile", "-NonInteractive", "-Command", script);
#endif
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }
}

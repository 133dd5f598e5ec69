using System.Diagnostics;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Ledger.FileSystem;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Doubles;
using PipelineTrigger.Core.Tests.Emulation;

namespace PipelineTrigger.Core.Tests.Windows;

/// <summary>Processes of one machine share a ledger and a key, and end at any moment. Each of them is this program again.</summary>
public sealed class ProcessTests : IDisposable
{
    private const string Key = "nightly";
    private const string FolderVariable = "PIPELINETRIGGER_TEST_FOLDER";
    private const string AddressVariable = "PIPELINETRIGGER_TEST_ADDRESS";

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"processes-{Guid.NewGuid():N}");
    private readonly Tenant tenant;

    public ProcessTests(EmulatorProcess emulator) => tenant = emulator.NewTenant();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Ledger => Path.Combine(folder, "ledger");

    public void Dispose() => ScratchFolder.Delete(folder);

    [Fact]
    public async Task Of_eight_processes_with_one_key_one_triggers_and_all_have_its_run()
    {
        if (await TakePartAsync())
        {
            return;
        }

        var processes = Enumerable
            .Range(0, 8)
            .Select(_ => Start(nameof(Of_eight_processes_with_one_key_one_triggers_and_all_have_its_run)))
            .ToArray();
        try
        {
            await Tenant.UntilAsync(() =>
                Task.FromResult(Directory.GetFiles(folder, "*.ready").Length == processes.Length || processes.Any(p => p.HasExited))
            );
            await File.WriteAllTextAsync(Path.Combine(folder, "go"), "", Cancel);
            await Task.WhenAll(processes.Select(p => p.WaitForExitAsync(Cancel)));

            Assert.All(processes, p => Assert.Equal(0, p.ExitCode));
            Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
            var ids = Directory.GetFiles(folder, "*.run").Select(File.ReadAllText).ToArray();
            Assert.Equal(processes.Length, ids.Length);
            Assert.Single(ids.Distinct());
        }
        finally
        {
            End(processes);
        }
    }

    [Fact]
    public async Task The_run_of_a_process_killed_before_the_answer_is_found_and_not_triggered_again()
    {
        if (await TakePartAsync())
        {
            return;
        }

        await tenant.FaultAsync(
            new
            {
                vendor = "mage",
                operation = "trigger",
                kind = "delay",
                when = "after",
                delaySeconds = 600,
            }
        );
        var killed = Start(nameof(The_run_of_a_process_killed_before_the_answer_is_found_and_not_triggered_again));
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "go"), "", Cancel);
            await Tenant.UntilAsync(async () => await tenant.RunsCreatedAsync(PipelineVendor.Mage) == 1 || killed.HasExited);
            killed.Kill();
            await killed.WaitForExitAsync(Cancel);
            using var next = tenant.Connect(PipelineVendor.Mage, ledger: clock => new DirectoryLedgerStore(Ledger, clock));

            Assert.StartsWith("adopted", (await next.TriggerAsync(terms: new() { Key = Key })).Details["Origin"], StringComparison.Ordinal);
            Assert.Equal(1, await tenant.RunsCreatedAsync(PipelineVendor.Mage));
        }
        finally
        {
            End(killed);
        }
    }

    // What another process of this test does, told by its surroundings.
    private static async Task<bool> TakePartAsync()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } shared)
        {
            return false;
        }

        var mine = Path.Combine(shared, $"{Environment.ProcessId}");
        var connection = new PipelineConnection(
            "nightly",
            PipelineVendor.Mage,
            new Uri(Environment.GetEnvironmentVariable(AddressVariable)!)
        );
        using var client = new ConnectionClient(connection, null, new(), new(), LedgerStores.Directory(Path.Combine(shared, "ledger")));
        await File.WriteAllTextAsync(mine + ".ready", "", Cancel);
        await Tenant.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(shared, "go"))));
        var run = await client.TriggerAsync(
            Sample.Parse(PipelineVendor.Mage, Sample.Fields(PipelineVendor.Mage)),
            new() { Key = Key },
            new RecordingObserver(),
            Cancel
        );
        await File.WriteAllTextAsync(mine + ".run", run.RunId, Cancel);
        return true;
    }

    private Process Start(string test)
    {
        Directory.CreateDirectory(folder);
        var program = typeof(ProcessTests).Assembly.Location;
        var isOwnProgram = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == Path.GetFileNameWithoutExtension(program);
        string[] arguments = ["-method", $"{typeof(ProcessTests).FullName}.{test}", "-noColor"];
        var start = new ProcessStartInfo(
            isOwnProgram ? Environment.ProcessPath! : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            isOwnProgram ? arguments : [program, .. arguments]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var address = tenant.BaseUri(PipelineVendor.Mage);
        start.Environment["PIPELINETRIGGER_EMULATOR"] = new Uri(address, "/").AbsoluteUri;
        start.Environment[FolderVariable] = folder;
        start.Environment[AddressVariable] = address.AbsoluteUri;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return process;
    }

    private static void End(params Process[] processes)
    {
        foreach (var process in processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit(5000);
            }

            process.Dispose();
        }
    }
}

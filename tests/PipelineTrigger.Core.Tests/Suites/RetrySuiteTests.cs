using System.Globalization;
using System.Text.Json;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Suites;

/// <summary>
/// The cases of the public retry scenarios at each vendor: how often each call was sent, what was told of it, and how many runs there are.
/// </summary>
public sealed class RetrySuiteTests(EmulatorProcess emulator, ITestOutputHelper output)
{
    // The call; the operation of the emulator that its faults meet; and what the caller does.
    private static readonly (string Name, string Vendor, string Operation, string Act)[] Calls =
    [
        ("read", PipelineVendor.Prophecy, "status", "read"),
        ("read", PipelineVendor.Mage, "status", "read"),
        ("read", PipelineVendor.Supaflow, "status", "read"),
        ("trigger", PipelineVendor.Prophecy, "trigger", "trigger"),
        ("trigger", PipelineVendor.Mage, "trigger", "trigger"),
        ("trigger", PipelineVendor.Supaflow, "trigger", "trigger"),
        ("cancel", PipelineVendor.Mage, "cancel", "cancel"),
        ("cancel", PipelineVendor.Supaflow, "cancel", "cancel"),
        ("sign-in to read", PipelineVendor.Mage, "session", "read"),
        ("sign-in to read", PipelineVendor.Supaflow, "bootstrap", "read"),
        ("sign-in to trigger", PipelineVendor.Mage, "session", "trigger"),
        ("sign-in to trigger", PipelineVendor.Supaflow, "bootstrap", "trigger"),
    ];

    [Fact]
    public async Task Every_scenario_is_sent_as_often_and_told_as_its_call_allows()
    {
        using var atOnce = new SemaphoreSlim(1);
        var cells = await Task.WhenAll(
            from instructions in Scenarios()
            from call in Calls
            select CellAsync(instructions, call.Name, call.Vendor, call.Operation, call.Act, atOnce)
        );

        // Vendors that do alike share a row.
        var actual = string.Join(
            "\n",
            from cell in cells
            group cell.Vendor by (cell.Case, cell.Call, cell.Outcome) into same
            select $"{same.Key.Case} | {same.Key.Call} | {string.Join(", ", same)} | {same.Key.Outcome}"
        );
        output.WriteLine(actual);
        Assert.Equal(Expected.Replace("\r\n", "\n"), actual);
    }

    private async Task<(string Case, string Call, string Vendor, string Outcome)> CellAsync(
        string[] instructions,
        string name,
        string vendor,
        string operation,
        string act,
        SemaphoreSlim atOnce
    )
    {
        await atOnce.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return (string.Join(", ", instructions), name, vendor, await CallAsync(vendor, operation, act, instructions));
        }
        finally
        {
            atOnce.Release();
        }
    }

    private async Task<string> CallAsync(string vendor, string operation, string act, string[] instructions)
    {
        var tenant = emulator.NewTenant();
        await tenant.RequireMageSignInAsync();
        var credential = vendor == PipelineVendor.Mage ? Sample.MageUser : null;
        using var before = tenant.Connect(vendor, credential);
        var run = await before.TriggerAsync();
        using var fresh = tenant.Connect(vendor, credential);
        var connection = operation is "session" or "bootstrap" ? fresh : before;
        foreach (var instruction in instructions)
        {
            await tenant.FaultAsync(Fault(vendor.ToLowerInvariant(), operation, instruction));
        }

        var calls = await tenant.CallsAsync(vendor, operation);
        var told = await ToldAsync(
            act == "trigger",
            act switch
            {
                "trigger" => connection.TriggerAsync(),
                "cancel" => connection.StopAsync(run),
                _ => connection.ReadAsync(run),
            }
        );
        var made = act == "trigger" ? $", {await tenant.RunsCreatedAsync(vendor) - 1} made" : "";
        return $"{await tenant.CallsAsync(vendor, operation) - calls} sent, {told}{made}";
    }

    private static async Task<string> ToldAsync(bool isTrigger, Task<PipelineRun> call)
    {
        try
        {
            await call;
            return "done";
        }
        catch (PipelineException e)
        {
            Assert.Equal(isTrigger && e.Absence == RunAbsence.Told, e.Message.Contains("o run was created"));
            return $"{e.ErrorId} {e.Kind}{(isTrigger ? e.Absence == RunAbsence.NotKnown ? ", run unknown" : ", no run" : "")}";
        }
    }

    private static object Fault(string vendor, string operation, string instruction) =>
        instruction switch
        {
            "return-reset-connection" => new
            {
                vendor,
                operation,
                kind = "reset",
            },
            "return-broken-stream" => new
            {
                vendor,
                operation,
                kind = "cut",
            },
            "return-broken-stream-after-256K" => new
            {
                vendor,
                operation,
                kind = "cut",
                bodyBytes = 2 * 256 * 1024,
            },
            _ => new
            {
                vendor,
                operation,
                status = int.Parse(instruction.Split('-')[1], CultureInfo.InvariantCulture),
            },
        };

    // A 503 after so many kilobytes is about uploads, and there are none.
    private static List<string[]> Scenarios()
    {
        using var suite = JsonDocument.Parse(File.ReadAllText(PublicSuite.Locate(Path.Combine("retry", "retry_tests.json"))));
        return
        [
            .. suite
                .RootElement.GetProperty("retryTests")
                .EnumerateArray()
                .SelectMany(test => test.GetProperty("cases").EnumerateArray())
                .Select(one => one.GetProperty("instructions").EnumerateArray().Select(i => i.GetString()!).ToArray())
                .Where(one => !one.Any(i => i.StartsWith("return-503-after-", StringComparison.Ordinal)))
                .GroupBy(one => string.Join(",", one))
                .Select(same => same.First()),
        ];
    }

    // case | call | vendors | how often it was sent, what was told, and of a trigger whether there is a run and how many there are
    private const string Expected = """
        return-503, return-503 | read | Prophecy, Mage, Supaflow | 3 sent, done
        return-503, return-503 | trigger | Prophecy | 1 sent, TriggerOutcomeUnknown Permanent, run unknown, 0 made
        return-503, return-503 | trigger | Mage, Supaflow | 3 sent, done, 1 made
        return-503, return-503 | cancel | Mage, Supaflow | 3 sent, done
        return-503, return-503 | sign-in to read | Mage, Supaflow | 3 sent, done
        return-503, return-503 | sign-in to trigger | Mage, Supaflow | 3 sent, done, 1 made
        return-reset-connection, return-reset-connection | read | Prophecy, Mage, Supaflow | 3 sent, done
        return-reset-connection, return-reset-connection | trigger | Prophecy | 1 sent, TriggerOutcomeUnknown Permanent, run unknown, 0 made
        return-reset-connection, return-reset-connection | trigger | Mage, Supaflow | 3 sent, done, 1 made
        return-reset-connection, return-reset-connection | cancel | Mage, Supaflow | 3 sent, done
        return-reset-connection, return-reset-connection | sign-in to read | Mage, Supaflow | 3 sent, done
        return-reset-connection, return-reset-connection | sign-in to trigger | Mage, Supaflow | 3 sent, done, 1 made
        return-reset-connection, return-503 | read | Prophecy, Mage, Supaflow | 3 sent, done
        return-reset-connection, return-503 | trigger | Prophecy | 1 sent, TriggerOutcomeUnknown Permanent, run unknown, 0 made
        return-reset-connection, return-503 | trigger | Mage, Supaflow | 3 sent, done, 1 made
        return-reset-connection, return-503 | cancel | Mage, Supaflow | 3 sent, done
        return-reset-connection, return-503 | sign-in to read | Mage, Supaflow | 3 sent, done
        return-reset-connection, return-503 | sign-in to trigger | Mage, Supaflow | 3 sent, done, 1 made
        return-503 | read | Prophecy, Mage, Supaflow | 2 sent, done
        return-503 | trigger | Prophecy | 1 sent, TriggerOutcomeUnknown Permanent, run unknown, 0 made
        return-503 | trigger | Mage, Supaflow | 2 sent, done, 1 made
        return-503 | cancel | Mage, Supaflow | 2 sent, done
        return-503 | sign-in to read | Mage, Supaflow | 2 sent, done
        return-503 | sign-in to trigger | Mage, Supaflow | 2 sent, done, 1 made
        return-reset-connection | read | Prophecy, Mage, Supaflow | 2 sent, done
        return-reset-connection | trigger | Prophecy | 1 sent, TriggerOutcomeUnknown Permanent, run unknown, 0 made
        return-reset-connection | trigger | Mage, Supaflow | 2 sent, done, 1 made
        return-reset-connection | cancel | Mage, Supaflow | 2 sent, done
        return-reset-connection | sign-in to read | Mage, Supaflow | 2 sent, done
        return-reset-connection | sign-in to trigger | Mage, Supaflow | 2 sent, done, 1 made
        return-400 | read | Prophecy, Mage, Supaflow | 1 sent, InvalidResponse Unusable
        return-400 | trigger | Prophecy, Mage, Supaflow | 1 sent, TriggerRejected Permanent, no run, 0 made
        return-400 | cancel | Mage, Supaflow | 1 sent, InvalidResponse Unusable
        return-400 | sign-in to read | Mage, Supaflow | 1 sent, InvalidResponse Unusable
        return-400 | sign-in to trigger | Mage, Supaflow | 1 sent, InvalidResponse Unusable, no run, 0 made
        return-401 | read | Prophecy | 1 sent, AuthenticationFailed Permanent
        return-401 | read | Mage, Supaflow | 2 sent, done
        return-401 | trigger | Prophecy | 1 sent, AuthenticationFailed Permanent, no run, 0 made
        return-401 | trigger | Mage, Supaflow | 2 sent, done, 1 made
        return-401 | cancel | Mage, Supaflow | 2 sent, done
        return-401 | sign-in to read | Mage, Supaflow | 1 sent, AuthenticationFailed Permanent
        return-401 | sign-in to trigger | Mage, Supaflow | 1 sent, AuthenticationFailed Permanent, no run, 0 made
        return-503, return-400 | read | Prophecy, Mage, Supaflow | 2 sent, InvalidResponse Unusable
        return-503, return-400 | trigger | Prophecy | 1 sent, TriggerOutcomeUnknown Permanent, run unknown, 0 made
        return-503, return-400 | trigger | Mage, Supaflow | 2 sent, TriggerRejected Permanent, no run, 0 made
        return-503, return-400 | cancel | Mage, Supaflow | 2 sent, InvalidResponse Unusable
        return-503, return-400 | sign-in to read | Mage, Supaflow | 2 sent, InvalidResponse Unusable
        return-503, return-400 | sign-in to trigger | Mage, Supaflow | 2 sent, InvalidResponse Unusable, no run, 0 made
        return-reset-connection, return-401 | read | Prophecy | 2 sent, AuthenticationFailed Permanent
        return-reset-connection, return-401 | read | Mage, Supaflow | 3 sent, done
        return-reset-connection, return-401 | trigger | Prophecy | 1 sent, TriggerOutcomeUnknown Permanent, run unknown, 0 made
        return-reset-connection, return-401 | trigger | Mage, Supaflow | 3 sent, done, 1 made
        return-reset-connection, return-401 | cancel | Mage, Supaflow | 3 sent, done
        return-reset-connection, return-401 | sign-in to read | Mage, Supaflow | 2 sent, AuthenticationFailed Permanent
        return-reset-connection, return-401 | sign-in to trigger | Mage, Supaflow | 2 sent, AuthenticationFailed Permanent, no run, 0 made
        return-408 | read | Prophecy, Mage, Supaflow | 2 sent, done
        return-408 | trigger | Prophecy | 1 sent, TriggerOutcomeUnknown Permanent, run unknown, 0 made
        return-408 | trigger | Mage, Supaflow | 2 sent, done, 1 made
        return-408 | cancel | Mage, Supaflow | 2 sent, done
        return-408 | sign-in to read | Mage, Supaflow | 2 sent, done
        return-408 | sign-in to trigger | Mage, Supaflow | 2 sent, done, 1 made
        return-broken-stream, return-broken-stream | read | Prophecy, Mage, Supaflow | 3 sent, done
        return-broken-stream, return-broken-stream | trigger | Prophecy | 1 sent, TriggerOutcomeUnknown Permanent, run unknown, 1 made
        return-broken-stream, return-broken-stream | trigger | Mage, Supaflow | 1 sent, done, 1 made
        return-broken-stream, return-broken-stream | cancel | Mage, Supaflow | 3 sent, done
        return-broken-stream, return-broken-stream | sign-in to read | Mage, Supaflow | 3 sent, done
        return-broken-stream, return-broken-stream | sign-in to trigger | Mage, Supaflow | 3 sent, done, 1 made
        return-broken-stream-after-256K | read | Prophecy, Mage, Supaflow | 2 sent, done
        return-broken-stream-after-256K | trigger | Prophecy | 1 sent, TriggerOutcomeUnknown Permanent, run unknown, 1 made
        return-broken-stream-after-256K | trigger | Mage, Supaflow | 1 sent, done, 1 made
        return-broken-stream-after-256K | cancel | Mage, Supaflow | 2 sent, done
        return-broken-stream-after-256K | sign-in to read | Mage, Supaflow | 2 sent, done
        return-broken-stream-after-256K | sign-in to trigger | Mage, Supaflow | 2 sent, done, 1 made
        """;
}

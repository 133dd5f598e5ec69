using System.Text.RegularExpressions;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>What the sources must look like where metadata does not show it.</summary>
public sealed partial class SourceTests
{
    private const string Pump = "PipelineTrigger.Execution.PipelinePump";

    public static TheoryData<string> Files => [.. Product.SourceFiles()];

    public static TheoryData<string> CmdletFiles =>
        [.. Product.SourceFiles("PipelineTrigger/Commands").Where(f => Path.GetFileName(f).Contains("Command.", StringComparison.Ordinal))];

    public static TheoryData<string, string> Rooms =>
        new(
            from edition in (string[])["net472", "net8.0"]
            from file in (string[])["PipelineTrigger.dll", "PipelineTrigger.Abstractions.dll", "deps/PipelineTrigger.Core.dll"]
            select (edition, file)
        );

    [Theory, MemberData(nameof(CmdletFiles))]
    public void A_cmdlet_file_is_short(string file) => Assert.InRange(Product.SourceLines(file).Length, 1, 200);

    [Theory, MemberData(nameof(CmdletFiles))]
    public void A_cmdlet_is_found_in_one_file(string file) =>
        Expect.None(Product.SourceLines(file).Where(line => line.Contains(" partial class ", StringComparison.Ordinal)));

    [Theory, MemberData(nameof(Files))]
    public void A_source_file_does_one_thing(string file) => Assert.InRange(Product.SourceLines(file).Length, 1, 250);

    [Theory, MemberData(nameof(Files))]
    public void No_source_outside_the_pump_blocks_on_an_awaiter(string file) =>
        Expect.None(
            file == "PipelineTrigger/Execution/PipelinePump.cs"
                ? []
                : Product.SourceLines(file).Where(line => BlockingAwaiter().IsMatch(line))
        );

    [Theory, MemberData(nameof(Rooms))]
    public void No_code_outside_the_pump_waits_for_a_task_or_sleeps(string edition, string file) =>
        Expect.None(
            from type in Product.Of(edition).Read(file).WrittenTypes()
            where type.FullName != Pump
            from call in type.Calls()
            where Blocks(call)
            select $"{type.FullName} calls {call.FullName}"
        );

    private static bool Blocks(MethodReference call) =>
        (call.DeclaringType.GetElementType().FullName, call.Name) switch
        {
            (
                "System.Threading.Tasks.Task"
                    or "System.Threading.Tasks.Task`1"
                    or "System.Threading.Tasks.ValueTask`1",
                "get_Result"
                    or "Wait"
                    or "WaitAll"
                    or "WaitAny"
                    or "RunSynchronously"
            ) => true,
            ("System.Threading.SemaphoreSlim" or "System.Threading.ManualResetEventSlim" or "System.Threading.CountdownEvent", "Wait") =>
                true,
            ("System.Threading.WaitHandle", "WaitOne" or "WaitAll" or "WaitAny") => true,
            ("System.Threading.Thread", "Sleep" or "Join" or "SpinWait") => true,
            _ => false,
        };

    [GeneratedRegex(@"GetAwaiter\(\)\s*\.\s*GetResult\(\)")]
    private static partial Regex BlockingAwaiter();
}

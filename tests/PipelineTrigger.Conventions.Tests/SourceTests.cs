using System.Text.RegularExpressions;

namespace PipelineTrigger.Conventions.Tests;

/// <summary>What the sources must look like where metadata does not show it.</summary>
public sealed partial class SourceTests
{
    private const string Pump = "PipelineTrigger.Execution.PipelinePump";
    private const int MaxColumns = 140;
    private const int MaxTestName = 80;

    private static readonly string[] CodeFolders = ["src/", "tests/", "tools/", "build/"];

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

    [Fact]
    public void No_line_of_code_is_longer_than_140_columns() =>
        Expect.None(
            from file in CodeFiles()
            from line in File.ReadLines(Path.Combine(Product.RepositoryRoot, file)).Select((text, at) => (Text: text, Number: at + 1))
            where line.Text.Length > MaxColumns
            select $"{file}:{line.Number} has {line.Text.Length} columns"
        );

    [Fact]
    public void No_test_name_is_longer_than_80_characters() =>
        Expect.None(
            from file in CodeFiles()
            where file.StartsWith("tests/", StringComparison.Ordinal)
            from name in TestName().Matches(File.ReadAllText(Path.Combine(Product.RepositoryRoot, file))).Select(m => m.Groups[1].Value)
            where name.Length > MaxTestName
            select $"{file}: {name} has {name.Length} characters"
        );

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

    private static IEnumerable<string> CodeFiles() =>
        Product.RepositoryFiles("*.cs").Where(file => CodeFolders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)));

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

    // A test's name is a sentence, and no other public method has an underscore.
    [GeneratedRegex(
        @"^ +public (?:(?:async|static|override|virtual|abstract) )*(?:Task|ValueTask|void) (\w+_\w+)\(",
        RegexOptions.Multiline
    )]
    private static partial Regex TestName();

    [GeneratedRegex(@"GetAwaiter\(\)\s*\.\s*GetResult\(\)")]
    private static partial Regex BlockingAwaiter();
}

namespace PipelineTrigger.Hosts.Tests;

/// <summary>
/// The cmdlets of the package in a real PowerShell, against the emulator: each row runs one Pester suite in a process
/// of its own, and the classes run side by side.
/// </summary>
public sealed class PesterTests
{
    internal const int Lanes = 3;

    public static TheoryData<string, string> Suites => PesterSuite.Lane(0, Lanes);

    [Theory, MemberData(nameof(Suites))]
    public Task Suite_passes_in_a_real_PowerShell(string suite, string host) => PesterSuite.RunAsync(suite, host);
}

/// <summary>The second lane.</summary>
public sealed class PesterTestsOfLane2
{
    public static TheoryData<string, string> Suites => PesterSuite.Lane(1, PesterTests.Lanes);

    [Theory, MemberData(nameof(Suites))]
    public Task Suite_passes_in_a_real_PowerShell(string suite, string host) => PesterSuite.RunAsync(suite, host);
}

/// <summary>The third lane.</summary>
public sealed class PesterTestsOfLane3
{
    public static TheoryData<string, string> Suites => PesterSuite.Lane(2, PesterTests.Lanes);

    [Theory, MemberData(nameof(Suites))]
    public Task Suite_passes_in_a_real_PowerShell(string suite, string host) => PesterSuite.RunAsync(suite, host);
}

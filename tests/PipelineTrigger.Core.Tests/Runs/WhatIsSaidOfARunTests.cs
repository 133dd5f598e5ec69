using PipelineTrigger.Core.Ledger.FileSystem;
using PipelineTrigger.Core.Operations;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Time;

namespace PipelineTrigger.Core.Tests.Runs;

/// <summary>What a caller reads of a trigger's run where it could not be had.</summary>
public sealed class WhatIsSaidOfARunTests : IDisposable
{
    private readonly Tenant tenant;
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():N}");

    public WhatIsSaidOfARunTests(EmulatorProcess emulator) => tenant = emulator.NewTenant();

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(PipelineVendor.Prophecy)]
    [InlineData(PipelineVendor.Supaflow)]
    public async Task That_none_was_created_is_not_said_of_one_that_a_key_stands_for(string vendor)
    {
        using var connection = tenant.Connect(vendor, ledger: time => new DirectoryLedgerStore(folder, time));
        var run = await connection.TriggerAsync(terms: new() { Key = "a" });
        await tenant.AnswerAsync(vendor, "status", 403, "{}");

        var error = await ReportedAsync(connection, "a");

        Assert.Equal((PipelineErrorId.AccessDenied, run.RunId), (error.ErrorId, error.Run?.RunId));
        Assert.DoesNotContain("No run was created", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_none_was_created_is_said_where_the_sign_in_failed()
    {
        using var connection = tenant.Connect(PipelineVendor.Supaflow);
        await tenant.AnswerAsync(PipelineVendor.Supaflow, "bootstrap", 401, "{}");

        var error = await ReportedAsync(connection, null);

        Assert.Equal(PipelineErrorId.AuthenticationFailed, error.ErrorId);
        Assert.EndsWith("No run was created.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_none_was_created_is_said_with_the_whole_address_of_the_vendor()
    {
        using var connection = tenant.Connect(PipelineVendor.Mage);
        await connection.TriggerAsync();
        await tenant.FaultAsync(
            new
            {
                vendor = PipelineVendor.Mage,
                operation = "trigger",
                kind = "reset",
                count = -1,
            }
        );

        var error = await ReportedAsync(connection, null);

        Assert.Equal(PipelineErrorId.VendorUnavailable, error.ErrorId);
        Assert.Contains(tenant.BaseUri(PipelineVendor.Mage).GetLeftPart(UriPartial.Authority), error.Message, StringComparison.Ordinal);
        Assert.Contains("no run was created, 3 times", error.Message, StringComparison.Ordinal);
    }

    private static async Task<PipelineException> ReportedAsync(Connected connection, string? key)
    {
        using var operation = new RunOperation(new(), connection.Told, connection.Clock, TestContext.Current.CancellationToken);
        await operation.TriggerAsync(
            connection.Client,
            Sample.Parse(connection.Client.Vendor, Sample.Fields(connection.Client.Vendor)),
            new() { Key = key },
            null
        );
        await connection.Clock.RunAsync(operation.CompleteAsync());
        return Assert.Single(connection.Told.Failures).Error;
    }
}

using System.Text;
using PipelineTrigger.Core.Http;

namespace PipelineTrigger.Core.Tests.Http;

public sealed class OnceContentTests
{
    [Fact]
    public async Task A_body_tells_whether_it_was_begun_and_goes_out_once()
    {
        using var content = new OnceContent(Encoding.UTF8.GetBytes("{}"));
        Assert.False(content.Started);

        using var first = new MemoryStream();
        await content.CopyToAsync(first, TestContext.Current.CancellationToken);
        Assert.True(content.Started);
        Assert.Equal("{}", Encoding.UTF8.GetString(first.ToArray()));

        using var second = new MemoryStream();
        await Assert.ThrowsAnyAsync<Exception>(() => content.CopyToAsync(second, TestContext.Current.CancellationToken));
        Assert.Equal(0, second.Length);
    }
}

using PipelineTrigger.Core.Vendors.Prophecy;

namespace PipelineTrigger.Core.Tests.Vendors.Prophecy;

public sealed class ScalaNoiseTests
{
    [Theory]
    [InlineData(
        "error in triggering pipeline: Success(Left(sdl.md.client.package$MetadataException: Fabric with uid `2290` not "
            + "found)) (of class scala.util.Success)",
        "Fabric with uid `2290` not found"
    )]
    [InlineData("Success(Left(a.b.MetadataException: Pipeline (old) not found)) (of class scala.util.Success)", "Pipeline (old) not found")]
    [InlineData("Failure(java.lang.RuntimeException: outer: java.io.IOException: inner)", "inner")]
    [InlineData("java.lang.OutOfMemoryError: heap", "heap")]
    [InlineData("Unauthorized: invalid or missing access token", "Unauthorized: invalid or missing access token")]
    [InlineData("a.b.SomeException: ", "a.b.SomeException: ")]
    [InlineData("", "")]
    public void The_part_that_a_person_can_read_is_found_in_the_servers_wrapping(string message, string readable) =>
        Assert.Equal(readable, ScalaNoise.Strip(message));
}

namespace PipelineTrigger.Core.Tests.Doubles;

/// <summary>Takes a test's folder away, although a ledger that was just closed may still write its last lines there.</summary>
internal static class ScratchFolder
{
    private const int MostTries = 200;

    public static void Delete(string folder)
    {
        for (var tries = 1; Directory.Exists(folder); tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && tries < MostTries)
            {
                Thread.Sleep(10);
            }
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace PipelineTrigger.Packaging;

/// <summary>The one time that all files in the packages have: SOURCE_DATE_EPOCH, else that of the commit, else a fixed one.</summary>
internal static class SourceDate
{
    private static readonly DateTimeOffset Fixed = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A zip knows no earlier time.
    private static readonly DateTimeOffset First = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Find() =>
        !long.TryParse(
            Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH") ?? TimeOfCommit(),
            CultureInfo.InvariantCulture,
            out var seconds
        )
            ? Fixed
        : DateTimeOffset.FromUnixTimeSeconds(seconds) is var time && time > First ? time
        : First;

    // Sources may come without their history, and a machine without Git.
    private static string? TimeOfCommit()
    {
        try
        {
            using var git = Process.Start(
                new ProcessStartInfo("git", ["log", "-1", "--format=%ct"]) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            return git.StandardOutput.ReadToEnd();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace PipelineTrigger.Core.Tests.Ledger.Azurite;

/// <summary>Azurite from npm, installed once into the folder of what is built.</summary>
internal static class AzuritePackage
{
    private const string ExtraAuthorities = "NODE_EXTRA_CA_CERTS";
    private const string SystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";

    // The last one that runs on Node.js 18 and 20, too.
    private const string Version = "3.35.0";

    /// <summary>The path of its blob service's script.</summary>
    /// <exception cref="AzuriteMissingException">There is no Node.js, or npm does not give it.</exception>
    public static async Task<string> InstallAsync()
    {
        await RunAsync("node", "--version");
        var home = Path.Combine(OutputFolder(), "azurite", Version);
        var script = Path.Combine("node_modules", "azurite", "dist", "src", "blob", "main.js");
        if (!File.Exists(Path.Combine(home, script)))
        {
            var draft = $"{home}.{Guid.NewGuid():N}";
            Directory.CreateDirectory(draft);
            var (code, said) = RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
                ? await RunAsync("cmd", $"/c npm {Install(draft)}")
                : await RunAsync("npm", Install(draft));
            if (code != 0 || !File.Exists(Path.Combine(draft, script)))
            {
                Directory.Delete(draft, recursive: true);
                throw new AzuriteMissingException($"npm could not install azurite {Version}: {said.Trim().Split('\n')[0]}");
            }

            Keep(draft, home);
        }

        return Path.Combine(home, script);
    }

    private static string Install(string folder) =>
        $"install --prefix \"{folder}\" --no-audit --no-fund --no-package-lock --loglevel=error azurite@{Version}";

    private static void Keep(string draft, string home)
    {
        try
        {
            Directory.Move(draft, home);
        }
        catch (IOException) when (Directory.Exists(home))
        {
            // Another test run was first.
            Directory.Delete(draft, recursive: true);
        }
    }

    private static async Task<(int Code, string Said)> RunAsync(string file, string arguments)
    {
        try
        {
            var start = new ProcessStartInfo(file, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            if (File.Exists(SystemAuthorities) && !start.EnvironmentVariables.ContainsKey(ExtraAuthorities))
            {
                // Node.js trusts its own list of authorities alone; a company's proxy stands in the system's.
                start.EnvironmentVariables[ExtraAuthorities] = SystemAuthorities;
            }

            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var said = await process.StandardError.ReadToEndAsync();
            await output;
            process.WaitForExit();
            return (process.ExitCode, said);
        }
        catch (Win32Exception)
        {
            throw new AzuriteMissingException($"Azurite needs Node.js: there is no '{file}' on PATH.");
        }
    }

    private static string OutputFolder() =>
        typeof(AzuritePackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "OutputFolder").Value!;
}

/// <summary>Azurite cannot be had here.</summary>
internal sealed class AzuriteMissingException(string message) : Exception(message);

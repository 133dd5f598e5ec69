using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace PipelineTrigger.Benchmarks.Shells;

/// <summary>A PowerShell that stays, so that it can be warm. It is asked over a socket: its standard input belongs to PowerShell.</summary>
internal sealed class ShellSession : IDisposable
{
    private readonly Process process;
    private readonly TcpClient client;
    private readonly StreamReader reader;
    private readonly StreamWriter writer;

    private ShellSession(Process process, TcpClient client)
    {
        this.process = process;
        this.client = client;
        reader = new(client.GetStream());
        writer = new(client.GetStream()) { AutoFlush = true };
    }

    /// <summary>Of the whole process, so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>A session with the module imported.</summary>
    public static async Task<ShellSession> StartAsync(ShellInfo shell, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var process = Process.Start(
            shell.Start($"& {{ {ScriptFile.Read("session.ps1")} }} -Port {((IPEndPoint)listener.LocalEndpoint).Port}")
        )!;
        process.StandardInput.Close();
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, e) => Console.Error.WriteLine(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var session = new ShellSession(process, await listener.AcceptTcpClientAsync(cancellationToken));
        await session.RunAsync($"Import-Module {ShellInfo.Quote(ShellInfo.ModuleManifest)}", cancellationToken);
        return session;
    }

    /// <summary>Runs a script; what it defines stays for the next.</summary>
    public async Task<JsonElement> RunAsync(string script, CancellationToken cancellationToken)
    {
        await writer.WriteLineAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(script)).AsMemory(), cancellationToken);
        var line = await reader.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("The PowerShell has gone.");
        using var answer = JsonDocument.Parse(line);
        var value = answer.RootElement.GetProperty("value").Clone();
        return answer.RootElement.GetProperty("ok").GetBoolean() ? value : throw new InvalidOperationException(value.ToString());
    }

    public void Dispose()
    {
        reader.Dispose();
        writer.Dispose();
        client.Dispose();
        if (!process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            process.Kill();
        }

        process.Dispose();
    }
}

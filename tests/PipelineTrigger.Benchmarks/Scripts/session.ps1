# Runs what the benchmark asks for, request by request, in one process: base64 of a script in, its output as JSON out.
param([int] $Port)

$client = [System.Net.Sockets.TcpClient]::new('127.0.0.1', $Port)
$reader = [System.IO.StreamReader]::new($client.GetStream())
$writer = [System.IO.StreamWriter]::new($client.GetStream())
$writer.AutoFlush = $true
while ($null -ne ($line = $reader.ReadLine())) {
    $answer = try {
        @{ ok = $true; value = . ([scriptblock]::Create([System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($line)))) }
    }
    catch {
        @{ ok = $false; value = "$_ $($_.ScriptStackTrace)" }
    }
    $writer.WriteLine((ConvertTo-Json $answer -Compress -Depth 6))
}

<#
.SYNOPSIS
    The main job, from the first connection to a stopped run, against the emulator.
.DESCRIPTION
    dotnet run --project tools/PipelineTrigger.Emulator -- demo
    starts an emulator and runs this script. For real servers, omit -BaseUri (for Mage, use your own) and read the tokens from a vault:
    Connect-PipelineService Supaflow -SecretName supaflow-key
.PARAMETER Emulator
    The emulator's address with a tenant name of your choice: http://127.0.0.1:5000/demo
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [uri] $Emulator)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../out/PipelineTrigger/PipelineTrigger.psd1')
$PSDefaultParameterValues = @{ '*-PipelineRun:WarningAction' = 'SilentlyContinue' }   # the emulator allows a read every second

'Create three connections. No request is sent yet.'
$env:QUICKSTART_TOKEN = 'ak_quickstart'
Connect-PipelineService Prophecy -BaseUri "$Emulator/prophecy" -TokenEnvironmentVariable QUICKSTART_TOKEN
Connect-PipelineService Mage     -BaseUri "$Emulator/mage"
Connect-PipelineService Supaflow -BaseUri "$Emulator/supaflow" -TokenEnvironmentVariable QUICKSTART_TOKEN -Name nightly
Get-PipelineConnection | Format-Table Name, Vendor, BaseUri, CredentialType

'Trigger one run at each vendor, and wait for all three.'
$runs = @(
    Invoke-PipelineRun -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse -Parameters @{ franchise_id = 3000007 }
    Invoke-PipelineRun -TriggerId 3 -Variables @{ env = 'staging' }
    Get-Pipeline -Connection nightly -Name 'Nightly*' | Invoke-PipelineRun
)
$ended = $runs | Wait-PipelineRun -TimeoutSec 60 -PollIntervalSec 1
$ended | Format-Table Vendor, RunId, Status, Duration, ExitCode

'Trigger a run that fails, and show the reason.'
Invoke-PipelineRun -TriggerId 1 -Variables @{ emulator_outcome = 'failed'; emulator_message = 'division by zero' } |
    Wait-PipelineRun -PollIntervalSec 1 -ErrorAction SilentlyContinue -ErrorVariable failure |
    Format-Table Vendor, RunId, Status, ExitCode
"$($failure[0].FullyQualifiedErrorId)`n$($failure[0])`n"

'Trigger a run, and stop it.'
$stopped = Invoke-PipelineRun -TriggerId 2 -Variables @{ emulator_running = 600 } | Stop-PipelineRun -PassThru
$stopped | Format-Table Vendor, RunId, Status, ExitCode

Get-PipelineConnection | Disconnect-PipelineService
if (@($ended | Where-Object Status -ne Succeeded).Count -or $failure.Count -ne 1 -or $stopped.Status -ne 'Cancelled') {
    throw 'The demo failed: a run did not end as expected.'
}

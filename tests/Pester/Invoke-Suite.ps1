#requires -Version 5.1
<#
.SYNOPSIS
    Runs one Pester suite against the built module.
.DESCRIPTION
    'dotnet test' runs each suite through this script, in a process and a home of its own. By hand: tests/Pester/Invoke-Suite.ps1 Module

    A suite finds in its environment:
    PIPELINETRIGGER_MODULE         the module's folder
    PIPELINETRIGGER_PACKAGES       the folder of the packages
    PIPELINETRIGGER_SCRATCH_HOME   set where $HOME is thrown away afterwards: only there may a suite touch saved connections or a vault
.PARAMETER Path
    The suite: a file, or what stands before .Tests.ps1 in its name.
.PARAMETER ResultFile
    Where to write, as JSON, how many tests passed, failed and were skipped, and why.
.PARAMETER Module
    The module's folder; without it, what 'dotnet build' assembled. 'dotnet test' gives the module that it unpacked from its package.
.PARAMETER Packages
    The folder of the packages; without it, what 'dotnet build' made.
.PARAMETER Pester
    The Pester module; without it, the newest that NuGet restored.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)] [string] $Path,
    [string] $ResultFile,
    [string] $Module,
    [string] $Packages,
    [string] $Pester
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Get-FailureText($ErrorRecord) {
    $lines = foreach ($record in $ErrorRecord) {
        if ($record.DisplayErrorMessage) { $record.DisplayErrorMessage } else { "$record" }
        if ($record.DisplayStackTrace) { $record.DisplayStackTrace }
    }
    $lines -join "`n"
}

function Get-SkipReason($Test) {
    $because = @($Test.ErrorRecord | ForEach-Object { $_.Exception.Message }) -join ' '
    if ($Test.Result -eq 'NotRun') { 'not run' }
    elseif ($because) { $because -replace '^is (skipped|inconclusive), because\s*' }
    else { 'marked as skipped' }
}

function Get-SuiteResult($Run) {
    $failures = @(
        foreach ($test in $Run.Failed) {
            @{ name = $test.ExpandedPath; text = if ($test.ErrorRecord) { Get-FailureText $test.ErrorRecord } else { 'did not run, because its block failed' } }
        }
    )
    # What went wrong outside of any test: a file that cannot be read, a BeforeAll or AfterAll that throws.
    $outside = @(
        foreach ($container in $Run.Containers | Where-Object ErrorRecord) { @{ name = "$($container.Item)"; text = Get-FailureText $container.ErrorRecord } }
        foreach ($block in $Run.FailedBlocks | Where-Object ErrorRecord) { @{ name = "block $($block.ExpandedPath)"; text = Get-FailureText $block.ErrorRecord } }
    )
    $skips = @(
        foreach ($test in $Run.Tests | Where-Object Result -In 'Skipped', 'Inconclusive', 'NotRun') {
            @{ name = $test.ExpandedPath; text = Get-SkipReason $test }
        }
    )
    @{
        passed   = $Run.PassedCount
        failed   = [Math]::Max($failures.Count, $outside.Count)
        skipped  = $skips.Count
        failures = $outside + $failures
        skips    = $skips
    }
}

if (-not (Test-Path $Path)) { $Path = Join-Path $PSScriptRoot "$Path.Tests.ps1" }
$out = [IO.Path]::Combine((Split-Path (Split-Path $PSScriptRoot)), 'out')
if (-not $Module) { $Module = Join-Path $out 'PipelineTrigger' }
if (-not $Pester) {
    $cache = if ($env:NUGET_PACKAGES) { $env:NUGET_PACKAGES } else { [IO.Path]::Combine([Environment]::GetFolderPath('UserProfile'), '.nuget', 'packages') }
    $Pester = Get-Item (Join-Path $cache 'pester/5.*/tools/Pester.psd1') | Sort-Object { [version]$_.Directory.Parent.Name } | Select-Object -Last 1
    if (-not $Pester) { throw "NuGet has not restored Pester yet: run 'dotnet build' first." }
}
if (-not $Packages) { $Packages = Join-Path $out 'packages' }
Import-Module $Pester
$env:PIPELINETRIGGER_MODULE = $Module
$env:PIPELINETRIGGER_PACKAGES = $Packages
$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
if ($env:NO_COLOR) { $configuration.Output.RenderMode = 'Plaintext' }

# A home of its own, as a new user has it: no suite meets the ledger, the connections, the vault or the settings of the user.
$scratch = if ($env:OS -ne 'Windows_NT' -and -not $env:PIPELINETRIGGER_SCRATCH_HOME) { Join-Path ([IO.Path]::GetTempPath()) "PipelineTrigger-$([guid]::NewGuid().ToString('N'))" }
if ($scratch) {
    foreach ($folder in '.config', '.local/share') { [void](New-Item (Join-Path $scratch $folder) -ItemType Directory -Force) }
    foreach ($variable in 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME') { [Environment]::SetEnvironmentVariable($variable, $null) }
    $env:HOME = $env:PIPELINETRIGGER_SCRATCH_HOME = $scratch
}

try { $result = Get-SuiteResult (Invoke-Pester -Configuration $configuration) }
finally { if ($scratch) { Remove-Item $scratch -Recurse -Force -ErrorAction Ignore } }

if ($ResultFile) {
    [IO.File]::WriteAllText($ResultFile, (ConvertTo-Json $result -Depth 4))
}
exit [int]($result.failed -gt 0)

#requires -Version 5.1
<#
.SYNOPSIS
    Builds, tests, shows and packs the module.
.DESCRIPTION
    build    assembles the module at out/PipelineTrigger
    test     runs all tests; installs Pester and the SecretManagement modules from the PowerShell Gallery first where they are missing
    demo     runs the main job against an emulator of the three vendors
    package  builds for release and packs out/PipelineTrigger.<version>.zip
    bench    runs the benchmarks
    help     makes the help that is shipped of docs/en-US, after a change there or to a cmdlet; needs PowerShell 7.4 and PlatyPS
.EXAMPLE
    ./build.ps1 test
.EXAMPLE
    ./build.ps1 build -Configuration Release
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('build', 'test', 'demo', 'package', 'bench', 'help')]
    [string] $Task = 'build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "'dotnet $($args -join ' ')' failed." }
}

# For this PowerShell and, on Windows, for the one of the other edition.
function Install-TestModule {
    $installer = [IO.Path]::Combine($PSScriptRoot, 'tests', 'Pester', 'Install-TestModule.ps1')
    & $installer
    $other = if ($PSEdition -eq 'Core') { 'powershell' } else { 'pwsh' }
    if (Get-Command $other -CommandType Application -ErrorAction Ignore) {
        $inherited = $env:PSModulePath
        $env:PSModulePath = $null   # Each has modules of its own: what this one passes on would mislead the other.
        try { & $other -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $installer }
        finally { $env:PSModulePath = $inherited }
    }
}

function Get-ModuleVersion {
    (Select-String -Path 'PipelineTrigger.psd1' -Pattern "ModuleVersion\s*=\s*'([0-9.]+)'").Matches[0].Groups[1].Value
}

# By hand, because Compress-Archive writes backslashes in Windows PowerShell, and one build shall give the same bytes as the next.
function Compress-Module([string] $Folder, [string] $Path) {
    Add-Type -AssemblyName System.IO.Compression, System.IO.Compression.FileSystem
    $parent = Split-Path $Folder
    $paths = [string[]]@(Get-ChildItem $Folder -Recurse -File | ForEach-Object FullName)
    [Array]::Sort($paths, [StringComparer]::Ordinal)
    Remove-Item $Path -ErrorAction Ignore
    $zip = [IO.Compression.ZipFile]::Open($Path, 'Create')
    try {
        foreach ($file in $paths) {
            $entry = $zip.CreateEntry($file.Substring($parent.Length + 1).Replace('\', '/'))
            $entry.LastWriteTime = [DateTimeOffset]::new(2000, 1, 1, 0, 0, 0, [TimeSpan]::Zero)
            $content = [IO.File]::ReadAllBytes($file)
            $stream = $entry.Open()
            try { $stream.Write($content, 0, $content.Length) }
            finally { $stream.Dispose() }
        }
    }
    finally { $zip.Dispose() }
}

Push-Location $PSScriptRoot
try {
    switch ($Task) {
        'build' { Invoke-DotNet build --configuration $Configuration }
        'test' {
            Install-TestModule
            Invoke-DotNet test --configuration $Configuration
        }
        'demo' { Invoke-DotNet run --project tests/PipelineTrigger.Emulator --configuration $Configuration '--' demo }
        'package' {
            # Nothing that an earlier build left may get into the package.
            Remove-Item 'src/PipelineTrigger/bin/Release', 'out/PipelineTrigger' -Recurse -Force -ErrorAction Ignore
            Invoke-DotNet build src/PipelineTrigger --configuration Release
            $package = [IO.Path]::Combine($PSScriptRoot, 'out', "PipelineTrigger.$(Get-ModuleVersion).zip")
            Compress-Module ([IO.Path]::Combine($PSScriptRoot, 'out', 'PipelineTrigger')) $package
            Write-Output "Packed $package"
        }
        'bench' {
            if (Test-Path 'tests/PipelineTrigger.Benchmarks') {
                Invoke-DotNet run --project tests/PipelineTrigger.Benchmarks --configuration Release
            }
            else {
                Write-Warning 'There is nothing to measure yet: the benchmarks come with tests/PipelineTrigger.Benchmarks.'
            }
        }
        'help' {
            Invoke-DotNet build src/PipelineTrigger --configuration $Configuration
            # In a process of its own, which lets go of the module's assemblies when it ends.
            & pwsh -NoProfile -File ([IO.Path]::Combine($PSScriptRoot, 'build', 'Update-Help.ps1'))
            if ($LASTEXITCODE -ne 0) { throw 'The help could not be made.' }
            Invoke-DotNet build src/PipelineTrigger --configuration $Configuration
        }
    }
}
finally { Pop-Location }

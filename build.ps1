#requires -Version 5.1
<#
.SYNOPSIS
    Builds, tests, shows and packs the module.
.DESCRIPTION
    build    assembles the module at out/PipelineTrigger
    test     runs all tests; installs the SecretManagement modules from the PowerShell Gallery first where they are missing
    demo     runs the main job against an emulator of the three vendors
    package  builds for release and makes, in out/packages, the module's zip for Azure Automation, its NuGet package, its list of files and its SBOM
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

Push-Location $PSScriptRoot
try {
    switch ($Task) {
        'build' { Invoke-DotNet build --configuration $Configuration }
        'test' {
            Install-TestModule
            Invoke-DotNet test --configuration $Configuration
        }
        'demo' { Invoke-DotNet run --project tools/PipelineTrigger.Emulator --configuration $Configuration '--' demo }
        'package' {
            # Nothing that an earlier build left may get into the package.
            Remove-Item 'src/PipelineTrigger/bin/Release', 'out/PipelineTrigger' -Recurse -Force -ErrorAction Ignore
            Invoke-DotNet build build/PipelineTrigger.Packaging --configuration Release
            Get-Content 'out/packages/SHA256SUMS'
        }
        'bench' { Invoke-DotNet run --project tests/PipelineTrigger.Benchmarks --configuration Release }
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

#requires -Version 5.1
<#
.SYNOPSIS
    Installs for the current user, from the PowerShell Gallery, what the suites need and this PowerShell does not have yet.
.DESCRIPTION
    Without them the suites are skipped, so that a Gallery out of reach is a warning here and no error. './build.ps1 test' runs this in each PowerShell it finds.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$needed = @(
    @{ Name = 'Microsoft.PowerShell.SecretManagement'; Version = [version]'1.1.2' }
    @{ Name = 'Microsoft.PowerShell.SecretStore'; Version = [version]'1.0.6' }
)

function Install-FromGallery([string] $Name) {
    if (Get-Command Install-PSResource -ErrorAction Ignore) {
        Install-PSResource $Name -Repository PSGallery -Scope CurrentUser -TrustRepository -Quiet
        return
    }
    # Windows PowerShell: TLS 1.2 by hand, and a NuGet provider for PowerShellGet.
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
    $null = Install-PackageProvider NuGet -MinimumVersion 2.8.5.201 -Scope CurrentUser -Force
    Install-Module $Name -Repository PSGallery -Scope CurrentUser -Force -SkipPublisherCheck -AllowClobber
}

foreach ($module in $needed) {
    $found = Get-Module $module.Name -ListAvailable | Where-Object Version -GE $module.Version
    if ($found) { continue }
    Write-Output "PowerShell $($PSVersionTable.PSVersion): installing $($module.Name) from the PowerShell Gallery for the current user."
    try { Install-FromGallery $module.Name }
    catch { Write-Warning "$($module.Name) could not be installed; what needs it will be skipped. $_" }
}

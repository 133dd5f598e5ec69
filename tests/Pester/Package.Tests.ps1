BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    $script:packages = if ($env:PIPELINETRIGGER_PACKAGES) { $env:PIPELINETRIGGER_PACKAGES } else { Join-Path $RepositoryRoot 'out/packages' }
    $script:version = "$((Test-ModuleManifest $ModulePath).Version)"

    # Path and checksum of every file below a folder.
    function Get-Listing([string]$Folder) {
        Get-ChildItem $Folder -Recurse -File | ForEach-Object {
            "$($_.FullName.Substring($Folder.Length + 1).Replace('\', '/')) $((Get-FileHash $_.FullName).Hash)"
        } | Sort-Object
    }
}

Describe 'The manifest of the package' {
    BeforeAll {
        $script:outcome = Get-Outcome { Test-ModuleManifest $ModulePath }
    }

    It 'leaves Test-ModuleManifest content' {
        $outcome.Errors | Should -BeNullOrEmpty
        $outcome.Warnings | Should -BeNullOrEmpty
        $outcome.Output.Name | Should -Be PipelineTrigger
    }
}

Describe 'The zip for Azure Automation' {
    It 'unpacks to the module under test' {
        Expand-Archive (Join-Path $packages 'PipelineTrigger.zip') (Join-Path $TestDrive zip)
        Get-Listing (Join-Path $TestDrive zip/PipelineTrigger) | Should -Be (Get-Listing (Get-Item $ModuleFolder).FullName)
    }
}

Describe 'The NuGet package, by PSResourceGet from a local repository' {
    BeforeAll {
        $script:reason = if (-not (Get-Module Microsoft.PowerShell.PSResourceGet -ListAvailable)) { 'this PowerShell has no PSResourceGet' }
        if (-not $reason) {
            $name = 'pester' + [guid]::NewGuid().ToString('N')
            $folders = @{}
            foreach ($folder in 'source', 'target', 'saved') { $folders[$folder] = (New-Item (Join-Path $TestDrive $folder) -ItemType Directory).FullName }
            Copy-Item (Join-Path $packages "PipelineTrigger.$version.nupkg") $folders.source
            # Windows would install it for the user who runs this, in whatever home.
            $canInstall = $env:OS -ne 'Windows_NT'
            # PSResourceGet installs where PowerShell looks only as long as XDG_DATA_HOME is not set, and keeps its settings in the current folder where this one does not exist.
            $child = Invoke-Child -Environment @{ XDG_DATA_HOME = $null } -With @{ Name = $name; Folders = $folders; Version = $version; CanInstall = $canInstall } {
                [void][IO.Directory]::CreateDirectory((Join-Path $HOME .local/share))
                Register-PSResourceRepository "$($With.Name)source" $With.Folders.source -Trusted
                Register-PSResourceRepository "$($With.Name)target" $With.Folders.target -Trusted
                try {
                    $found = Find-PSResource PipelineTrigger -Repository "$($With.Name)source"
                    Save-PSResource PipelineTrigger -Repository "$($With.Name)source" -Path $With.Folders.saved
                    Publish-PSResource -NupkgPath (Join-Path $With.Folders.source "PipelineTrigger.$($With.Version).nupkg") -Repository "$($With.Name)target"
                    if ($With.CanInstall) {
                        Install-PSResource PipelineTrigger -Repository "$($With.Name)source" -Scope CurrentUser
                        Import-Module PipelineTrigger
                    }
                    @{
                        Version     = "$($found.Version)"
                        Description = $found.Description
                        Tags        = @($found.Tags)
                        Base        = (Get-Module PipelineTrigger).ModuleBase
                        Commands    = @((Get-Command -Module PipelineTrigger -CommandType Cmdlet).Name)
                    }
                }
                finally { Unregister-PSResourceRepository "$($With.Name)source", "$($With.Name)target" }
            }
            $script:result = $child.Result[0]
            $script:said = $child.Text + $child.ErrorText
            $script:saved = Join-Path $folders.saved "PipelineTrigger/$version"
            $script:published = Join-Path $folders.target "PipelineTrigger.$version.nupkg"
        }
    }

    BeforeEach {
        if ($reason) { Set-ItResult -Skipped -Because $reason }
    }

    It 'is found with its version, description and tags' {
        $result.Version | Should -Be $version -Because $said
        $result.Description | Should -Be (Test-ModuleManifest $ModulePath).Description
        $result.Tags | Should -Contain PSEdition_Desktop
        $result.Tags | Should -Contain PSEdition_Core
    }

    It 'is saved as the module under test' {
        Get-Listing $saved | Where-Object { $_ -notlike 'PSGetModuleInfo.xml*' } | Should -Be (Get-Listing (Get-Item $ModuleFolder).FullName) -Because $said
    }

    It 'is installed, and imported by its name' -Skip:($env:OS -eq 'Windows_NT') {
        $result.Base | Should -BeLike "*PipelineTrigger/$version" -Because $said
        $result.Commands | Should -Contain Invoke-PipelineRun
    }

    It 'is published as it is, byte for byte' {
        (Get-FileHash $published).Hash | Should -Be (Get-FileHash (Join-Path $packages "PipelineTrigger.$version.nupkg")).Hash -Because $said
    }
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    $script:tenant = Get-FreshTenant
    [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })

    # The main job in a process of its own, and what it has loaded by then.
    $script:job = {
        function Get-Ending {
            Connect-PipelineService Mage -Name job -BaseUri $With.Tenant.Mage
            (Invoke-PipelineRun -Connection job -TriggerId 1 -Wait -TimeoutSec 60).Status
        }

        # Name, version and load context of every assembly that is ours or that we brought.
        function Get-Loaded {
            $brought = @('PipelineTrigger', 'PipelineTrigger.Abstractions') + (Get-ChildItem (Join-Path (Split-Path $With.ModulePath) "$(if ($PSEdition -eq 'Core') { 'net8.0' } else { 'net472' })/deps/*.dll")).BaseName
            foreach ($assembly in [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -in $brought }) {
                $context = if ($PSEdition -eq 'Core') { [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly).Name }
                @{ Name = $assembly.GetName().Name; Context = $context; File = $assembly.Location; Version = (Get-Item $assembly.Location).VersionInfo.FileVersion }
            }
        }
    }
}

Describe 'Importing the module' {
    BeforeAll {
        $body = [scriptblock]::Create("$job" + {
                Import-Module $With.ModulePath
                $result = @{ Imported = Get-Loaded; Version = "$((Get-Module PipelineTrigger).Version)" }
                $result.First = Get-Ending
                $result.Used = Get-Loaded
                Import-Module $With.ModulePath -Force
                $result.KeptByForce = @(Get-PipelineConnection).Count
                $result.Forced = Get-Ending
                Remove-Module PipelineTrigger
                $result.Gone = [bool](Get-Command Invoke-PipelineRun -ErrorAction Ignore)
                Import-Module $With.ModulePath
                $result.KeptByRemoval = @(Get-PipelineConnection).Count
                $result.Again = Get-Ending
                $result.Last = Get-Loaded
                $result
            })
        $child = Invoke-Child $body @{ Tenant = $tenant }
        $script:result = $child.Result[0]
        $script:said = $child.Text + $child.ErrorText
    }

    It 'loads neither the client core nor what that depends on' {
        $result.Imported.Name | Should -Contain PipelineTrigger
        $result.Imported.File | Where-Object { $_ -like '*deps*' } | Should -BeNullOrEmpty
    }

    It 'loads the core and its dependencies into a context of their own at the first use' -Skip:($PSEdition -eq 'Desktop') {
        $core = $result.Used | Where-Object Name -In 'PipelineTrigger.Core', 'Polly.Core'
        $core | Should -HaveCount 2
        $core.Context | Select-Object -Unique | Should -Be PipelineTrigger
    }

    It 'leaves the default context to the two assemblies that PowerShell loads' -Skip:($PSEdition -eq 'Desktop') {
        ($result.Used | Where-Object Context -EQ Default).Name | Sort-Object | Should -Be 'PipelineTrigger', 'PipelineTrigger.Abstractions'
    }

    It 'works <When>' -ForEach @{ When = 'at first'; Step = 'First' }, @{ When = 'after Import-Module -Force'; Step = 'Forced' }, @{ When = 'after Remove-Module and another import'; Step = 'Again' } {
        $result[$Step] | Should -Be Succeeded -Because $said
    }

    It 'is undone by Remove-Module' {
        $result.Gone | Should -BeFalse
    }

    It 'begins without the connections of before, after <_>' -ForEach 'Force', 'Removal' {
        $result["KeptBy$_"] | Should -Be 0
    }

    It 'loads nothing twice' {
        $result.Last | Group-Object { $_.Name } | Where-Object Count -GT 1 | Should -BeNullOrEmpty
    }

    It 'warns of nothing' {
        $said | Should -BeNullOrEmpty
    }
}

Describe 'Ten sessions at once in a new process' {
    BeforeAll {
        $script:child = Invoke-Child -With @{ Tenant = $tenant } {
            $work = {
                param($With)
                Import-Module $With.ModulePath
                Connect-PipelineService Mage -BaseUri $With.Tenant.Mage
                Invoke-PipelineRun -TriggerId 1 -Wait -TimeoutSec 60
            }
            $sessions = foreach ($number in 1..10) {
                $shell = [powershell]::Create()
                [void]$shell.AddScript($work).AddArgument($With)
                @{ Shell = $shell; Handle = $shell.BeginInvoke() }
            }
            foreach ($session in $sessions) { $session.Shell.EndInvoke($session.Handle) }
        }
    }

    It 'each do the main job' {
        $child.Result.Status | Should -Be (@('Succeeded') * 10) -Because $child.ErrorText
        $child.Result.RunId | Sort-Object -Unique | Should -HaveCount 10
    }
}

Describe 'Two copies of the module in one process' {
    BeforeAll {
        $copy = Join-Path $TestDrive 'copy/PipelineTrigger'
        [void](New-Item (Split-Path $copy) -ItemType Directory)
        Copy-Item (Split-Path $ModulePath) $copy -Recurse
        $manifest = Join-Path $copy 'PipelineTrigger.psd1'
        Set-Content $manifest ((Get-Content $manifest -Raw) -replace "(ModuleVersion\s*=\s*)'[^']*'", "`$1'99.8.7'")
        $same = Join-Path $TestDrive 'same/PipelineTrigger'
        [void](New-Item (Split-Path $same) -ItemType Directory)
        Copy-Item (Split-Path $ModulePath) $same -Recurse
        $body = [scriptblock]::Create("$job" + {
                Import-Module $With.ModulePath
                Get-Ending
                Import-Module $With.Same
                Get-Ending 3>&1
                'then'
                Import-Module $With.Copy
                Get-Ending 3>&1
                'then'
                Get-Ending 3>&1
            })
        $script:result = (Invoke-Child $body @{ Tenant = $tenant; Copy = $manifest; Same = Join-Path $same 'PipelineTrigger.psd1' }).Result | ForEach-Object { "$_" }
    }

    It 'of one version are no reason to warn' {
        $result[0..2] | Should -Be 'Succeeded', 'Succeeded', 'then'
    }

    It 'of two versions are told, with the one that runs, and work' {
        $result[3] | Should -BeLike '*copy*99.8.7*already loaded version*'
        $result[4] | Should -Be Succeeded
    }

    It 'of two versions are told once' {
        $result[5..6] | Should -Be 'then', 'Succeeded'
    }
}

Describe 'Beside a module with an older Polly' {
    BeforeAll {
        # A module of somebody else's that has its own Polly and uses it.
        function Get-OtherModule([string]$Folder) {
            $project = Join-Path $Folder 'project'
            [void](New-Item $project -ItemType Directory)
            Set-Content (Join-Path $project 'other.csproj') '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFrameworks>net8.0;net472</TargetFrameworks></PropertyGroup><ItemGroup><PackageReference Include="Polly.Core" Version="8.2.0" /></ItemGroup></Project>'
            Set-Content (Join-Path $project 'Directory.Build.props') '<Project />'
            Set-Content (Join-Path $project 'Directory.Packages.props') '<Project />'
            $packages = Join-Path $Folder 'packages'
            $said = try { & dotnet restore $project --packages $packages 2>&1 } catch { $_ }
            $libraries = Join-Path $packages 'polly.core/8.2.0/lib'
            if (-not (Test-Path $libraries)) {
                throw "Polly.Core 8.2.0 could not be restored: $($said | Select-Object -Last 1)"
            }

            $module = Join-Path $Folder 'Other'
            [void](New-Item $module -ItemType Directory)
            $framework = if ($PSEdition -eq 'Desktop') { 'net472' } else { 'net8.0' }
            Copy-Item (Join-Path $libraries "$framework/Polly.Core.dll") $module
            Add-Type -OutputAssembly (Join-Path $module 'Other.dll') -ReferencedAssemblies (Join-Path $module 'Polly.Core.dll'), 'System.Management.Automation' -TypeDefinition @'
                using System.Management.Automation;
                using Polly;
                using Polly.Retry;

                [Cmdlet("Get", "OtherPolly")]
                public sealed class GetOtherPolly : PSCmdlet
                {
                    protected override void EndProcessing()
                    {
                        var attempts = 0;
                        new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions { Delay = System.TimeSpan.Zero }).Build().Execute(() =>
                        {
                            if (++attempts < 3) throw new System.InvalidOperationException();
                        });
                        WriteObject(attempts + " attempts with " + System.Diagnostics.FileVersionInfo.GetVersionInfo(typeof(ResiliencePipeline).Assembly.Location).FileVersion);
                    }
                }
'@
            Join-Path $module 'Other.dll'
        }

        $script:reason = $null
        try {
            $other = Get-OtherModule $TestDrive
            $before = [scriptblock]::Create("$job" + { Import-Module $With.Other; Get-OtherPolly; Import-Module $With.ModulePath; Get-Ending; Get-OtherPolly; , @(Get-Loaded) })
            $after = [scriptblock]::Create("$job" + { Import-Module $With.ModulePath; Get-Ending; Import-Module $With.Other; Get-OtherPolly; Get-Ending; , @(Get-Loaded) })
            $children = @{
                before = Open-Child $before @{ Tenant = $tenant; Other = $other }
                after  = Open-Child $after @{ Tenant = $tenant; Other = $other }
            }
            $script:done = @{}
            foreach ($name in $children.Keys) { $done[$name] = Complete-Child $children[$name] }
        }
        catch {
            $script:reason = "$_"
        }
    }

    BeforeEach {
        if ($reason) { Set-ItResult -Skipped -Because $reason }
    }

    It 'that was loaded <_>, ours does the main job' -ForEach 'before', 'after' {
        $done[$_].Result | Where-Object { $_ -eq 'Succeeded' } | Should -Not -BeNullOrEmpty -Because $done[$_].ErrorText
        $done[$_].ErrorText | Should -BeNullOrEmpty
    }

    It 'that was loaded <_>, the other works with its own Polly' -ForEach 'before', 'after' {
        $done[$_].Result | Where-Object { $_ -like '3 attempts with 8.2.0*' } | Should -Not -BeNullOrEmpty -Because $done[$_].ErrorText
    }

    It 'that was loaded <_>, both versions are there, each in its context' -ForEach 'before', 'after' -Skip:($PSEdition -eq 'Desktop') {
        $polly = $done[$_].Result[-1] | Where-Object { $_.Name -eq 'Polly.Core' }
        $polly | Should -HaveCount 2
        ($polly | Where-Object { $_.Version -like '8.2.0*' }).Context | Should -Not -Be PipelineTrigger
        ($polly | Where-Object { $_.Version -notlike '8.2.0*' }).Context | Should -Be PipelineTrigger
    }
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    $script:tenant = Get-FreshTenant
    [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })

    # The main job in a process of its own, and what it has loaded by then.
    $script:job = {
        function Get-Ending {
            Connect-PipelineService Mage -Name job -BaseUri $With.Tenant.Mage
            (Invoke-PipelineRun -Connection job -TriggerId 1 -Wait -TimeoutSec 60 -PollIntervalSec 1 -WarningAction SilentlyContinue).Status
        }

        function Get-DependencyName {
            (Get-ChildItem (Join-Path (Split-Path $With.ModulePath) "$(if ($PSEdition -eq 'Core') { 'net8.0' } else { 'net472' })/deps/*.dll")).BaseName
        }

        # Name, version and load context of every assembly that is ours or that we brought.
        function Get-Loaded {
            $brought = @('PipelineTrigger', 'PipelineTrigger.Abstractions') + (Get-DependencyName)
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
                if ($PSEdition -eq 'Core') {
                    $result.Default = @([System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies | ForEach-Object { $_.GetName().Name })
                    $result.Resolvable = @(foreach ($name in Get-DependencyName) { try { [void][Reflection.Assembly]::Load($name); $name } catch [IO.FileNotFoundException] { continue } })
                }
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

    It 'lets no assembly of others be resolved from the default context, not even after the first use' -Skip:($PSEdition -eq 'Desktop') {
        $result.Used.Name | Should -Contain Polly.Core
        $result.Default | Should -Contain PipelineTrigger
        $result.Default | Where-Object { $_ -in 'PipelineTrigger.Core', 'Polly.Core' } | Should -BeNullOrEmpty
        # The one crossing: our own core, which the cmdlets refer to, is handed out from its own context.
        $result.Resolvable | Should -Be PipelineTrigger.Core
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
                Invoke-PipelineRun -TriggerId 1 -Wait -TimeoutSec 60 -PollIntervalSec 1
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
        # A copy under another version, or a build of its own.
        function Get-Copy([string]$Name, [scriptblock]$Change) {
            $copy = Join-Path $TestDrive "$Name/PipelineTrigger"
            [void](New-Item (Split-Path $copy) -ItemType Directory)
            Copy-Item (Split-Path $ModulePath) $copy -Recurse
            & $Change $copy
            Join-Path $copy 'PipelineTrigger.psd1'
        }

        $copies = @{
            Tenant = $tenant
            Same   = Get-Copy same { }
            Newer  = Get-Copy newer {
                $manifest = Join-Path $args[0] 'PipelineTrigger.psd1'
                Set-Content $manifest ((Get-Content $manifest -Raw) -replace "(ModuleVersion\s*=\s*)'[^']*'", "`$1'99.8.7'")
            }
            Other  = Get-Copy other {
                foreach ($file in Get-ChildItem $args[0] -Recurse -Filter PipelineTrigger.dll) {
                    # What tells one build from another is the id of its module.
                    $id = [Reflection.Assembly]::Load([IO.File]::ReadAllBytes($file.FullName)).ManifestModule.ModuleVersionId.ToByteArray()
                    $latin = [Text.Encoding]::GetEncoding(28591)
                    $another = [guid]::NewGuid().ToByteArray()
                    [IO.File]::WriteAllBytes($file.FullName, $latin.GetBytes($latin.GetString([IO.File]::ReadAllBytes($file.FullName)).Replace($latin.GetString($id), $latin.GetString($another))))
                }
            }
        }
        $body = [scriptblock]::Create("$job" + {
                function Get-Elsewhere([string]$Module) {
                    $shell = [powershell]::Create()
                    [void]$shell.AddScript("param(`$With)`nfunction Get-Ending {${function:Get-Ending}}`nImport-Module '$Module'; Get-Ending").AddArgument($With)
                    @{ Status = "$($shell.Invoke())"; Warnings = @($shell.Streams.Warning | ForEach-Object { "$_" }); Errors = @($shell.Streams.Error | ForEach-Object { "$_" }) }
                }
                Import-Module $With.ModulePath
                @{ First = Get-Ending; Same = Get-Elsewhere $With.Same; Newer = Get-Elsewhere $With.Newer; Once = Get-Elsewhere $With.Newer; Other = Get-Elsewhere $With.Other; Last = Get-Ending }
            })
        $child = Invoke-Child $body $copies
        $script:result = $child.Result[0]
        $script:said = $child.Text + $child.ErrorText
    }

    It 'work when they are the same, and are no reason to warn' {
        $result.Same.Status | Should -Be Succeeded -Because "$said $($result.Same.Errors)"
        $result.Same.Warnings | Should -BeNullOrEmpty
    }

    It 'work when their versions differ, with a warning that names the version in use' {
        $result.Newer.Warnings | Should -BeLike '*newer*99.8.7*already loaded version*'
        $result.Newer.Status | Should -Be Succeeded
    }

    It 'give one warning' {
        $result.Once.Warnings | Should -BeNullOrEmpty
        $result.Once.Status | Should -Be Succeeded
    }

    It 'keep the first when the second is another build, which PowerShell does not load' -Skip:($PSEdition -eq 'Desktop') {
        $result.Other.Errors -join ' ' | Should -BeLike '*already loaded*'
        $result.Last | Should -Be Succeeded
    }
}

Describe 'Beside a module with an older Polly' {
    BeforeAll {
        function Get-OlderPolly([string]$Folder) {
            $project = Join-Path $Folder 'project'
            [void](New-Item $project -ItemType Directory)
            Set-Content (Join-Path $project 'other.csproj') '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="Polly.Core" Version="[8.5.2]" /></ItemGroup></Project>'
            foreach ($name in 'props', 'targets') { Set-Content (Join-Path $project "Directory.Build.$name") '<Project />' }
            $packages = Join-Path $Folder 'packages'
            $said = try { & dotnet restore $project --packages $packages 2>&1 } catch { $_ }
            $library = Join-Path $packages 'polly.core/8.5.2/lib/net8.0/Polly.Core.dll'
            if (Test-Path $library) { $library } else { $script:reason = "Polly.Core 8.5.2 could not be restored: $($said | Select-Object -Last 1)" }
        }

        # Another module that has its own Polly and uses it.
        function Get-OtherModule([string]$Polly, [string]$Folder) {
            [void](New-Item $Folder -ItemType Directory)
            Copy-Item $Polly $Folder
            Add-Type -ErrorAction Stop -IgnoreWarnings -WarningAction SilentlyContinue -OutputAssembly (Join-Path $Folder 'Other.dll') -ReferencedAssemblies $Polly, ([psobject].Assembly.Location) -TypeDefinition @'
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
                        WriteObject(attempts + " attempts with the Polly in " + typeof(ResiliencePipeline).Assembly.Location);
                    }
                }
'@
            Join-Path $Folder 'Other.dll'
        }

        $script:reason = if ($PSEdition -eq 'Desktop') { 'in Windows PowerShell, which has no load contexts, this is best effort' }
        $polly = if (-not $reason) { Get-OlderPolly $TestDrive }
        if ($polly) {
            $script:folder = Join-Path $TestDrive 'Other'
            $other = Get-OtherModule $polly $folder
            $before = [scriptblock]::Create("$job" + { Import-Module $With.Other; Get-OtherPolly; Import-Module $With.ModulePath; Get-Ending; Get-OtherPolly; , @(Get-Loaded) })
            $after = [scriptblock]::Create("$job" + { Import-Module $With.ModulePath; Get-Ending; Import-Module $With.Other; Get-OtherPolly; Get-Ending; , @(Get-Loaded) })
            $children = @{
                before = Open-Child $before @{ Tenant = $tenant; Other = $other }
                after  = Open-Child $after @{ Tenant = $tenant; Other = $other }
            }
            $script:done = @{}
            foreach ($name in $children.Keys) { $done[$name] = Complete-Child $children[$name] }
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
        $done[$_].Result | Where-Object { $_ -like "3 attempts with the Polly in $folder*" } | Should -Not -BeNullOrEmpty -Because $done[$_].ErrorText
    }

    It 'that was loaded <_>, both versions are there, each in its context' -ForEach 'before', 'after' {
        $polly = $done[$_].Result[-1] | Where-Object { $_.Name -eq 'Polly.Core' }
        $polly | Should -HaveCount 2
        ($polly | Where-Object { $_.Version -like '8.5.2*' }).Context | Should -Not -Be PipelineTrigger
        ($polly | Where-Object { $_.Version -notlike '8.5.2*' }).Context | Should -Be PipelineTrigger
    }
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath
    $script:tenant = Get-FreshTenant
    [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
    [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ mageAuthentication = $true; magePassword = 'asset-password'; prophecyToken = 'asset-token'; supaflowKey = 'ak_vault-key' })

    # One process, as a sandbox is one, that has no profile to write to; each job is a session of its own in a host without any user interface.
    $child = Invoke-Child -With @{ Tenant = $tenant } {
        foreach ($variable in 'HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME') {
            [Environment]::SetEnvironmentVariable($variable, '/dev/null/none')
        }

        # What belongs to the process, and so to all jobs in it.
        function Get-ProcessState {
            $variables = [Environment]::GetEnvironmentVariables()
            foreach ($name in $variables.Keys | Sort-Object) { "$name=$($variables[$name])" }
            "folder=$([Environment]::CurrentDirectory)"
            "culture=$([Globalization.CultureInfo]::DefaultThreadCurrentCulture)"
            "proxy=$([Net.WebRequest]::DefaultWebProxy.GetType())"
            foreach ($setting in 'SecurityProtocol', 'DefaultConnectionLimit', 'Expect100Continue', 'ServerCertificateValidationCallback') { "$setting=$([Net.ServicePointManager]::$setting)" }
        }

        function Invoke-Job([scriptblock]$Runbook) {
            $state = [initialsessionstate]::CreateDefault2()
            $state.ImportPSModule($With.ModulePath)
            $shell = [powershell]::Create($state)
            # Emulated assets, and the one command of SecretManagement that is asked for.
            $assets = {
                $ProgressPreference = 'SilentlyContinue'
                function New-Credential($Name, $Secret) { [pscredential]::new($Name, [Net.NetworkCredential]::new('', $Secret).SecurePassword) }
                function Get-AutomationPSCredential([string]$Name) {
                    switch ($Name) {
                        'mage' { New-Credential admin@admin.com asset-password }
                        'prophecy' { New-Credential unused asset-token }
                    }
                }
                function Get-Secret { [CmdletBinding()] param([string]$Name, [string]$Vault) if ("$Vault/$Name" -eq 'ops/supaflow-key') { [Net.NetworkCredential]::new('', 'ak_vault-key').SecurePassword } }
            }
            [void]$shell.AddScript("param(`$Tenant)`n. {$assets}`n$Runbook").AddArgument($With.Tenant)
            $output = try { @($shell.Invoke()) } catch { "$_" }
            @{
                Output   = $output
                Errors   = @($shell.Streams.Error | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" })
                Warnings = @($shell.Streams.Warning | ForEach-Object { "$_" })
                Progress = $shell.Streams.Progress.Count
                Other    = $shell.Streams.Information.Count + $shell.Streams.Verbose.Count + $shell.Streams.Debug.Count
            }
            $shell.Dispose()
        }

        # What PowerShell itself changes with the first session is none of ours.
        [void](Invoke-Job { })
        $before = Get-ProcessState
        $night = Invoke-Job {
            Connect-PipelineService Mage -Name mage -BaseUri $Tenant.Mage -Credential (Get-AutomationPSCredential mage)
            Connect-PipelineService Prophecy -Name prophecy -BaseUri $Tenant.Prophecy -Credential (Get-AutomationPSCredential prophecy)
            Connect-PipelineService Supaflow -Name supaflow -BaseUri $Tenant.Supaflow -SecretName supaflow-key -VaultName ops
            $runs = @(
                Invoke-PipelineRun -Connection mage -TriggerId 1
                Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse
                Invoke-PipelineRun -Connection supaflow -PipelineId nightly_sales
            )
            $runs | Wait-PipelineRun -TimeoutSec 60
        }
        $next = Invoke-Job { Get-PipelineConnection; Invoke-PipelineRun -TriggerId 1 }
        $asking = Invoke-Job {
            Connect-PipelineService Supaflow -BaseUri $Tenant.Supaflow -SecretName supaflow-key -VaultName ops
            Invoke-PipelineRun -PipelineId nightly_sales -FullResync
            Invoke-PipelineRun -PipelineId nightly_sales -FullResync -Confirm:$false
        }
        $saving = Invoke-Job {
            Connect-PipelineService Mage -BaseUri $Tenant.Mage -Scope CurrentUser
            Connect-PipelineService Mage -BaseUri $Tenant.Mage
            (Get-PipelineConnection).Name
        }
        @{ Night = $night; Next = $next; Asking = $asking; Saving = $saving; Before = $before; After = Get-ProcessState }
    }
    $script:jobs = $child.Result[0]
    $script:said = $child.Text + $child.ErrorText
}

Describe 'A job in a sandbox without profile, prompts, progress or user interface' {
    It 'triggers and waits with the password of a credential asset, the token in one, and a secret by name' {
        $jobs.Night.Errors | Should -BeNullOrEmpty -Because $said
        $jobs.Night.Output | Sort-Object Vendor | ForEach-Object { "$($_.Vendor) $($_.Status)" } | Should -Be 'Mage Succeeded', 'Prophecy Succeeded', 'Supaflow Succeeded'
    }

    It 'says nothing but its output' {
        $jobs.Night.Warnings | Should -BeNullOrEmpty
        $jobs.Night.Progress + $jobs.Night.Other | Should -Be 0
        $said | Should -BeNullOrEmpty
    }

    It 'leaves the process as it was' {
        Compare-Object $jobs.Before $jobs.After | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" } | Should -BeNullOrEmpty
    }

    It 'leaves no connection to the next job in its process' {
        $jobs.Next.Output | Should -BeNullOrEmpty
        $jobs.Next.Errors | Should -BeLike 'ConnectionNotFound,*'
    }

    It 'gets an error instead of a prompt for a full resync, and runs it with -Confirm:$false' {
        $jobs.Asking.Errors | Should -BeLike 'InvalidInput,*-Confirm:$false*'
        $jobs.Asking.Output | Should -HaveCount 1
        Get-RunCount $tenant supaflow | Should -Be 2
    }

    It 'is warned that nothing can be saved, and continues with a session connection' -Skip:($env:OS -eq 'Windows_NT') {
        $jobs.Saving.Errors | Should -BeLike 'InvalidInput,*could not be saved*-Scope Session*'
        $jobs.Saving.Output | Should -Be Mage
    }
}

Describe 'The runbook of the guide' {
    BeforeAll {
        $guide = [IO.File]::ReadAllText((Join-Path $RepositoryRoot 'docs/azure-automation.md'))
        $runbook = [regex]::Match($guide, '(?s)## A runbook that.*?```powershell\r?\n(.*?)```').Groups[1].Value
        $script:night = Get-FreshTenant
        [void](Invoke-Admin $night -Path defaults -Method Put -Body @{ runningSeconds = 0 })
        $child = Invoke-Child -Import -With @{ Runbook = $runbook.Replace('https://mage.example.com', $night.Mage); Ledger = (New-Item (Join-Path $TestDrive ledger) -ItemType Directory).FullName } {
            function Get-AutomationPSCredential([string]$Name) { if ($Name -eq 'mage') { [pscredential]::new('admin@admin.com', (ConvertTo-Secret admin)) } }
            foreach ($start in 'first', 'restarted') { , @(& ([scriptblock]::Create($With.Runbook)) -Ledger $With.Ledger) }
        }
        $script:first, $script:restarted = $child.Result
        $script:said = $child.Text + $child.ErrorText
    }

    It 'triggers the night and waits for it' {
        $first.Status | Should -Be 'Succeeded', 'Succeeded', 'Succeeded' -Because $said
    }

    It 'gives the same runs when it is started again from the top, and triggers nothing' {
        $restarted.RunId | Sort-Object | Should -Be ($first.RunId | Sort-Object) -Because $said
        Get-RunCount $night mage | Should -Be 3
    }
}

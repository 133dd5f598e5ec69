BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $pages = foreach ($file in Get-ChildItem "$root/*.md", "$root/docs/*.md") {
        if ([IO.File]::ReadAllText($file.FullName) -match '(?m)^\s*```powershell') { @{ File = $file.FullName.Substring($root.Length + 1) -replace '\\', '/' } }
    }

    # Pages whose every block runs, one after the other, in one session; what they need to find is there before.
    $guides = @(
        @{ File = 'README.md' }
        @{ File = 'docs/getting-started.md' }
        @{ File = 'docs/prophecy.md' }
        @{ File = 'docs/mage.md' }
        @{ File = 'docs/supaflow.md' }
        @{ File = 'docs/credentials.md' }
        @{ File = 'docs/automation.md'; Needs = 'nightly', 'warehouse' }
        @{ File = 'docs/exactly-once.md'; Needs = 'nightly', 'warehouse' }
        @{ File = 'docs/waiting.md'; Needs = 'nightly', 'warehouse' }
        @{ File = 'docs/errors.md'; Needs = 'nightly', 'warehouse' }
    )
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    . "$PSScriptRoot/Scripts.ps1"
    Import-Module $ModulePath
    $script:noReader = if ($PSVersionTable.PSVersion -lt '7.4') { 'the guides are written for PowerShell 7.4 or later' }
}

Describe 'The guides' {
    BeforeEach { if ($noReader) { Set-ItResult -Skipped -Because $noReader } }

    It 'have only commands and parameters that there are: <File>' -ForEach $pages {
        $elsewhere = '*-ScheduledTask*', '*-Secret', '*-SecretVault', '*-SecretStore*', 'Get-Automation*', 'New-Az*', 'Install-*', 'Unblock-File'
        $blocks = @(Get-MarkdownBlock (Join-Path $RepositoryRoot $File) powershell)
        $blocks | Should -Not -BeNullOrEmpty
        foreach ($block in $blocks) { Get-UnknownName $block $elsewhere | Should -BeNullOrEmpty -Because $block }
    }

    It 'work as they are written: <File>' -ForEach $guides {
        $tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 2 })
        [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ mageAuthentication = $true; prophecyToken = $Credentials.Prophecy; supaflowKey = $Credentials.Supaflow })
        $session = Invoke-RestMethod "$($tenant.Mage)/api/sessions" -Method Post -Headers @{ 'X-API-KEY' = 'zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2' } -ContentType application/json -Body '{"session": {"email": "admin@admin.com", "password": "admin"}}'

        $addresses = @{ 'https://mage.example.com' = $tenant.Mage; 'http://localhost:6789' = $tenant.Mage; 'https://prophecy.example.com' = $tenant.Prophecy }
        $blocks = foreach ($block in Get-MarkdownBlock (Join-Path $RepositoryRoot $File) powershell) {
            foreach ($address in $addresses.Keys) { $block = $block.Replace($address, $addresses[$address]) }
            $block
        }

        $with = @{
            Blocks       = @($blocks)
            Tenant       = $tenant
            Needs        = @($Needs)
            Token        = $Credentials
            Rows         = @(Get-MarkdownBlock (Join-Path $RepositoryRoot 'docs/getting-started.md') csv)[0]
            Zip          = Join-Path $env:PIPELINETRIGGER_PACKAGES 'PipelineTrigger.zip'
            ModuleFolder = $ModuleFolder
        }
        $environment = @{
            PROPHECY_PAT = $Credentials.Prophecy; SUPAFLOW_API_KEY = $Credentials.Supaflow; MAGE_SESSION = $session.session.token
            PSModulePath = (Split-Path $ModuleFolder) + [IO.Path]::PathSeparator + $env:PSModulePath
        }
        $child = Invoke-Child -With $with -Environment $environment {
            Set-Location $With.Folder
            [IO.File]::WriteAllText("$PWD/tonight.csv", $With.Rows)
            Copy-Item $With.Zip . -ErrorAction Ignore
            [void](New-Item out -ItemType Directory)
            Copy-Item $With.ModuleFolder out/PipelineTrigger -Recurse

            # Vaults, people and schedulers.
            function New-Credential($User, $Secret) { [pscredential]::new($User, (ConvertTo-Secret $Secret)) }
            function Install-PSResource { }
            function Register-SecretVault { }
            function Set-Secret { }
            function Set-SecretStoreConfiguration { }
            foreach ($name in 'New-ScheduledTaskAction', 'New-ScheduledTaskTrigger', 'New-ScheduledTaskSettingsSet', 'Register-ScheduledTask') { Set-Item "function:$name" { } }
            Set-Item function:Read-Host {
                param($Prompt, [switch]$AsSecureString)
                if (-not $AsSecureString) { throw 'A guide asks for a secret in the open.' }
                ConvertTo-Secret $With.Token[$(if ($Prompt -like 'Access*') { 'Prophecy' } else { 'Supaflow' })]
            }
            Set-Item function:Get-Credential {
                param($UserName, $Message)
                if ($UserName) { New-Credential $UserName $With.Token[$(if ($Message -like '*API key*') { 'Supaflow' } else { 'Prophecy' })] } else { New-Credential admin@admin.com admin }
            }
            function Get-Secret {
                [CmdletBinding()] param([string]$Name, [string]$Vault)
                if ($Vault -notin '', 'ops') { throw "There is no vault '$Vault'." }
                switch ($Name) {
                    'supaflow-key' { $With.Token.Supaflow }
                    'prophecy-pat' { $With.Token.Prophecy }
                    'mage-login' { New-Credential admin@admin.com admin }
                    'trigger-3' { ConvertTo-Secret trigger-token-3 }
                }
            }

            # Where the vendors' clouds are.
            function Connect-PipelineService {
                $own = if ($args -notcontains '-BaseUri') { @{ BaseUri = $With.Tenant."$($args[0])" } } else { @{} }
                PipelineTrigger\Connect-PipelineService @args @own
            }

            $PSDefaultParameterValues = @{ '*-Pipeline*:WarningAction' = 'SilentlyContinue' }
            foreach ($command in 'Invoke', 'Wait', 'Stop') { $PSDefaultParameterValues["$command-PipelineRun:PollIntervalSec"] = 1 }
            if ('nightly' -in $With.Needs) { Connect-PipelineService Supaflow -Name nightly }
            if ('warehouse' -in $With.Needs) { Connect-PipelineService Mage -Name warehouse -Credential (Get-Credential) }

            foreach ($block in $With.Blocks) {
                $Error.Clear()
                try { [void](. ([scriptblock]::Create($block))) } catch { Write-Debug "$_" }
                foreach ($record in $Error) { "$block`n$($record.FullyQualifiedErrorId): $record" }
                $ErrorActionPreference = 'Continue'
            }
            "$($With.Blocks.Count) blocks"
        }
        $child.Result -join "`n" | Should -BeExactly "$($blocks.Count) blocks" -Because ($child.Result[0] + $child.ErrorText)
        Get-RunCount $tenant | Should -BeGreaterThan 0
    }
}

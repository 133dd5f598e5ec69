BeforeDiscovery {
    $script:cmdlets = @(
        @{ Cmdlet = 'Connect-PipelineService'; Parameters = 'Vendor', 'Name', 'BaseUri', 'Scope', 'AllowInsecure', 'Proxy', 'ProxyCredential', 'ProxyUseDefaultCredentials', 'SecretName', 'VaultName', 'Credential', 'Token', 'TokenEnvironmentVariable', 'PassThru', 'WhatIf', 'Confirm' }
        @{ Cmdlet = 'Disconnect-PipelineService'; Parameters = 'Name', 'WhatIf', 'Confirm' }
        @{ Cmdlet = 'Get-PipelineConnection'; Parameters = 'Name' }
        @{ Cmdlet = 'Test-PipelineConnection'; Parameters = 'Name', 'Detailed' }
        @{
            Cmdlet     = 'Invoke-PipelineRun'
            Parameters = 'FabricId', 'ProjectId', 'PipelineName', 'Parameters', 'Branch', 'Version', 'ProcessName', 'TriggerId', 'Variables', 'TriggerToken', 'PipelineId', 'FullResync', 'ResetTarget',
            'InputObject', 'Connection', 'ThrottleLimit', 'Wait', 'FailFast', 'TimeoutSec', 'PollIntervalSec', 'WhatIf', 'Confirm'
        }
        @{ Cmdlet = 'Get-PipelineRunStatus'; Parameters = 'Run', 'RunId', 'Connection' }
        @{ Cmdlet = 'Wait-PipelineRun'; Parameters = 'Run', 'RunId', 'Connection', 'TimeoutSec', 'PollIntervalSec', 'Any', 'FailFast', 'StopOnTimeout' }
        @{ Cmdlet = 'Stop-PipelineRun'; Parameters = 'Run', 'RunId', 'Connection', 'Wait', 'PassThru', 'WhatIf', 'Confirm' }
        @{ Cmdlet = 'Get-Pipeline'; Parameters = 'Connection', 'Name' }
    )
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force
}

Describe 'The session of the design' {
    BeforeAll {
        function Get-Secret {
            [CmdletBinding()]
            param($Name, $Vault)

            if ("$Vault/$Name" -eq 'ops/supaflow-key') { $Credentials.Supaflow } else { throw 'no such secret' }
        }

        $tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant defaults Put @{ runningSeconds = 0 })
        $script:nightly = '11111111-2222-3333-4444-555555555555'
        $script:failing = '22222222-3333-4444-5555-666666666666'
    }

    It 'connects with a secret of a vault and sends no request' {
        Connect-PipelineService Supaflow -Name nightly -SecretName supaflow-key -VaultName ops -BaseUri $tenant.Supaflow
        Get-CallCount $tenant | Should -Be 0
    }

    It 'triggers one run and returns it before it has ended' {
        $run = Invoke-PipelineRun -Connection nightly -PipelineId $nightly
        $run.Status | Should -Be Queued
        $run.ExitCode | Should -BeNullOrEmpty
        (Get-VendorRun $tenant Supaflow).id | Should -Be $run.RunId
    }

    It 'waits for a run that is piped in' {
        $run = Invoke-PipelineRun -Connection nightly -PipelineId $nightly
        $ended = $run | Wait-PipelineRun -TimeoutSec 7200
        $ended.RunId, $ended.Status, $ended.ExitCode | Should -Be $run.RunId, 'Succeeded', 0
    }

    It 'writes an error record if the run fails, and returns the run as well' {
        [void](Invoke-Admin $tenant "supaflow/pipelines/$failing" Put @{ apiName = 'hourly_orders'; plan = @{ outcome = 'failed'; message = 'Source is gone' } })
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection nightly -PipelineId hourly_orders | Wait-PipelineRun }
        $outcome.Ids | Should -Be 'RunFailed'
        $outcome.Messages | Should -BeLike '*Source is gone*'
        $outcome.Output.Status | Should -Be Failed
    }

    It 'triggers the rows of a CSV file, waits for all and shows which were no success' {
        $file = Join-Path $TestDrive 'tonight.csv'
        Set-Content $file 'PipelineId,FullResync', "$nightly,", "$failing,", "$nightly,"
        $bad = Import-Csv $file | Invoke-PipelineRun -Connection nightly -ThrottleLimit 16 |
            Wait-PipelineRun -ErrorAction SilentlyContinue | Where-Object Status -NE Succeeded
        $bad.Status | Should -Be Failed
        $bad.Message | Should -Be 'Source is gone'
    }

    It 'triggers what Get-Pipeline finds' {
        $run = Get-Pipeline -Connection nightly -Name 'sales*' | Invoke-PipelineRun
        (Get-VendorRun $tenant Supaflow | Where-Object id -EQ $run.RunId).pipeline | Should -Be 'Sales forecast'
    }

    It 'looks once at a run of which only the id is known' {
        $id = (Invoke-PipelineRun -Connection nightly -PipelineId $nightly).RunId
        $looks = Get-CallCount $tenant Supaflow status
        (Get-PipelineRunStatus -Connection nightly -RunId $id).Status | Should -Be Succeeded
        Get-CallCount $tenant Supaflow status | Should -Be ($looks + 1)
    }

    It 'stops a run and returns it as cancelled' {
        [void](Invoke-Admin $tenant defaults Put @{ runningSeconds = 600 })
        $run = Invoke-PipelineRun -Connection nightly -PipelineId $nightly
        (Stop-PipelineRun $run -PassThru).Status | Should -Be Cancelled
        (Get-VendorRun $tenant Supaflow | Where-Object id -EQ $run.RunId).status | Should -Be cancelled
    }

    It 'says where a run that it was asked to stop had already ended' {
        $run = Invoke-PipelineRun -Connection nightly -PipelineId $nightly
        [void](Invoke-Admin $tenant "runs/supaflow/$($run.RunId)" Put @{ status = 'completed' })
        $outcome = Get-Outcome { Stop-PipelineRun $run -PassThru }
        $outcome.Ids | Should -Be 'StopTooLate'
        $outcome.Output.Status | Should -Be Succeeded
    }
}

Describe 'The surface' {
    It 'has <Cmdlet> with its parameters' -ForEach $cmdlets {
        $found = Get-Command $Cmdlet -Module PipelineTrigger
        $Parameters | Where-Object { $_ -notin $found.Parameters.Keys } | Should -BeNullOrEmpty
    }

    It 'has <Cmdlet> in the help with its syntax' -ForEach $cmdlets {
        Get-Help $Cmdlet | Out-String | Should -BeLike "*$Cmdlet*-$($Parameters[0])*"
    }

    It 'has the alias <Alias> of <Cmdlet>' -ForEach @(
        @{ Alias = 'Start-PipelineRun'; Cmdlet = 'Invoke-PipelineRun' }
        @{ Alias = 'Get-PipelineRun'; Cmdlet = 'Get-PipelineRunStatus' }
    ) {
        (Get-Alias $Alias).ResolvedCommandName | Should -Be $Cmdlet
    }

    It 'has nothing beside them' {
        $expected = 'Connect-PipelineService', 'Disconnect-PipelineService', 'Get-Pipeline', 'Get-PipelineConnection', 'Get-PipelineRun', 'Get-PipelineRunHistory', 'Get-PipelineRunStatus',
        'Invoke-PipelineRun', 'Remove-PipelineRunHistory', 'Start-PipelineRun', 'Stop-PipelineRun', 'Test-PipelineConnection', 'Wait-PipelineRun'
        (Get-Command -Module PipelineTrigger).Name | Sort-Object | Should -Be $expected
    }

    It 'takes <Alias> for -<Parameter> of <Cmdlet>' -ForEach @(
        @{ Cmdlet = 'Connect-PipelineService'; Parameter = 'Token'; Alias = 'ApiKey' }
    ) {
        (Get-Command $Cmdlet).Parameters[$Parameter].Aliases | Should -Contain $Alias
    }

    It 'has a parameter set of Invoke-PipelineRun for <_>' -ForEach 'Prophecy', 'Mage', 'Supaflow', 'Input' {
        (Get-Command Invoke-PipelineRun).ParameterSets.Name | Should -Contain $_
    }

    It 'binds no switch of <Cmdlet> by property name' -ForEach $cmdlets {
        $found = Get-Command $Cmdlet
        $switches = $found.Parameters.Values | Where-Object SwitchParameter
        $switches.Attributes | Where-Object { $_ -is [Parameter] -and $_.ValueFromPipelineByPropertyName } | Should -BeNullOrEmpty
    }
}

Describe 'Tab completion' {
    BeforeAll {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
        Connect-PipelineService Mage -Name 'night shift' -BaseUri $tenant.Mage

        function Get-Completion([string]$Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText }
    }

    AfterAll {
        Disconnect-PipelineService 'night shift'
    }

    It 'completes the vendors' {
        Get-Completion 'Connect-PipelineService ' | Should -Be 'Prophecy', 'Mage', 'Supaflow'
    }

    It 'completes a vendor that was begun, in any case' {
        Get-Completion 'Connect-PipelineService -Vendor s' | Should -Be 'Supaflow'
    }

    It 'completes the connections of <_>' -ForEach 'Invoke-PipelineRun', 'Wait-PipelineRun', 'Stop-PipelineRun', 'Get-PipelineRunStatus', 'Get-Pipeline' {
        Get-Completion "$_ -Connection pro" | Should -Be 'prophecy'
    }

    It 'completes the connections as names of <_>' -ForEach 'Disconnect-PipelineService', 'Get-PipelineConnection', 'Test-PipelineConnection' {
        Get-Completion "$_ sup" | Should -Be 'supaflow'
    }

    It 'quotes a name with a space' {
        Get-Completion 'Invoke-PipelineRun -Connection ni' | Should -Contain "'night shift'"
    }

    It 'sends no request' {
        Get-CallCount $tenant | Should -Be 0
    }
}

Describe 'A command with -WhatIf or -Confirm' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'sends nothing with Invoke-PipelineRun -WhatIf at <_>' -ForEach 'Prophecy', 'Mage', 'Supaflow' {
        $parameters = Get-TriggerParameter $_
        Invoke-PipelineRun @parameters -WhatIf | Should -BeNullOrEmpty
        Get-CallCount $tenant | Should -Be 0
    }

    It 'sends nothing with Invoke-PipelineRun -WhatIf for rows' {
        @{ TriggerId = 1 }, @{ TriggerId = 2 } | Invoke-PipelineRun -Connection mage -WhatIf | Should -BeNullOrEmpty
        Get-CallCount $tenant | Should -Be 0
    }

    It 'does not prompt for a full resync under -WhatIf' {
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection supaflow -PipelineId nightly_sales -FullResync -WhatIf }
        $outcome.Ids | Should -BeNullOrEmpty
    }

    It 'changes nothing with Stop-PipelineRun -WhatIf' {
        [void](Invoke-Admin $tenant defaults Put @{ runningSeconds = 600 })
        $run = Invoke-PipelineRun -Connection mage -TriggerId 1
        Stop-PipelineRun $run -WhatIf
        Get-CallCount $tenant Mage cancel | Should -Be 0
    }

    It 'changes nothing with Connect-PipelineService -WhatIf' {
        Connect-PipelineService Mage -Name never -BaseUri $tenant.Mage -WhatIf
        (Get-PipelineConnection).Name | Should -Not -Contain 'never'
    }

    It 'changes nothing with Disconnect-PipelineService -WhatIf' {
        Disconnect-PipelineService mage -WhatIf
        (Get-PipelineConnection).Name | Should -Contain 'mage'
    }

    It 'runs without a prompt with -Confirm:$false' {
        $run = Invoke-PipelineRun -Connection mage -TriggerId 1 -Confirm:$false
        Stop-PipelineRun $run -Confirm:$false
        Get-CallCount $tenant Mage cancel | Should -Be 1
    }
}

Describe 'What a run shows' {
    BeforeAll {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
        [void](Invoke-Admin $tenant defaults Put @{ runningSeconds = 0 })
        $started = foreach ($vendor in 'Prophecy', 'Mage', 'Supaflow') { $trigger = Get-TriggerParameter $vendor; Invoke-PipelineRun @trigger }
        $script:ended = @{}
        $started | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue | ForEach-Object { $ended[$_.Vendor] = $_ }
    }

    It 'has no empty property that matters once it has ended at <_>' -ForEach 'Prophecy', 'Mage', 'Supaflow' {
        $run = $ended[$_]
        foreach ($name in 'RunId', 'Vendor', 'Connection', 'BaseUri', 'Pipeline', 'Status', 'VendorStatus', 'CreatedAt', 'FinishedAt', 'Duration') {
            $run.$name | Should -Not -BeNullOrEmpty -Because $name
        }

        $run.IsFinished, $run.Succeeded, $run.ExitCode | Should -Be $true, $true, 0
    }

    It 'has its times in UTC at <_>' -ForEach 'Prophecy', 'Mage', 'Supaflow' {
        $ended[$_].CreatedAt.Kind | Should -Be Utc
        [math]::Abs(([datetime]::UtcNow - $ended[$_].CreatedAt).TotalMinutes) | Should -BeLessThan 5
    }

    It 'is a table with the whole run id, in a window of 120 columns' {
        $run = Invoke-PipelineRun -Connection supaflow -PipelineId nightly_sales
        $text = $run | Out-String -Width 120
        $text | Should -Match 'Vendor\s+RunId\s+Pipeline\s+Status\s+Duration'
        $text | Should -BeLike "*$($run.RunId)*Queued*"
    }
}

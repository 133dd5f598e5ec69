BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force

    function Connect-FreshTenant {
        $tenant = Get-FreshTenant
        Add-Member -InputObject $tenant -NotePropertyName Ledger -NotePropertyValue (Join-Path $TestDrive $tenant.Name)
        Connect-PipelineService Prophecy -Name prophecy -BaseUri $tenant.Prophecy -Token (ConvertTo-Secret $Credentials.Prophecy) -Ledger $tenant.Ledger
        Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage -Ledger $tenant.Ledger
        $tenant
    }

    # A run with a key and one without, both ended well; one that failed; one in doubt.
    function New-History {
        $tenant = Connect-FreshTenant
        [void](Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey night-1 -Wait -PollIntervalSec 1 -WarningAction SilentlyContinue)
        [void](Invoke-PipelineRun -Connection mage -TriggerId 2 | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue)
        [void](Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 3 -Variables @{ emulator_outcome = 'failed' } -IdempotencyKey night-2 -Wait -PollIntervalSec 1 })
        [void](Add-Fault $tenant @{ vendor = 'prophecy'; operation = 'trigger'; kind = 'reset'; when = 'after' })
        [void](Get-Outcome { Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse -IdempotencyKey other })
        $tenant
    }
}

AfterAll {
    Get-PipelineConnection | Disconnect-PipelineService
}

Describe 'The history' {
    BeforeAll {
        $tenant = New-History
        $all = @(Get-PipelineRunHistory -Connection mage, prophecy)
    }

    It 'lists every trigger in order, with or without a key' {
        $all.IdempotencyKey | Should -Be night-1, $null, night-2, other
        $all.Target[0] | Should -Be 'Mage trigger 1'
    }

    It 'shows the time, machine, process and connection of each trigger' {
        $all | ForEach-Object {
            $_.HostName | Should -Be ([Environment]::MachineName)
            $_.ProcessId | Should -Be $PID
            $_.TriggeredAt.Kind | Should -Be Utc
            $_.Ledger | Should -Be $tenant.Ledger
        }
        $all.Connection | Should -Be mage, mage, mage, prophecy
    }

    It 'shows the last known status of each run' {
        $all.Status | Should -Be Succeeded, Succeeded, Failed, $null
        $all.State | Should -Be Settled, Settled, Settled, InDoubt
        $all[2].Message | Should -Not -BeNullOrEmpty
    }

    It 'is filtered by <Name>' -ForEach @(
        @{ Name = 'key'; With = @{ IdempotencyKey = 'NIGHT-*' }; Keys = 'night-1', 'night-2' }
        @{ Name = 'status'; With = @{ Status = 'Failed', 'Cancelled' }; Keys = , 'night-2' }
        @{ Name = 'what is in doubt'; With = @{ InDoubt = $true }; Keys = , 'other' }
        @{ Name = 'a time that is still to come'; With = @{ After = [datetime]::Now.AddHours(1) }; Keys = @() }
        @{ Name = 'times around it, by the user''s own clock'; With = @{ After = [datetime]::Now.AddHours(-1); Before = [datetime]::Now.AddHours(1); IdempotencyKey = '*' }; Keys = 'night-1', 'night-2', 'other' }
    ) {
        @(Get-PipelineRunHistory -Connection mage, prophecy @With).IdempotencyKey | Should -Be $Keys
    }

    It 'is of one connection where one is given' {
        @(Get-PipelineRunHistory -Connection prophecy) | Should -HaveCount 1
        @(Get-PipelineConnection mage | Get-PipelineRunHistory) | Should -HaveCount 3
    }

    It 'pipes into Wait-PipelineRun' {
        $waited = Get-PipelineRunHistory -Connection mage -IdempotencyKey night-1 | Wait-PipelineRun
        $waited.RunId, $waited.Status, $waited.IdempotencyKey | Should -Be $all[0].RunId, Succeeded, night-1
    }

    It 'pipes into Stop-PipelineRun' {
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 600 })
        $run = Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey long
        $stopped = Get-PipelineRunHistory -IdempotencyKey long | Stop-PipelineRun -PassThru
        $stopped.RunId, $stopped.Status | Should -Be $run.RunId, Cancelled
        (Get-PipelineRunHistory -IdempotencyKey long).Status | Should -Be Cancelled
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{})
    }

    It 'survives CLIXML and JSON, and still pipes' {
        $file = Join-Path $TestDrive 'history.xml'
        Get-PipelineRunHistory -IdempotencyKey night-1 | Export-Clixml $file
        (Import-Clixml $file | Get-PipelineRunStatus).RunId | Should -Be $all[0].RunId
        (Get-PipelineRunHistory -IdempotencyKey night-1 | ConvertTo-Json | ConvertFrom-Json | Get-PipelineRunStatus).RunId | Should -Be $all[0].RunId
    }
}

Describe 'What is not recorded' {
    It 'is a trigger with -NoHistory' {
        [void](Connect-FreshTenant)
        [void](Invoke-PipelineRun -Connection mage -TriggerId 1 -NoHistory | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue)
        Get-PipelineRunHistory -Connection mage | Should -BeNullOrEmpty
    }

    It 'keeps no trigger from happening where the ledger cannot be written' {
        $tenant = Get-FreshTenant
        $file = Join-Path $TestDrive 'a-file'
        Set-Content $file x
        Connect-PipelineService Mage -Name own -BaseUri $tenant.Mage -Ledger $file
        (Invoke-PipelineRun -Connection own -TriggerId 1).RunId | Should -Be 1
    }
}

Describe 'Removing from the history' {
    BeforeAll { $tenant = New-History }

    It 'changes nothing with -WhatIf' {
        Get-PipelineRunHistory -Connection mage | Remove-PipelineRunHistory -WhatIf
        @(Get-PipelineRunHistory -Connection mage) | Should -HaveCount 3
    }

    It 'refuses what is in doubt without -Force, and says what that would do' {
        $outcome = Get-Outcome { Get-PipelineRunHistory -Connection prophecy | Remove-PipelineRunHistory }
        $outcome.Ids | Should -Be InvalidInput
        $outcome.Messages | Should -BeLike '*its key triggers again*-Force*'
        @(Get-PipelineRunHistory -InDoubt) | Should -HaveCount 1
    }

    It 'frees a key in doubt with -Force' {
        Get-PipelineRunHistory -Connection prophecy | Remove-PipelineRunHistory -Force
        (Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse -IdempotencyKey other).Details.Keys | Should -Not -Contain Origin
        Get-RunCount $tenant Prophecy | Should -Be 2
    }

    It 'keeps a key that has settled since it was shown, and says so' {
        [void](Add-Fault $tenant @{ vendor = 'mage'; operation = 'trigger'; kind = 'reset'; when = 'after' })
        [void](Add-Fault $tenant @{ vendor = 'mage'; operation = 'list'; status = 403; count = 1 })
        [void](Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey changing })
        $shown = Get-PipelineRunHistory -IdempotencyKey changing -InDoubt
        $shown | Should -HaveCount 1
        $run = Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey changing -WarningAction SilentlyContinue
        $outcome = Get-Outcome { $shown | Remove-PipelineRunHistory -Force }
        $outcome.Ids | Should -Be InvalidInput
        $outcome.Messages | Should -BeLike '*has changed since it was read*Settled*'
        (Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey changing).RunId | Should -Be $run.RunId
        Get-PipelineRunHistory -IdempotencyKey changing | Remove-PipelineRunHistory
    }

    It 'takes away what was chosen, with or without a key, and nothing else' {
        Get-PipelineRunHistory -Connection mage -Status Succeeded | Remove-PipelineRunHistory
        (Get-PipelineRunHistory -Connection mage).IdempotencyKey | Should -Be night-2
    }

    It 'lets a removed key trigger again' {
        Get-PipelineRunHistory -IdempotencyKey night-2 | Remove-PipelineRunHistory
        [void](Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey night-2)
        @(Get-PipelineRunHistory -Connection mage).Target | Should -Be 'Mage trigger 1'
    }
}

Describe 'Removing from the history what was before a time' {
    BeforeAll { $tenant = New-History }

    It 'changes nothing with -WhatIf' {
        Remove-PipelineRunHistory -Before ([datetime]::Now.AddHours(1)) -Connection mage -WhatIf
        @(Get-PipelineRunHistory -Connection mage) | Should -HaveCount 3
    }

    It 'takes nothing away that was triggered since' {
        Remove-PipelineRunHistory -Before ([datetime]::Now.AddHours(-1)) -Connection mage
        @(Get-PipelineRunHistory -Connection mage) | Should -HaveCount 3
    }

    It 'takes away what is settled, of the connection that is given, and nothing that is in doubt' {
        Remove-PipelineRunHistory -Before ([datetime]::Now.AddHours(1)) -Connection prophecy
        @(Get-PipelineRunHistory -Connection mage, prophecy) | Should -HaveCount 4
        Remove-PipelineRunHistory -Before ([datetime]::Now.AddHours(1)) -Connection mage
        (Get-PipelineRunHistory -Connection mage, prophecy).IdempotencyKey | Should -Be other
    }
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath
}

AfterAll {
    Get-Job | Where-Object PSJobTypeName -EQ PipelineRunJob | Remove-Job -Force
}

Describe 'Waiting in a job' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'returns a job that Get-Job knows' {
        $job = Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables @{ emulator_running = 600 } | Wait-PipelineRun -AsJob -PollIntervalSec 1
        (Get-Job -Id $job.Id).PSJobTypeName | Should -Be PipelineRunJob
        $job.Location | Should -Be mage
        Stop-Job $job
    }

    It 'gives every run to Receive-Job -Wait' {
        $runs = 1..5 | ForEach-Object { Invoke-PipelineRun -Connection mage -TriggerId 1 }
        $job = $runs | Wait-PipelineRun -AsJob -PollIntervalSec 1 -WarningAction SilentlyContinue
        $received = Receive-Job $job -Wait -WarningAction SilentlyContinue
        $received.RunId | Sort-Object | Should -Be ($runs.RunId | Sort-Object)
        $received.Status | Select-Object -Unique | Should -Be Succeeded
    }

    It 'is gone after Receive-Job -Wait -AutoRemoveJob' {
        $job = Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait -AsJob -PollIntervalSec 1 -WarningAction SilentlyContinue
        (Receive-Job $job -Wait -AutoRemoveJob -WarningAction SilentlyContinue).Status | Should -Be Succeeded
        Get-Job | Where-Object Id -EQ $job.Id | Should -BeNullOrEmpty
    }

    It 'is Completed when every run ended well' {
        $job = Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait -AsJob -PollIntervalSec 1
        [void](Wait-Job $job)
        $job.State | Should -Be Completed
    }

    It 'is Failed when a run failed, and has all of them' {
        $rows = foreach ($outcome in 'success', 'failed', 'success') { @{ TriggerId = 1; Variables = @{ emulator_outcome = $outcome } } }
        $job = $rows | Invoke-PipelineRun -Connection mage -Wait -AsJob -PollIntervalSec 1
        [void](Wait-Job $job)
        $job.State | Should -Be Failed
        $job.Output.Status | Sort-Object | Should -Be Failed, Succeeded, Succeeded
        $job.Error.FullyQualifiedErrorId | Should -BeLike 'RunFailed*'
    }

    It 'is Failed when a trigger was refused' {
        $job = Invoke-PipelineRun -Connection mage -TriggerId 77 -Wait -AsJob
        [void](Wait-Job $job)
        $job.State | Should -Be Failed
        $job.Error.FullyQualifiedErrorId | Should -BeLike 'TriggerRejected*'
    }

    It 'shows its progress' {
        $job = Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables @{ emulator_running = 600 } | Wait-PipelineRun -AsJob -PollIntervalSec 1
        Wait-Until { $job.Progress.Count -gt 0 } -Because 'the job tells how far it is'
        $job.Progress[0].StatusDescription | Should -BeLike '0 of 1 ended*'
        $job.StatusMessage | Should -Be '0 of 1 ended'
        Stop-Job $job
    }

    It 'ends at Stop-Job, and names the runs that are still running' {
        $run = Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables @{ emulator_running = 600 }
        $job = $run | Wait-PipelineRun -AsJob -PollIntervalSec 1
        Stop-Job $job
        $job.State | Should -Be Stopped
        "$($job.Warning)" | Should -BeLike "*Mage run $($run.RunId)*"
    }

    It 'continues when its connection is disconnected' {
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 600 })
        $job = Invoke-PipelineRun -Connection supaflow -PipelineId nightly_sales -Wait -AsJob -PollIntervalSec 1 -WarningAction SilentlyContinue
        Disconnect-PipelineService supaflow
        Wait-Until { Get-LookCount $tenant Supaflow } -Because 'the job looks'
        Step-Clock $tenant
        [void](Wait-Job $job)
        $job.State | Should -Be Completed
    }

    It 'needs -Wait to go with it' {
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 1 -AsJob }
        $outcome.Ids | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be 0
    }

    It 'starts nothing with -WhatIf' {
        $job = Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait -AsJob -WhatIf
        [void](Wait-Job $job)
        Get-RunCount $tenant | Should -Be 0
    }
}

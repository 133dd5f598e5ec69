BeforeDiscovery {
    $script:vendors = 'Prophecy', 'Mage', 'Supaflow'
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force

    # The three vendors of a fresh tenant as connections, with a ledger of their own.
    function Connect-FreshTenant([hashtable]$With = @{}) {
        $tenant = Get-FreshTenant
        Add-Member -InputObject $tenant -NotePropertyName Ledger -NotePropertyValue (Join-Path $TestDrive $tenant.Name)
        $own = @{ Ledger = $tenant.Ledger; LateCommitHorizonSec = 1 } + $With
        Connect-PipelineService Prophecy -Name prophecy -BaseUri $tenant.Prophecy -Token (ConvertTo-Secret $Credentials.Prophecy) @own
        Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage @own
        Connect-PipelineService Supaflow -Name supaflow -BaseUri $tenant.Supaflow -Token (ConvertTo-Secret $Credentials.Supaflow) @own
        $tenant
    }
}

AfterAll {
    Get-PipelineConnection | Disconnect-PipelineService
}

Describe 'A key at <_>' -ForEach $vendors {
    BeforeAll {
        $vendor = $_
        $tenant = Connect-FreshTenant
        $parameters = Get-TriggerParameter $vendor
        $first = Invoke-PipelineRun @parameters -IdempotencyKey night-1
        $again = Invoke-PipelineRun @parameters -IdempotencyKey night-1
        $other = Invoke-PipelineRun @parameters -IdempotencyKey night-2
    }

    It 'triggers once' {
        $again.RunId | Should -BeExactly $first.RunId
        Get-RunCount $tenant $vendor | Should -Be 2
    }

    It 'stands on the run, which says that it was re-attached' {
        $first.IdempotencyKey, $again.IdempotencyKey, $other.IdempotencyKey | Should -Be 'night-1', 'night-1', 'night-2'
        $first.Details.Keys | Should -Not -Contain 'Origin'
        $again.Details.Origin | Should -BeLike 're-attached*'
    }

    It 'returns the same run to another process with the same ledger' {
        $child = Invoke-Child -Import -With @{ Tenant = $tenant; Vendor = $vendor; Parameters = $parameters } {
            Connect-PipelineService $With.Vendor -Name $With.Parameters.Connection -BaseUri $With.Tenant.($With.Vendor) -Ledger $With.Tenant.Ledger -Token (ConvertTo-Secret ak_other)
            $parameters = $With.Parameters
            Invoke-PipelineRun @parameters -IdempotencyKey night-1
        }
        $child.Result.RunId | Should -BeExactly $first.RunId
    }

    It 'conflicts with another request' {
        $changed = $parameters.Clone()
        switch ($vendor) { Prophecy { $changed.PipelineName = 'other' } Mage { $changed.TriggerId = 2 } Supaflow { $changed.FullResync = $true } }
        $outcome = Get-Outcome { Invoke-PipelineRun @changed -IdempotencyKey night-1 -Confirm:$false }
        $outcome.Ids | Should -Be 'IdempotencyKeyConflict'
        Get-RunCount $tenant $vendor | Should -Be 2
    }

    It 'may be a column of rows, and two rows with one key are one run' {
        $rows = 1..3 | ForEach-Object { $row = $parameters.Clone(); $row.IdempotencyKey = "row-$([math]::Min($_, 2))"; [pscustomobject]$row }
        $runs = @($rows | Invoke-PipelineRun)
        $runs | Should -HaveCount 3
        @($runs.RunId | Sort-Object -Unique) | Should -HaveCount 2
    }

    It 'is waited for like any other' {
        $ended = $again | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue
        $ended.Status | Should -Be Succeeded
        $ended.IdempotencyKey | Should -Be night-1
        (Invoke-PipelineRun @parameters -IdempotencyKey night-1 -Wait -PollIntervalSec 1 -WarningAction SilentlyContinue).Status | Should -Be Succeeded
    }
}

Describe 'A key and a run that failed' {
    BeforeAll {
        $tenant = Connect-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ outcome = 'failed'; message = 'disk full' })
        $failed = (Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey night -Wait -PollIntervalSec 1 }).Output
        $again = Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey night -Wait -PollIntervalSec 1 }
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{})
        $second = Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey night -RetriggerFailed
    }

    It 'returns it as failed, and the error names the way out' {
        $again.Output.RunId | Should -Be $failed.RunId
        $again.Ids | Should -Be RunFailed
        $again.Messages | Should -BeLike '*-RetriggerFailed*'
    }

    It 'triggers again with -RetriggerFailed' {
        $second.RunId | Should -Not -Be $failed.RunId
        Get-RunCount $tenant Mage | Should -Be 2
    }
}

Describe 'A key in doubt' {
    BeforeAll {
        $tenant = Connect-FreshTenant
        $parameters = Get-TriggerParameter Prophecy
        [void](Add-Fault $tenant @{ vendor = 'prophecy'; operation = 'trigger'; kind = 'reset'; when = 'after' })
        $lost = Get-Outcome { Invoke-PipelineRun @parameters -IdempotencyKey night }
        $blocked = Get-Outcome { Invoke-PipelineRun @parameters -IdempotencyKey night }
        $unasked = Get-Outcome { Invoke-PipelineRun @parameters -IdempotencyKey night -RetriggerUnknown }
        $inDoubt = @(Get-PipelineRunHistory -Connection prophecy -InDoubt)
        $runsBefore = Get-RunCount $tenant Prophecy
        $second = Invoke-PipelineRun @parameters -IdempotencyKey night -RetriggerUnknown -Confirm:$false
    }

    It 'is TriggerOutcomeUnknown each time, and nothing is sent' {
        $lost.Ids + $blocked.Ids | Should -Be TriggerOutcomeUnknown, TriggerOutcomeUnknown
        $runsBefore | Should -Be 1
    }

    It 'names who left it and every way out' {
        foreach ($part in $PID, "Key 'night' stays in doubt", '-RetriggerUnknown', 'Remove-PipelineRunHistory -Force') { $blocked.Messages | Should -BeLike "*$part*" }
    }

    It 'asks before it triggers again; a host that cannot ask needs -Confirm:$false' {
        $unasked.Ids | Should -Be InvalidInput
        $unasked.Messages | Should -BeLike '*-Confirm:$false*'
        $second.RunId | Should -Not -BeNullOrEmpty
        Get-RunCount $tenant Prophecy | Should -Be 2
    }

    It 'stands in the history as in doubt' {
        $inDoubt.State | Should -Be InDoubt
        $inDoubt.IdempotencyKey | Should -Be night
    }
}

Describe 'A lost answer at <_>' -ForEach 'Mage', 'Supaflow' {
    BeforeAll {
        $vendor = $_
        $tenant = Connect-FreshTenant
        $parameters = Get-TriggerParameter $vendor
        $known = Invoke-PipelineRun @parameters
        [void](Add-Fault $tenant @{ vendor = $vendor.ToLowerInvariant(); operation = 'trigger'; kind = 'reset'; when = 'after' })
        $adopted = Get-Outcome { Invoke-PipelineRun @parameters }
        [void](Add-Fault $tenant @{ vendor = $vendor.ToLowerInvariant(); operation = 'trigger'; kind = 'reset' })
        $again = Get-Outcome { Invoke-PipelineRun @parameters -IdempotencyKey night }
    }

    It 'leads to the run that was created, with a warning' {
        $adopted.Errors | Should -BeNullOrEmpty
        $adopted.Output.Details.Origin | Should -BeLike 'adopted*'
        $adopted.Warnings | Should -BeLike '*found at the vendor and adopted*'
        $adopted.Output.RunId | Should -Not -Be $known.RunId
    }

    It 'leads to one more trigger when no run was created' {
        $again.Errors | Should -BeNullOrEmpty
        $again.Warnings | Should -BeLike '*no run was created; it is triggered again*'
        Get-RunCount $tenant $vendor | Should -Be 3
    }
}

Describe 'The id that a Mage trigger carries' {
    It 'is a variable, unless -NoTriggerId' {
        $tenant = Connect-FreshTenant
        [void](Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables @{ x = 1 })
        Connect-PipelineService Mage -Name plain -BaseUri $tenant.Mage -NoTriggerId -Ledger $tenant.Ledger
        [void](Invoke-PipelineRun -Connection plain -TriggerId 1 -Variables @{ x = 1 })
        $with, $without = @(Get-Received $tenant Mage).pipeline_run.variables
        $with.pipeline_trigger_id | Should -Match '^[0-9a-f]{32}$'
        $without.PSObject.Properties.Name | Should -Be x
    }
}

Describe 'The ledger' {
    It 'may be <Name>' -ForEach @(
        @{ Name = 'a directory by its whole path'; Given = { Join-Path $TestDrive 'whole' }; Path = { Join-Path $TestDrive 'whole' } }
        @{ Name = 'a directory below the current one'; Given = { './below' }; Path = { Join-Path $TestDrive 'below' } }
        @{ Name = 'a directory as an object'; Given = { [IO.DirectoryInfo](Join-Path $TestDrive 'object') }; Path = { Join-Path $TestDrive 'object' } }
    ) {
        $tenant = Get-FreshTenant
        Push-Location $TestDrive
        try {
            Connect-PipelineService Mage -Name own -BaseUri $tenant.Mage -Ledger (& $Given)
        }
        finally {
            Pop-Location
        }

        [void](Invoke-PipelineRun -Connection own -TriggerId 1 -IdempotencyKey a)
        (Get-PipelineConnection own).Ledger | Should -Be (& $Path)
        @(Get-ChildItem (Join-Path (& $Path) keys)) | Should -HaveCount 1
    }

    It 'may be named by PIPELINETRIGGER_LEDGER' {
        $tenant = Get-FreshTenant
        $path = Join-Path $TestDrive 'from-environment'
        $child = Invoke-Child -Import -With @{ Tenant = $tenant } -Environment @{ PIPELINETRIGGER_LEDGER = $path } {
            Connect-PipelineService Mage -BaseUri $With.Tenant.Mage
            [void](Invoke-PipelineRun -TriggerId 1 -IdempotencyKey a)
            Get-PipelineRunHistory
        }
        $child.Result.Ledger | Should -Be $path
        @(Get-ChildItem (Join-Path $path keys)) | Should -HaveCount 1
    }

    It 'is in the user''s data folder otherwise' {
        $tenant = Get-FreshTenant
        $child = Invoke-Child -Import -With @{ Tenant = $tenant } {
            Connect-PipelineService Mage -BaseUri $With.Tenant.Mage
            [void](Invoke-PipelineRun -TriggerId 1 -IdempotencyKey a)
            [pscustomobject]@{ Ledger = (Get-PipelineRunHistory).Ledger; Folder = [Environment]::GetFolderPath('LocalApplicationData') }
        }
        $child.Result.Ledger | Should -Be (Join-Path $child.Result.Folder 'PipelineTrigger/ledger')
    }

    It 'is not a URI as plain text, which would be a secret in a script' {
        (Get-Outcome { Connect-PipelineService Mage -Name own -BaseUri http://127.0.0.1:1 -Ledger 'https://account.blob.core.windows.net/runs?sig=geheim' }).Ids | Should -Be InvalidInput
    }

    It 'is LedgerUnavailable before anything is sent where it cannot be written' {
        $tenant = Get-FreshTenant
        $file = Join-Path $TestDrive 'a-file'
        Set-Content $file x
        Connect-PipelineService Mage -Name own -BaseUri $tenant.Mage -Ledger $file
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection own -TriggerId 1 -IdempotencyKey a }
        $outcome.Ids | Should -Be LedgerUnavailable
        Get-CallCount $tenant | Should -Be 0
    }

    It 'is refused on a file system whose locks have no effect' -Skip:($env:OS -eq 'Windows_NT') {
        $child = Invoke-Child -Import -Environment @{ DOTNET_SYSTEM_IO_DISABLEFILELOCKING = '1' } {
            try { Connect-PipelineService Mage -BaseUri http://127.0.0.1:1 -Ledger (Join-Path $With.Folder ledger) } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
            @(Get-PipelineConnection).Count
        }
        $child.Result[0] | Should -BeLike 'LedgerUnavailable*'
        $child.Result[1] | Should -BeLike '*locked file*Choose another directory*'
        $child.Result[2] | Should -Be 0
    }

    It 'warns that the default one ends with <Agent>' -ForEach @(
        @{ Agent = 'a hosted Azure DevOps agent'; Setting = @{ TF_BUILD = 'True' }; Warns = $true }
        @{ Agent = 'a self-hosted Azure DevOps agent, which it does not'; Setting = @{ TF_BUILD = 'True'; AGENT_ISSELFHOSTED = '1' }; Warns = $false }
        @{ Agent = 'a hosted GitHub runner'; Setting = @{ GITHUB_ACTIONS = 'true' }; Warns = $true }
        @{ Agent = 'an Azure Automation sandbox'; Setting = @{ AUTOMATION_ASSET_ACCOUNTID = '1' }; Warns = $true }
        @{ Agent = 'a machine of one''s own, which it does not'; Setting = @{}; Warns = $false }
    ) {
        $tenant = Get-FreshTenant
        Connect-PipelineService Mage -Name own -BaseUri $tenant.Mage
        $warned = Use-Environment $Setting { (Get-Outcome { Invoke-PipelineRun -Connection own -TriggerId 1 -IdempotencyKey ([guid]::NewGuid()) }).Warnings }
        [bool]($warned -like '*is deleted with this machine*') | Should -Be $Warns
    }

    It 'is kept with a saved connection' {
        $child = Invoke-Child -Import -With @{ Tenant = Get-FreshTenant } {
            Connect-PipelineService Mage -Name kept -BaseUri $With.Tenant.Mage -Scope CurrentUser -Ledger $With.Folder -NoTriggerId -LateCommitHorizonSec 33
            Import-Module $With.ModulePath -Force
            Get-PipelineConnection kept
        }
        $child.Result.Ledger | Should -Not -BeNullOrEmpty
        $child.Result.NoTriggerId | Should -BeTrue
        $child.Result.LateCommitHorizonSec | Should -Be 33
    }
}

Describe 'What cannot be right' {
    It '<Name> is InvalidInput and nothing is sent' -ForEach @(
        @{ Name = 'a blank key'; With = @{ IdempotencyKey = ' ' } }
        @{ Name = 'a key of more than 256 characters'; With = @{ IdempotencyKey = 'k' * 257 } }
        @{ Name = 'a key with a line end'; With = @{ IdempotencyKey = "a`nb" } }
        @{ Name = 'a window of no days'; With = @{ IdempotencyKey = 'a'; IdempotencyWindowDays = 0 } }
        @{ Name = 'a window without end'; With = @{ IdempotencyKey = 'a'; IdempotencyWindowDays = 1e9 } }
    ) {
        $tenant = Connect-FreshTenant
        (Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 1 @With }).Ids | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be 0
    }
}

Describe 'A process that is killed between its trigger and its end' {
    It 'leaves keys by which the next one finds every run' {
        $tenant = Connect-FreshTenant
        $ledger = $tenant.Ledger
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 2 })
        $job = {
            Connect-PipelineService Mage -BaseUri $With.Tenant.Mage -Ledger $With.Ledger -LateCommitHorizonSec 1
            1..20 | ForEach-Object { [pscustomobject]@{ TriggerId = 1; IdempotencyKey = "row-$_" } } | Invoke-PipelineRun | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue
        }
        $with = @{ Tenant = $tenant; Ledger = $ledger }
        $killed = Open-Child -Import -With $with $job
        Wait-Until { (Get-CallCount $tenant Mage trigger) -ge 5 }
        $killed.Process.Kill()
        [void](Complete-Child $killed)
        $last = Invoke-Child -Import -With $with $job
        @($last.Result) | Should -HaveCount 20
        Get-RunCount $tenant Mage | Should -Be 20
    }
}

BeforeDiscovery {
    $script:vendors = 'Prophecy', 'Mage', 'Supaflow'
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force

    function Set-Plan($Tenant, [hashtable]$Plan) { [void](Invoke-Admin $Tenant -Path defaults -Method Put -Body $Plan) }

    function Set-Status($Tenant, $Run, [string]$Word) {
        [void](Invoke-Admin $Tenant -Path "runs/$($Run.Vendor.ToLowerInvariant())/$($Run.RunId)" -Method Put -Body $(if ($Word) { @{ status = $Word } } else { @{} }))
    }

    # A run at a vendor that ends as it is told to.
    function Get-NewRun([string]$Vendor, [double]$Seconds = 0, [string]$Outcome = 'success', [string]$Message) {
        Set-Plan $tenant @{ runningSeconds = $Seconds; outcome = $Outcome; message = $Message }
        $trigger = Get-TriggerParameter $Vendor
        Invoke-PipelineRun @trigger
    }

    # Waits as the tests do: often, and without being told that it is often.
    $script:wait = @{ PollIntervalSec = 1; WarningAction = 'SilentlyContinue' }
}

Describe 'A run on the other side of a process' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-Tenant $tenant
        $other = @{ Prophecy = $tenant.Prophecy; Mage = $tenant.Mage; Supaflow = $tenant.Supaflow; Credentials = $Credentials; ModulePath = $ModulePath }

        # A good and a bad one of each vendor, still running.
        $ongoing = foreach ($vendor in 'Prophecy', 'Mage', 'Supaflow') { Get-NewRun $vendor 2; Get-NewRun $vendor 2 failed }
        $script:all = @($ongoing)
        $script:bad = $ongoing[1, 3, 5].RunId | Sort-Object
        $other.Json = ConvertTo-Json $ongoing
        $otherSide = {
            function Get-Bad($Runs) {
                ($Runs | Wait-PipelineRun -TimeoutSec 60 -PollIntervalSec 1 -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable failed | Where-Object Status -NE Succeeded).RunId | Sort-Object
                $failed.Count
            }
            foreach ($vendor in 'Prophecy', 'Supaflow') {
                Connect-PipelineService $vendor -BaseUri $With[$vendor] -Token ([Net.NetworkCredential]::new('', $With.Credentials[$vendor]).SecurePassword)
            }
            Connect-PipelineService Mage -BaseUri $With.Mage
        }
        $script:noJob = Get-NoJobReason
        $job = if (-not $noJob) {
            Start-Job {
                param($With, $Runs, $Prepare)
                Import-Module $With.ModulePath
                . ([scriptblock]::Create($Prepare))
                @{ Waited = Get-Bad $Runs }
            } -ArgumentList $other, $ongoing, "$otherSide"
        }
        $other.Runs = $ongoing
        $child = Open-Child -Import -With $other ([scriptblock]::Create("$otherSide" + {
                    @{ Clixml = Get-Bad $With.Runs; Json = Get-Bad ($With.Json | ConvertFrom-Json) }
                }))
        $script:ended = $ongoing | Wait-PipelineRun @wait -ErrorAction SilentlyContinue
        $result = (Complete-Child $child).Result[0]
        $script:waited = @{ Clixml = $result.Clixml; Json = $result.Json }
        if ($job) { $waited.Job = ($job | Receive-Job -Wait -AutoRemoveJob).Waited }
    }

    BeforeEach {
        if ($noJob -and ($_ -eq 'Job' -or $_.Way -eq 'a job')) { Set-ItResult -Skipped -Because $noJob }
    }

    It 'was exported before it had ended' {
        $all.IsFinished | Should -Not -Contain $true
    }

    It 'is waited for to its end after <_>, and shows whether it succeeded' -ForEach 'Job', 'Clixml', 'Json' {
        $waited[$_][0..2] | Should -Be $bad
    }

    It 'raises its error there after <_>' -ForEach 'Job', 'Clixml', 'Json' {
        $waited[$_][3] | Should -Be 3
    }

    It 'shows whether it succeeded once it has come back through <Way>' -ForEach @(
        @{ Way = 'Export-Clixml'; Back = { $file = Join-Path $TestDrive 'runs.xml'; $ended | Export-Clixml $file; Import-Clixml $file } }
        @{ Way = 'JSON text'; Back = { $ended | ConvertTo-Json | ConvertFrom-Json | ForEach-Object { $_ } } }
        @{ Way = 'a job'; Back = { Start-Job { $using:ended } | Receive-Job -Wait -AutoRemoveJob } }
    ) {
        (& $Back | Where-Object Status -NE Succeeded).RunId | Sort-Object | Should -Be $bad
    }

    It 'keeps its properties through <Way>' -ForEach @(
        @{ Way = 'Export-Clixml'; Back = { $file = Join-Path $TestDrive 'run.xml'; $ended[0] | Export-Clixml $file; Import-Clixml $file } }
        @{ Way = 'JSON text'; Back = { $ended[0] | ConvertTo-Json | ConvertFrom-Json } }
    ) {
        $back = & $Back
        foreach ($name in 'RunId', 'Vendor', 'Connection', 'BaseUri', 'Pipeline', 'Status', 'VendorStatus', 'Message', 'IsFinished', 'Succeeded', 'ExitCode', 'Url') {
            $back.$name | Should -Be $ended[0].$name -Because $name
        }
    }

    It 'keeps its times through <Way> when it is read again' -ForEach @(
        @{ Way = 'Export-Clixml'; Back = { $file = Join-Path $TestDrive 'time.xml'; $ended | Export-Clixml $file; Import-Clixml $file } }
        @{ Way = 'JSON text'; Back = { $ended | ConvertTo-Json | ConvertFrom-Json } }
    ) {
        $again = & $Back | Get-PipelineRunStatus
        foreach ($run in $ended) {
            ($again | Where-Object RunId -EQ $run.RunId).CreatedAt | Should -Be $run.CreatedAt
        }
    }

    It 'is a table like any other run' {
        $file = Join-Path $TestDrive 'view.xml'
        $ended[0] | Export-Clixml $file
        Import-Clixml $file | Out-String -Width 80 | Should -Match 'Vendor\s+RunId\s+Pipeline\s+Status\s+Duration'
    }
}

Describe 'Five runs, the first of which fails' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-Tenant $tenant
        $five = {
            Connect-PipelineService Mage -BaseUri $With.Mage
            function Get-Row([double]$Seconds) {
                @{ TriggerId = 1; Variables = @{ emulator_running = 0; emulator_outcome = 'failed' } }
                foreach ($number in 1..4) { @{ TriggerId = 1; Variables = @{ emulator_running = $Seconds } } }
            }
            $WarningPreference = 'SilentlyContinue'
            $ErrorActionPreference = $With.Preference
        }
        $ways = @{
            Waited    = { $runs = Get-Row 2 | Invoke-PipelineRun; try { $runs | Wait-PipelineRun -PollIntervalSec 1 -OutVariable all } catch { $caught = $_ } }
            Triggered = { try { Get-Row 2 | Invoke-PipelineRun -Wait -PollIntervalSec 1 -OutVariable all } catch { $caught = $_ } }
            WaitedFailFast    = { $runs = Get-Row 600 | Invoke-PipelineRun; try { $runs | Wait-PipelineRun -PollIntervalSec 1 -FailFast -OutVariable all } catch { $caught = $_ } }
            TriggeredFailFast = { try { Get-Row 600 | Invoke-PipelineRun -Wait -PollIntervalSec 1 -FailFast -OutVariable all } catch { $caught = $_ } }
        }
        $script:result = @{}
        $sessions = @{}
        foreach ($preference in 'Stop', 'Continue') {
            foreach ($way in $ways.Keys | Where-Object { $preference -eq 'Stop' -or $_ -notlike '*FailFast' }) {
                $body = [scriptblock]::Create("$five`n[void](. { $($ways[$way]) })`n@{ All = @(`$all); Caught = `$caught }")
                $sessions["$preference $way"] = Open-Session $body @{ Mage = $tenant.Mage; Preference = $preference }
            }
        }

        foreach ($name in $sessions.Keys) { $result[$name] = Complete-Session $sessions[$name] }
    }

    It 'are all waited for and returned by <_> under -ErrorAction Stop' -ForEach 'Waited', 'Triggered' {
        $result["Stop $_"].Output.All.Status | Sort-Object | Should -Be 'Failed', 'Succeeded', 'Succeeded', 'Succeeded', 'Succeeded'
    }

    It 'end with the error by <_> under -ErrorAction Stop' -ForEach 'Waited', 'Triggered' {
        $result["Stop $_"].Output.Caught.FullyQualifiedErrorId | Should -BeLike 'RunFailed,*'
    }

    It 'are not waited for by <_> with -FailFast' -ForEach 'Waited', 'Triggered' {
        $result["Stop ${_}FailFast"].Output.All.Count | Should -BeLessThan 5
        $result["Stop ${_}FailFast"].Output.Caught.FullyQualifiedErrorId | Should -BeLike 'RunFailed,*'
    }

    It 'are all returned by <_>, with one error, where errors do not stop' -ForEach 'Waited', 'Triggered' {
        $result["Continue $_"].Output.All | Should -HaveCount 5
        $result["Continue $_"].Errors.FullyQualifiedErrorId | Should -BeLike 'RunFailed,*'
    }
}

Describe 'A run that ends' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It '<Outcome> at <Vendor> is <Status>, with RunFailed: <Fails>' -ForEach @(
        @{ Vendor = 'Prophecy'; Outcome = 'success'; Status = 'Succeeded'; Fails = $false }
        @{ Vendor = 'Prophecy'; Outcome = 'failed'; Status = 'Failed'; Fails = $true }
        @{ Vendor = 'Mage'; Outcome = 'success'; Status = 'Succeeded'; Fails = $false }
        @{ Vendor = 'Mage'; Outcome = 'failed'; Status = 'Failed'; Fails = $true }
        @{ Vendor = 'Mage'; Outcome = 'cancelled'; Status = 'Cancelled'; Fails = $true }
        @{ Vendor = 'Supaflow'; Outcome = 'success'; Status = 'Succeeded'; Fails = $false }
        @{ Vendor = 'Supaflow'; Outcome = 'warning'; Status = 'SucceededWithWarnings'; Fails = $false }
        @{ Vendor = 'Supaflow'; Outcome = 'failed'; Status = 'Failed'; Fails = $true }
        @{ Vendor = 'Supaflow'; Outcome = 'cancelled'; Status = 'Cancelled'; Fails = $true }
        @{ Vendor = 'Supaflow'; Outcome = 'timedOut'; Status = 'TimedOut'; Fails = $true }
        @{ Vendor = 'Supaflow'; Outcome = 'skipped'; Status = 'Skipped'; Fails = $true }
    ) {
        $run = Get-NewRun $Vendor 0 $Outcome
        $outcome = Get-Outcome { $run | Wait-PipelineRun @wait }
        $outcome.Output.Status, $outcome.Output.Succeeded, $outcome.Output.ExitCode | Should -Be $Status, (-not $Fails), ([int]$Fails)
        $outcome.Ids | Should -Be $(if ($Fails) { 'RunFailed' })
    }

    It 'badly is the target of its error, which has the vendor''s reason' {
        $run = Get-NewRun Supaflow 0 failed 'Source table is gone'
        $failure = (Get-Outcome { $run | Wait-PipelineRun @wait }).Errors
        $failure.FullyQualifiedErrorId | Should -Be 'RunFailed,PipelineTrigger.Commands.WaitPipelineRunCommand'
        $failure.TargetObject.RunId, $failure.TargetObject.Status | Should -Be $run.RunId, 'Failed'
        $failure.Exception.Message | Should -BeLike "*$($run.RunId)*Source table is gone*"
    }

    It 'has its error written after the last object' {
        $runs = @(Get-NewRun Mage 0 failed; Get-NewRun Mage 1)
        $all = & { $ErrorActionPreference = 'Continue'; $runs | Wait-PipelineRun @wait 2>&1 }
        $all | ForEach-Object { $_.GetType().Name } | Should -Be 'PipelineRun', 'PipelineRun', 'ErrorRecord'
    }

    It 'badly raises no error when only its status is read' {
        $run = Get-NewRun Mage 0 failed
        $outcome = Get-Outcome { $run | Get-PipelineRunStatus }
        $outcome.Output.Status | Should -Be Failed
        $outcome.Ids | Should -BeNullOrEmpty
    }

    It 'is returned in the order of its end' {
        $late = Get-NewRun Mage 600
        $early = Get-NewRun Prophecy 0
        $ended = $late, $early | Wait-PipelineRun @wait | ForEach-Object {
            if ($_.RunId -eq $early.RunId) { Step-Clock $tenant }
            $_.RunId
        }
        $ended | Should -Be $early.RunId, $late.RunId
    }

    It 'is waited for by its id alone' {
        $id = (Get-NewRun Supaflow 1).RunId
        (Wait-PipelineRun -RunId $id -Connection supaflow @wait).Status | Should -Be Succeeded
    }

    It 'and was once before is returned at once' {
        $run = Get-NewRun Mage 0 | Wait-PipelineRun @wait
        ($run | Wait-PipelineRun @wait).RunId | Should -Be $run.RunId
    }

    It 'is waited for though the vendor does not find it at first, at <_>' -ForEach $vendors {
        [void](Add-Fault $tenant @{ vendor = $_.ToLowerInvariant(); kind = 'hide'; delaySeconds = 20 })
        $run = Get-NewRun $_
        (Get-Outcome { $run | Get-PipelineRunStatus }).Ids | Should -Be RunNotFound
        $looks = Get-LookCount $tenant $_
        $job = $run | Wait-PipelineRun @wait -AsJob
        Wait-Until { (Get-LookCount $tenant $_) -gt $looks } -Because 'the wait polls without success'
        Step-Clock $tenant 20
        (Receive-Job $job -Wait -AutoRemoveJob).Status | Should -Be Succeeded
    }
}

Describe 'A status word that was never seen before' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-Tenant $tenant
        $script:looked = @{}
        $script:waited = @{}
        $sessions = @{}
        foreach ($vendor in 'Prophecy', 'Mage', 'Supaflow') {
            $run = Get-NewRun $vendor
            Set-Status $tenant $run daydreaming
            $looked[$vendor] = $run | Get-PipelineRunStatus
            $sessions[$vendor] = @{
                Run     = $run
                Looks   = Get-LookCount $tenant $vendor
                Session = Open-Session { Connect-PipelineService $With.Run.Vendor -BaseUri $With.Run.BaseUri -Token $With.Token; $With.Run | Wait-PipelineRun -PollIntervalSec 1 } @{ Run = $run; Token = ConvertTo-Secret 'ak_any' }
            }
        }

        foreach ($vendor in $sessions.Keys) {
            Wait-Until { (Get-LookCount $tenant $vendor) -ge $sessions[$vendor].Looks + 3 } -Because 'it was looked at three times'
            Set-Status $tenant $sessions[$vendor].Run
        }

        foreach ($vendor in $sessions.Keys) { $waited[$vendor] = Complete-Session $sessions[$vendor].Session }
    }

    It 'is Unknown, and neither an end nor a success, at <_>' -ForEach $vendors {
        $run = $looked[$_]
        $run.Status, $run.VendorStatus, $run.IsFinished, $run.Succeeded, $run.ExitCode | Should -Be 'Unknown', 'daydreaming', $false, $false, $null
    }

    It 'does not end the wait at <_>' -ForEach $vendors {
        $waited[$_].Output.Status | Should -Be Succeeded
        $waited[$_].Errors | Should -BeNullOrEmpty
    }

    It 'gives one warning at <_>' -ForEach $vendors {
        $waited[$_].Warnings | Where-Object { $_ -like '*daydreaming*' } | Should -HaveCount 1
    }
}

Describe 'A wait' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'with -Any ends with the first run' {
        $runs = @(Get-NewRun Mage 600; Get-NewRun Supaflow 0; Get-NewRun Mage 600)
        ($runs | Wait-PipelineRun -Any @wait).RunId | Should -Be $runs[1].RunId
    }

    It 'with -Any says that the first run failed' {
        $runs = @(Get-NewRun Mage 600; Get-NewRun Mage 0 failed)
        $outcome = Get-Outcome { $runs | Wait-PipelineRun -Any @wait }
        $outcome.Output.RunId | Should -Be $runs[1].RunId
        $outcome.Ids | Should -Be RunFailed
    }

    It 'with -TimeoutSec ends with WaitTimedOut for each run that is still running' {
        $runs = @(Get-NewRun Mage 600; Get-NewRun Mage 0; Get-NewRun Supaflow 600)
        $outcome = Get-Outcome { $runs | Wait-PipelineRun -TimeoutSec 1 @wait }
        $outcome.Output.RunId | Should -Be $runs[1].RunId
        $outcome.Ids | Should -Be 'WaitTimedOut', 'WaitTimedOut'
        $outcome.Errors.TargetObject.RunId | Sort-Object | Should -Be ($runs[0, 2].RunId | Sort-Object)
        (Get-VendorRun $tenant Mage)[0].isFinal | Should -BeFalse
    }

    It 'of Invoke-PipelineRun with -TimeoutSec ends with WaitTimedOut' {
        Set-Plan $tenant @{ runningSeconds = 600 }
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait -TimeoutSec 1 @wait }
        $outcome.Ids | Should -Be WaitTimedOut
        $outcome.Errors.TargetObject.RunId | Should -Be 1
    }

    It 'with -StopOnTimeout cancels and returns unfinished runs, without RunFailed, at <_>' -ForEach 'Mage', 'Supaflow' {
        $run = Get-NewRun $_ 600
        $outcome = Get-Outcome { $run | Wait-PipelineRun -TimeoutSec 1 -StopOnTimeout @wait }
        $outcome.Ids | Should -Be WaitTimedOut
        $outcome.Output.Status | Should -Be Cancelled
        (Get-VendorRun $tenant $_).status | Should -Be cancelled
    }

    It 'with -StopOnTimeout says that Prophecy cannot cancel' {
        $run = Get-NewRun Prophecy 600
        $outcome = Get-Outcome { $run | Wait-PipelineRun -TimeoutSec 1 -StopOnTimeout @wait }
        $outcome.Ids | Should -Be WaitTimedOut
        $outcome.Messages | Should -BeLike '*could not be stopped*no way to cancel*'
    }

    It 'continues through an outage of the vendor, and says so once' {
        $run = Get-NewRun Mage 0
        [void](Add-Fault $tenant @{ vendor = 'mage'; operation = 'status'; status = 429; count = 2; headers = @{ 'Retry-After' = '400' } })
        $session = Open-Session { Connect-PipelineService Mage -BaseUri $With.Run.BaseUri; $With.Run | Wait-PipelineRun -TimeoutSec 2 } @{ Run = $run }
        $outcome = Complete-Session $session
        $outcome.Errors.FullyQualifiedErrorId | Should -BeLike 'WaitTimedOut,*'
        $outcome.Warnings | Where-Object { $_ -like '*continues*' } | Should -HaveCount 1
    }

    It 'says once that a short -PollIntervalSec may be refused' {
        $runs = @(Get-NewRun Mage; Get-NewRun Mage)
        (Get-Outcome { $runs | Wait-PipelineRun -PollIntervalSec 1 }).Warnings | Should -BeLike '*PollIntervalSec 1 is below*Mage*'
    }

    It 'for nothing ends at once' {
        @() | Wait-PipelineRun | Should -BeNullOrEmpty
    }

    It 'for what is no run says so' {
        (Get-Outcome { $null | Wait-PipelineRun }).Messages | Should -BeLike '*not a run*Did the trigger fail?*'
        (Get-Outcome { 'abc' | Wait-PipelineRun }).Messages | Should -BeLike '*use -RunId with -Connection*'
    }

    It 'for a run that does not exist is RunNotFound at <Vendor>' -ForEach @(
        @{ Vendor = 'Prophecy'; Id = 'MDAw-never==' }
        @{ Vendor = 'Mage'; Id = '4711' }
        @{ Vendor = 'Supaflow'; Id = '99999999-9999-4999-8999-999999999999' }
    ) {
        $outcome = Get-Outcome {
            Wait-PipelineRun -RunId $Id -Connection $Vendor.ToLowerInvariant() @wait
            Get-PipelineRunStatus -RunId $Id -Connection $Vendor.ToLowerInvariant()
        }
        $outcome.Ids | Should -Be 'RunNotFound', 'RunNotFound'
        $outcome.Messages | Should -BeLike "*$Id*"
    }

    It 'for several ids has an error for each that does not exist, and the others' {
        $run = Get-NewRun Mage
        $outcome = Get-Outcome { Get-PipelineRunStatus -RunId 4711, $run.RunId, 4712 -Connection mage }
        $outcome.Output.RunId | Should -Be $run.RunId
        $outcome.Errors.TargetObject | Should -Be '4711', '4712'
    }

    It 'for an id without a connection asks for one where several could be meant' {
        (Get-Outcome { Wait-PipelineRun -RunId 1 }).Ids | Should -Be ConnectionNotFound
    }

    It 'refuses a run of another vendor than its -Connection' {
        $run = Get-NewRun Mage
        $calls = Get-CallCount $tenant Supaflow
        (Get-Outcome { $run | Wait-PipelineRun -Connection supaflow }).Ids | Should -Be InvalidInput
        Get-CallCount $tenant Supaflow | Should -Be $calls
    }
}

Describe 'Stop-PipelineRun' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'cancels a run at <_>' -ForEach 'Mage', 'Supaflow' {
        $run = Get-NewRun $_ 600
        (Stop-PipelineRun $run -PassThru).Status | Should -Be Cancelled
        (Get-VendorRun $tenant $_).status | Should -Be cancelled
    }

    It 'returns nothing without -PassThru, with -Wait: <Wait>' -ForEach @{ Wait = $false }, @{ Wait = $true } {
        Get-NewRun Mage 600 | Stop-PipelineRun -Wait:$Wait | Should -BeNullOrEmpty
    }

    It 'takes ids with a connection' {
        $run = Get-NewRun Mage 600
        (Stop-PipelineRun -RunId $run.RunId -Connection mage -PassThru).Status | Should -Be Cancelled
    }

    It 'waits with -Wait until the run has ended, without RunFailed, at <_>' -ForEach 'Mage', 'Supaflow' {
        $run = Get-NewRun $_ 600
        $outcome = Get-Outcome { $run | Stop-PipelineRun -Wait -PassThru }
        $outcome.Output.Status | Should -Be Cancelled
        $outcome.Ids | Should -BeNullOrEmpty
    }

    It 'says StopTooLate with the run where it ended at <_>' -ForEach 'Mage', 'Supaflow' {
        $run = Get-NewRun $_ 0
        $outcome = Get-Outcome { $run | Stop-PipelineRun -PassThru }
        $outcome.Ids | Should -Be StopTooLate
        $outcome.Errors.Exception.Run.Status | Should -Be Succeeded
        $outcome.Output.Status | Should -Be Succeeded
    }

    It 'says StopNotSupported at Prophecy, and sends nothing' {
        $run = Get-NewRun Prophecy 600
        $calls = Get-CallCount $tenant
        $outcome = Get-Outcome { $run | Stop-PipelineRun }
        $outcome.Ids | Should -Be StopNotSupported
        $outcome.Messages | Should -BeLike "*$($run.Url)"
        Get-CallCount $tenant | Should -Be $calls
    }

    It 'says RunNotFound for a run that does not exist at <Vendor>' -ForEach @{ Vendor = 'Mage'; Id = '4711' }, @{ Vendor = 'Supaflow'; Id = '99999999-9999-4999-8999-999999999999' } {
        (Get-Outcome { Stop-PipelineRun -RunId $Id -Connection $Vendor.ToLowerInvariant() }).Ids | Should -Be RunNotFound
    }

    It 'continues with the next run after an error' {
        $runs = @(Get-NewRun Prophecy 600; Get-NewRun Mage 0; Get-NewRun Mage 600; Get-NewRun Supaflow 600)
        $outcome = Get-Outcome { $runs | Stop-PipelineRun -PassThru }
        $outcome.Ids | Should -Be 'StopNotSupported', 'StopTooLate'
        $outcome.Output.Status | Should -Be 'Succeeded', 'Cancelled', 'Cancelled'
    }

    It 'does not end the script that called it with an error' {
        $run = Get-NewRun Prophecy 600
        $outcome = Get-Outcome { Stop-PipelineRun $run; 'the next line' }
        $outcome.Output | Should -Be 'the next line'
    }

    It 'leaves no RunFailed to a wait for the run it stopped at <_>' -ForEach 'Mage', 'Supaflow' {
        $run = Get-NewRun $_ 600
        Stop-PipelineRun $run
        $outcome = Get-Outcome { $run | Wait-PipelineRun @wait }
        $outcome.Output.Status | Should -Be Cancelled
        $outcome.Ids | Should -BeNullOrEmpty
    }

    It 'raises RunFailed for a run that another user cancelled' {
        $run = Get-NewRun Mage 600
        Set-Status $tenant $run cancelled
        (Get-Outcome { $run | Wait-PipelineRun @wait }).Ids | Should -Be RunFailed
    }
}

Describe 'Progress' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Set-Plan $tenant @{ runningSeconds = 600 }
        $session = Open-Session {
            Connect-PipelineService Mage -BaseUri $With.Mage
            1..7 | ForEach-Object { Invoke-PipelineRun -TriggerId 1 } | Wait-PipelineRun -PollIntervalSec 1
        } @{ Mage = $tenant.Mage }
        Wait-Until { $session.Handle.IsCompleted -or @($session.Shell.Streams.Progress | Where-Object StatusDescription -Match '^running, ').Count -ge 5 } -Because 'five runs are shown'
        Step-Clock $tenant
        $script:progress = (Complete-Session $session).Progress
        $script:whole = @($progress | Where-Object Activity -EQ 'Waiting for pipeline runs')
        $script:single = @($progress | Where-Object ParentActivityId -EQ $whole[0].ActivityId)
    }

    It 'is one bar for the whole' {
        $whole.ActivityId | Select-Object -Unique | Should -HaveCount 1
        $whole.StatusDescription | Where-Object { $_ -match '^\d of 7 ended, \d\d:\d\d:\d\d$' } | Should -Not -BeNullOrEmpty
    }

    It 'is a bar for each of five runs at most' {
        $single.ActivityId | Select-Object -Unique | Should -HaveCount 5
    }

    It 'has the vendor''s status and the elapsed time of a run' {
        $single | Where-Object { $_.StatusDescription -match '^(initial|running), \d\d:\d\d:\d\d$' } | Should -Not -BeNullOrEmpty
    }

    It 'is taken away at the end' {
        foreach ($bar in $progress | Group-Object ActivityId) { $bar.Group[-1].RecordType | Should -Be Completed }
    }
}

Describe 'A run that destroys' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        $script:destructive = @(
            @{ PipelineId = 'nightly_sales'; FullResync = $true }
            @{ PipelineId = 'nightly_sales'; FullResync = $true; ResetTarget = $true }
        )
        $script:asked = Invoke-Session {
            Connect-PipelineService Supaflow -BaseUri $With.Supaflow -Token (ConvertTo-Secret ak_key)
            foreach ($trigger in $With.Destructive) { Invoke-PipelineRun @trigger }
            $With.Destructive | ForEach-Object { [pscustomobject]$_ } | Invoke-PipelineRun
        } @{ Supaflow = $tenant.Supaflow; Destructive = $destructive }
        $script:child = Invoke-Child -Import -With @{ Supaflow = $tenant.Supaflow; Destructive = $destructive } {
            Connect-PipelineService Supaflow -BaseUri $With.Supaflow -Token (ConvertTo-Secret ak_key)
            foreach ($trigger in $With.Destructive) {
                Invoke-PipelineRun @trigger -ErrorVariable failed -ErrorAction SilentlyContinue
                "$($failed[0].FullyQualifiedErrorId): $failed"
            }
        }
        $script:callsBefore = Get-CallCount $tenant
        $script:confirmed = Invoke-Session {
            Connect-PipelineService Supaflow -BaseUri $With.Supaflow -Token (ConvertTo-Secret ak_key)
            foreach ($trigger in $With.Destructive) { Invoke-PipelineRun @trigger -Confirm:$false }
        } @{ Supaflow = $tenant.Supaflow; Destructive = $destructive }
    }

    It 'is InvalidInput in a host that cannot ask, and says what to do' {
        $asked.Errors | Should -HaveCount 4
        $asked.Errors.FullyQualifiedErrorId | Should -BeLike 'InvalidInput,*'
        $asked.Errors.Exception.Message | Should -BeLike '*-Confirm:$false*'
    }

    It 'is InvalidInput in pwsh -NonInteractive, and says what to do' {
        $child.Result | Should -HaveCount 2
        $child.Result | Should -BeLike 'InvalidInput,*-Confirm:$false*'
    }

    It 'says what it would destroy' {
        $asked.Errors[0].Exception.Message | Should -BeLike '*source data is read again*'
        $asked.Errors[1].Exception.Message | Should -BeLike '*tables are dropped*'
    }

    It 'sends nothing before it was agreed to' {
        $callsBefore | Should -Be 0
    }

    It 'continues with -Confirm:$false' {
        $confirmed.Output | Should -HaveCount 2
        (Get-Received $tenant Supaflow).p_reset_target | Should -Be $false, $true
    }
}

BeforeDiscovery {
    $crossings = 'run', 'finished run', 'history', 'pipeline'
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath

    # Ways to set a session up before what it is asked to do.
    $setUps = @{
        'in strict mode'          = 'Set-StrictMode -Version Latest'
        'under the culture tr-TR' = '[Threading.Thread]::CurrentThread.CurrentCulture = [Threading.Thread]::CurrentThread.CurrentUICulture = ''tr-TR'''
        'under the culture de-DE' = '[Threading.Thread]::CurrentThread.CurrentCulture = [Threading.Thread]::CurrentThread.CurrentUICulture = ''de-DE'''
    }

    function New-Ledger { (New-Item (Join-Path $TestDrive ([guid]::NewGuid().ToString('N'))) -ItemType Directory).FullName }

    # A session whose language is constrained, as a policy of the machine does it; it has no types and no methods to help itself with.
    function Invoke-ConstrainedSession([scriptblock]$Script, [hashtable]$With) {
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule($ModulePath)
        $state.LanguageMode = 'ConstrainedLanguage'
        $runspace = [runspacefactory]::CreateRunspace($state)
        $runspace.Open()
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        [void]$shell.AddScript("param(`$With)`n$Script").AddArgument($With)
        Complete-Session ([pscustomobject]@{ Shell = $shell; Output = ($output = [System.Management.Automation.PSDataCollection[psobject]]::new()); Handle = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]$null, $output) })
    }

    # A night's work and all that is shown of it.
    $night = {
        Connect-PipelineService Mage -Name night -BaseUri $With.Tenant.Mage -Ledger $With.Ledger
        Connect-PipelineService Supaflow -Name keyed -BaseUri $With.Tenant.Supaflow -Token $With.Token
        $often = @{ PollIntervalSec = 1; TimeoutSec = 60; WarningAction = 'SilentlyContinue' }
        $good = Invoke-PipelineRun -Connection night -TriggerId 1 -IdempotencyKey night-1 | Wait-PipelineRun @often
        $again = Invoke-PipelineRun -Connection night -TriggerId 1 -IdempotencyKey night-1
        $bad = Invoke-PipelineRun -Connection night -TriggerId 2 -Variables @{ emulator_outcome = 'failed' } -Wait @often -ErrorVariable failed -ErrorAction SilentlyContinue
        $rows = 'PipelineId,FullResync', 'nightly_sales,', 'hourly_orders,no' | ConvertFrom-Csv | Invoke-PipelineRun -Connection keyed -Wait @often
        $stopped = Invoke-PipelineRun -Connection night -TriggerId 1 -Variables @{ emulator_running = 600 } | Stop-PipelineRun -PassThru
        $job = $good | Wait-PipelineRun -AsJob
        $job | Wait-Job | Out-Null
        $looked = Get-PipelineRunStatus -RunId $good.RunId -Connection night
        $outputs = @(
            , @($good, $bad, $stopped)
            , @(Get-PipelineRunHistory -Connection night)
            , @(Get-PipelineConnection)
            , @(Test-PipelineConnection night -Detailed)
            , @(Get-Pipeline -Connection night)
            , @($job)
        )
        $shown = foreach ($output in $outputs) { $output | Format-Table | Out-String; $output | Format-List | Out-String; $output | Format-Wide | Out-String }
        $job | Remove-Job
        @{
            Statuses = @($good.Status, $bad.Status, $stopped.Status, $looked.Status) + @($rows.Status)
            Same     = $good.RunId -eq $again.RunId
            Failed   = $failed
            Views    = @($shown)
            Help     = Get-Help Invoke-PipelineRun -Full | Out-String
            Words    = (TabExpansion2 -inputScript 'Wait-PipelineRun -Connection ni' -cursorColumn 31).CompletionMatches.CompletionText
        }
        Disconnect-PipelineService night
        Disconnect-PipelineService keyed
    }

    function Get-NightTenant {
        $tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
        @{ Tenant = $tenant; Ledger = New-Ledger; Token = ConvertTo-Secret $Credentials.Supaflow }
    }
}

Describe 'A night of work <_>' -ForEach 'in strict mode', 'under the culture tr-TR', 'under the culture de-DE', 'in constrained language' {
    BeforeAll {
        $script:session = if ($_ -eq 'in constrained language') { Invoke-ConstrainedSession $night (Get-NightTenant) }
        else { Invoke-Session ([scriptblock]::Create("$($setUps[$_])`n$night")) (Get-NightTenant) }
        $script:done = @($session.Output)[0]
    }

    It 'has no error but that of the run that failed' {
        $session.Thrown | Should -BeNullOrEmpty
        $session.Errors | Where-Object { $_.FullyQualifiedErrorId -notlike 'RunFailed*' } | Should -BeNullOrEmpty
        $session.Warnings | Should -BeNullOrEmpty
        @($done.Failed.FullyQualifiedErrorId) | Should -BeLike 'RunFailed,*'
    }

    It 'ends as it does anywhere' {
        $done.Statuses | Should -Be Succeeded, Failed, Cancelled, Succeeded, Succeeded, Succeeded
        $done.Same | Should -BeTrue
    }

    It 'is shown in every view' {
        $done.Views | Should -HaveCount 18
        $done.Views -join '' | Should -Not -BeLike '*#ERR*'
        $done.Views[0] | Should -BeLike '*Succeeded*0:0*'
        $done.Views[1] | Should -BeLike '*RunId*CreatedAt*'
        $done.Views | ForEach-Object { $_.Trim() | Should -Not -BeNullOrEmpty }
    }

    It 'has its help' {
        $done.Help | Should -BeLike '*Invoke-PipelineRun*-TriggerId*'
    }

    It 'has its completion' {
        $done.Words | Should -Be night
    }
}

Describe 'Words and numbers under the culture <_>' -ForEach 'tr-TR', 'de-DE' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
        $session = Invoke-Session ([scriptblock]::Create($setUps["under the culture $_"] + {
                    $result = @{ Culture = "$(1.5) $('I'.ToLower())" }
                    Connect-PipelineService MAGE -Name NIGHTLY -BaseUri $With.Tenant.Mage -Ledger $With.Ledger
                    Connect-PipelineService SUPAFLOW -BaseUri $With.Tenant.Supaflow -Token $With.Token
                    $often = @{ PollIntervalSec = 1; TimeoutSec = 60; WarningAction = 'SilentlyContinue' }
                    $variables = @{ rate = 1.5; exact = [decimal]'2.25'; whole = 3; text = '1,5'; at = [datetime]::new(2026, 1, 31, 23, 30, 0, [DateTimeKind]::Utc); size = 'BIG' }
                    [void](Invoke-PipelineRun -Connection nightly -TriggerId 1 -Variables $variables -IdempotencyKey nightly-i -Wait @often)
                    $csv = 'TRIGGERID,VARIABLES,IDEMPOTENCYKEY', '2,"{""rate"":1.5,""emulator_outcome"":""failed""}",NIGHTLY-II' | ConvertFrom-Csv
                    [void]($csv | Invoke-PipelineRun -Connection nightly -Wait @often -ErrorAction SilentlyContinue)
                    $result.Switches = @('PIPELINEID,FULLRESYNC', 'hourly_orders,NO', 'hourly_orders,False', 'hourly_orders,TRUE' | ConvertFrom-Csv | Invoke-PipelineRun -Connection supaflow -Confirm:$false).Count
                    $result.Columns = @([pscustomobject]@{ VENDOR = 'SUPAFLOW'; CONNECTION = 'SUPAFLOW'; PIPELINEID = 'nightly_sales' } | Invoke-PipelineRun -ErrorAction SilentlyContinue).Count
                    $result.Found = @((Get-PipelineConnection 'nightly*').Name; (Get-PipelineConnection NIGHTLY).Name)
                    $result.Keys = @((Get-PipelineRunHistory -IdempotencyKey 'NIGHTLY-I*').IdempotencyKey)
                    $result.Failed = @((Get-PipelineRunHistory -Connection nightly -Status FAILED).Status)
                    $result.Listed = @((Get-Pipeline -Connection supaflow -Name 'NIGHTLY*').Name)
                    $result.Agent = @(Invoke-PipelineRun -Connection nightly -TriggerId 1 -Wait -CIFormat GITHUBACTIONS @often).Count
                    $result
                })) @{ Tenant = $tenant; Ledger = New-Ledger; Token = ConvertTo-Secret $Credentials.Supaflow }
        $script:errors = @($session.Errors; $session.Thrown) | Where-Object { $_ } | ForEach-Object { "$_" }
        $script:result = @($session.Output | Where-Object { $_ -is [hashtable] -or $_.BaseObject -is [hashtable] })[0]
    }

    It 'were asked of a session of that culture' {
        $result.Culture | Should -BeExactly $(if ($_ -eq 'tr-TR') { "1.5 $([char]0x131)" } else { '1.5 i' })
    }

    It 'find vendors, connections, columns, statuses and formats in any case' {
        $errors | Should -BeNullOrEmpty
        $result.Found | Should -Be NIGHTLY, NIGHTLY
        $result.Columns | Should -Be 1
        $result.Failed | Should -Be Failed
        $result.Agent | Should -Be 1
    }

    It 'find keys and names by wildcards in any case' {
        $result.Keys | Sort-Object | Should -Be nightly-i, NIGHTLY-II
        $result.Listed | Should -HaveCount 1
    }

    It 'read switches' {
        $result.Switches | Should -Be 3
        (Get-Received $tenant Supaflow | ConvertTo-Json -Depth 8 -Compress | Select-String -Pattern 'resync[^,]*true' -AllMatches).Matches.Count | Should -BeLessOrEqual 1
    }

    It 'are sent as they are written everywhere' {
        $sent = @(Get-VendorRun $tenant Mage)[0].variables
        $sent.rate, $sent.exact, $sent.whole, $sent.text | Should -Be 1.5, 2.25, 3, '1,5'
        $sent.size | Should -BeExactly BIG
        ConvertTo-Json $sent -Compress | Should -BeLike '*"rate":1.5*'
        @(Get-VendorRun $tenant Mage)[1].variables.rate | Should -Be 1.5
    }
}

Describe 'Two sessions of one process with a connection of the same name at <_>' -ForEach 'Prophecy', 'Supaflow' {
    BeforeAll {
        $vendor = $_
        $script:tenants = @(
            foreach ($key in 'ak_first', 'ak_second') {
                $tenant = Get-FreshTenant
                [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ prophecyToken = $key; supaflowKey = $key })
                $tenant
            }
        )

        # Each has its own key, which only one of the two installations takes; they work at the same time, and one lets go while the other still works.
        $barrier = [Threading.Barrier]::new(2)
        $work = {
            Connect-PipelineService $With.Vendor -Name same -BaseUri $With.Own -Token (ConvertTo-Secret $With.Key)
            Connect-PipelineService $With.Vendor -Name other -BaseUri $With.Others -Token (ConvertTo-Secret $With.Key)
            $trigger = $With.Trigger
            $statuses = foreach ($number in 1..5) {
                [void]$With.Barrier.SignalAndWait(30000)
                (Invoke-PipelineRun @trigger -Connection same).Status
                Invoke-PipelineRun @trigger -Connection other -ErrorAction SilentlyContinue -ErrorVariable +refused
            }
            if ($With.LetsGo) { Get-PipelineConnection | Disconnect-PipelineService }
            [void]$With.Barrier.SignalAndWait(30000)
            @{
                Statuses  = $statuses
                Refused   = @($refused | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] })
                Kept      = @((Get-PipelineConnection).Name)
                After     = @(if (-not $With.LetsGo) { (Invoke-PipelineRun @trigger -Connection same).Status })
                Completed = @((TabExpansion2 'Wait-PipelineRun -Connection sa' 30).CompletionMatches.CompletionText)
                Runs      = @((TabExpansion2 'Wait-PipelineRun -RunId ' 24).CompletionMatches.CompletionText)
            }
        }
        $trigger = Get-TriggerParameter $vendor
        $trigger.Remove('Connection')
        $with = @{ Vendor = $vendor; Trigger = $trigger; Barrier = $barrier }
        $open = @(
            Open-Session $work ($with + @{ Key = 'ak_first'; Own = $tenants[0].$vendor; Others = $tenants[1].$vendor; LetsGo = $true })
            Open-Session $work ($with + @{ Key = 'ak_second'; Own = $tenants[1].$vendor; Others = $tenants[0].$vendor; LetsGo = $false })
        )
        $sessions = foreach ($session in $open) { Complete-Session $session }
        $script:said = @($sessions.Errors; $sessions.Thrown) | Where-Object { $_ } | ForEach-Object { "$_" }
        $script:letGo, $script:stayed = foreach ($session in $sessions) { $session.Output[0] }
    }

    It 'each trigger with their own credential' {
        $letGo.Statuses | Should -HaveCount 5 -Because "$said"
        $stayed.Statuses | Should -HaveCount 5 -Because "$said"
        Get-RunCount $tenants[0] $_ | Should -Be 5
        Get-RunCount $tenants[1] $_ | Should -Be 6
    }

    It 'never with the other''s, according to the vendor''s log' {
        $letGo.Refused + $stayed.Refused | Select-Object -Unique | Should -BeIn AuthenticationFailed, AccessDenied
        $letGo.Refused + $stayed.Refused | Should -HaveCount 10
        foreach ($tenant in $tenants) {
            $counted = (Invoke-Admin $tenant counters).$($_.ToLowerInvariant())
            $counted.runsCreated | Should -Be $(if ($tenant -eq $tenants[0]) { 5 } else { 6 })
        }
    }

    It 'keep theirs when the other lets go' {
        $letGo.Kept | Should -BeNullOrEmpty
        $stayed.Kept | Should -Be other, same
        $stayed.After | Should -HaveCount 1
    }

    It 'remember their own connections and runs for the Tab key' {
        $letGo.Completed | Should -BeNullOrEmpty
        $stayed.Completed | Should -Be same
        $stayed.Runs | Should -HaveCount 6
        $stayed.Runs | Where-Object { $_ -in $letGo.Runs } | Should -BeNullOrEmpty
    }
}

Describe 'A connection with its credential' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
        [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ supaflowKey = $Credentials.Supaflow })
        Connect-PipelineService Supaflow -Name shared -BaseUri $tenant.Supaflow -Token (ConvertTo-Secret $Credentials.Supaflow)
        $script:shared = Get-PipelineConnection shared
        $script:module = $ModulePath
    }

    AfterAll { Disconnect-PipelineService shared }

    BeforeEach { $before = Get-RunCount $tenant }

    It 'goes into ForEach-Object -Parallel with $using:' {
        if ($PSEdition -eq 'Desktop') { Set-ItResult -Skipped -Because 'Windows PowerShell has no ForEach-Object -Parallel' }
        $runs = 1..6 | ForEach-Object -ThrottleLimit 3 -Parallel {
            Import-Module $using:module
            Invoke-PipelineRun -Connection $using:shared -PipelineId nightly_sales -Wait -PollIntervalSec 1 -WarningAction SilentlyContinue
        }
        $runs.Status | Should -Be (@('Succeeded') * 6)
        (Get-RunCount $tenant) - $before | Should -Be 6
    }

    It 'goes into Start-ThreadJob with $using:, and its runs come back' {
        if (-not (Get-Command Start-ThreadJob -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'the ThreadJob module is not installed' }
        $jobs = foreach ($number in 1..3) {
            Start-ThreadJob {
                Import-Module $using:module
                Invoke-PipelineRun -Connection $using:shared -PipelineId nightly_sales
            }
        }
        $runs = $jobs | Receive-Job -Wait -AutoRemoveJob | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue
        $runs.Status | Should -Be Succeeded, Succeeded, Succeeded
        (Get-RunCount $tenant) - $before | Should -Be 3
    }

    It 'gives no other session its name' {
        $session = Invoke-Session { (Get-PipelineConnection).Name; Invoke-PipelineRun -Connection shared -PipelineId nightly_sales }
        $session.Output | Should -BeNullOrEmpty
        $session.Errors.FullyQualifiedErrorId | Should -BeLike 'ConnectionNotFound,*'
    }

    It 'is still there when another session removes the module' {
        $session = Invoke-Session { Remove-Module PipelineTrigger; Get-Command Invoke-PipelineRun -ErrorAction Ignore }
        $session.Output | Should -BeNullOrEmpty
        (Invoke-PipelineRun -Connection shared -PipelineId nightly_sales).Status | Should -Be Queued
    }
}

Describe 'What has crossed a remote session' {
    BeforeAll {
        # As remoting and jobs do it.
        function Get-Crossed($Output) { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($Output, 3)) }

        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
        $env:CROSSING_KEY = $Credentials.Supaflow
        Connect-PipelineService Supaflow -Name crossing -BaseUri $tenant.Supaflow -TokenEnvironmentVariable CROSSING_KEY -Ledger (New-Ledger) -LateCommitHorizonSec 7
        Connect-PipelineService Supaflow -Name held -BaseUri $tenant.Supaflow -Token (ConvertTo-Secret $Credentials.Supaflow)
        $run = Invoke-PipelineRun -Connection crossing -PipelineId nightly_sales -IdempotencyKey cross-1
        $finished = $run | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue
        $script:crossed = @{
            'run'          = Get-Crossed $run
            'finished run' = Get-Crossed $finished
            'history'      = Get-Crossed (Get-PipelineRunHistory -Connection crossing)
            'pipeline'     = Get-Crossed (Get-Pipeline -Connection crossing -Name nightly*)
        }
        $script:id = $run.RunId
        $script:connection = Get-Crossed (Get-PipelineConnection crossing)
        $script:heldOne = Get-Crossed (Get-PipelineConnection held)
    }

    AfterAll {
        Disconnect-PipelineService crossing
        Disconnect-PipelineService held
        $env:CROSSING_KEY = $null
    }

    It 'is no <_> of this process any more' -ForEach $crossings {
        $crossed[$_].PSObject.TypeNames[0] | Should -BeLike 'Deserialized.PipelineTrigger.*'
    }

    It 'a <_> can be read, waited for and stopped like any other' -ForEach 'run', 'finished run', 'history' {
        ($crossed[$_] | Get-PipelineRunStatus).RunId | Should -Be $id
        ($crossed[$_] | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue).Status | Should -Be Succeeded
        (Get-Outcome { $crossed[$_] | Stop-PipelineRun }).Ids | Should -Be StopTooLate
    }

    It 'a pipeline is triggered like any other' {
        ($crossed['pipeline'] | Invoke-PipelineRun).Status | Should -Be Queued
    }

    It 'a <_> is shown like any other' -ForEach $crossings {
        $crossed[$_] | Out-String -Width 120 | Should -Not -BeLike '*#ERR*'
        $crossed[$_] | Format-List | Out-String | Should -BeLike '*nightly_sales*'
    }

    It 'a past run is removed only where it was read' {
        (Get-Outcome { $crossed['history'] | Remove-PipelineRunHistory -Force }).Ids | Should -Be InputObjectNotBound
        @(Get-PipelineRunHistory -Connection crossing -IdempotencyKey cross-1) | Should -HaveCount 1
    }

    It 'a connection with a reference is used like any other' {
        (Invoke-PipelineRun -Connection $connection -PipelineId nightly_sales).Status | Should -Be Queued
        $elsewhere = Invoke-Session { Invoke-PipelineRun -Connection $With.Connection -PipelineId nightly_sales; Get-PipelineConnection } @{ Connection = $connection }
        $elsewhere.Errors | Should -BeNullOrEmpty
        $elsewhere.Output[0].Status | Should -Be Queued
        $elsewhere.Output[1].LateCommitHorizonSec | Should -Be 7
    }

    It 'a connection has left a credential of memory behind, and says so' {
        $elsewhere = Invoke-Session { Invoke-PipelineRun -Connection $With.Connection -PipelineId nightly_sales } @{ Connection = $heldOne }
        $elsewhere.Output | Should -BeNullOrEmpty
        "$($elsewhere.Errors)" | Should -BeLike '*its secret stayed there*'
    }

    It 'a connection is never taken for one of the same name that leads elsewhere' {
        $other = Get-FreshTenant
        $elsewhere = Invoke-Session {
            Connect-PipelineService Supaflow -Name crossing -BaseUri $With.Other -Token (ConvertTo-Secret ak_key)
            Invoke-PipelineRun -Connection $With.Connection -PipelineId nightly_sales
        } @{ Connection = $connection; Other = $other.Supaflow }
        $elsewhere.Output | Should -BeNullOrEmpty
        "$($elsewhere.Errors.FullyQualifiedErrorId)" | Should -BeLike 'InvalidInput,*'
        Get-CallCount $other | Should -Be 0
    }

    It 'a connection triggers in a job with its reference' {
        $reason = Get-NoJobReason
        if ($reason) { Set-ItResult -Skipped -Because $reason }
        $status = Start-Job {
            param($Module, $Connection)
            Import-Module $Module
            (Invoke-PipelineRun -Connection $Connection -PipelineId nightly_sales).Status
        } -ArgumentList $ModulePath, (Get-PipelineConnection crossing) | Receive-Job -Wait -AutoRemoveJob
        $status | Should -Be Queued
    }
}

Describe 'In the time zone <Zone>' -ForEach @(
    @{ Zone = 'America/St_Johns'; Apart = -1 }
    @{ Zone = 'Asia/Kathmandu'; Apart = 1 }
) {
    BeforeAll {
        $script:reason = if ($env:OS -eq 'Windows_NT') { 'no environment variable sets the time zone of a process on Windows' }
        if ($reason) { return }
        $tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
        $child = Invoke-Child -Import -Environment @{ TZ = $Zone } -With @{ Tenant = $tenant; Ledger = New-Ledger } {
            Connect-PipelineService Mage -Name mage -BaseUri $With.Tenant.Mage -Ledger $With.Ledger
            $now = [datetime]::UtcNow
            $run = Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey now -Variables @{ at = [datetime]::new(2026, 1, 31, 23, 30, 0, [DateTimeKind]::Utc) } -Wait -PollIntervalSec 1 -WarningAction SilentlyContinue
            $again = $run | ConvertTo-Json | ConvertFrom-Json | Get-PipelineRunStatus
            $past = Get-PipelineRunHistory
            function Get-Found([hashtable]$When) { @(Get-PipelineRunHistory @When).Count }
            @{
                Offset = [TimeZoneInfo]::Local.GetUtcOffset($now).TotalMinutes
                Kinds  = @($run.CreatedAt, $run.FinishedAt, $again.CreatedAt, $past.TriggeredAt | ForEach-Object { "$($_.Kind)" })
                Far    = @($run.CreatedAt, $run.FinishedAt, $past.TriggeredAt | ForEach-Object { [math]::Abs(($_ - $now).TotalMinutes) })
                Same   = $again.CreatedAt -eq $run.CreatedAt
                Local  = '{0:yyyy-MM-dd HH:mm}' -f $past.TriggeredAt.ToLocalTime()
                Table  = $past | Out-String -Width 120
                List   = $run | Format-List | Out-String
                Shown  = "$($run.CreatedAt.ToLocalTime())"
                Found  = @{
                    LocalAfter   = Get-Found @{ After = [datetime]::Now.AddMinutes(-5) }
                    LocalBefore  = Get-Found @{ Before = [datetime]::Now.AddMinutes(-5) }
                    UtcAfter     = Get-Found @{ After = [datetime]::UtcNow.AddMinutes(-5) }
                    UtcBefore    = Get-Found @{ Before = [datetime]::UtcNow.AddMinutes(-5) }
                    TextAfter    = Get-Found @{ After = [datetime]::Now.AddMinutes(-5).ToString('yyyy-MM-ddTHH:mm:ss') }
                    UtcTextAfter = Get-Found @{ After = [datetime]::UtcNow.AddMinutes(-5).ToString('yyyy-MM-ddTHH:mm:ssZ') }
                    Until        = Get-Found @{ Before = [datetime]::Now.AddMinutes(5) }
                }
            }
        }
        $script:told = $child.Result[0]
        $script:said = $child.Text + $child.ErrorText
        $script:sent = @(Get-VendorRun $tenant Mage)[0].variables
    }

    BeforeEach {
        if ($reason) { Set-ItResult -Skipped -Because $reason }
    }

    It 'is the process that is asked' {
        [math]::Sign($told.Offset) | Should -Be $Apart -Because $said
    }

    It 'times stay UTC, also through JSON' {
        $told.Kinds | Select-Object -Unique | Should -Be Utc
        $told.Far | ForEach-Object { $_ | Should -BeLessThan 5 }
        $told.Same | Should -BeTrue
    }

    It 'views show local time' {
        $told.Table | Should -BeLike "*$($told.Local)*"
        $told.List | Should -BeLike "*CreatedAt*$($told.Shown.Substring(0, 8))*"
    }

    It '-After and -Before of Get-PipelineRunHistory: <Name> finds <Count>' -ForEach @(
        @{ Name = 'LocalAfter'; Count = 1 }
        @{ Name = 'LocalBefore'; Count = 0 }
        @{ Name = 'UtcAfter'; Count = 1 }
        @{ Name = 'UtcBefore'; Count = 0 }
        @{ Name = 'TextAfter'; Count = 1 }
        @{ Name = 'UtcTextAfter'; Count = 1 }
        @{ Name = 'Until'; Count = 1 }
    ) {
        $told.Found[$Name] | Should -Be $Count
    }

    It 'a time among the variables is sent as it is' {
        ConvertTo-Json $sent | Should -BeLike '*2026-01-31T23:30:00*Z*'
    }
}

Describe 'The preferences of a script' {
    BeforeAll {
        $tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
        $with = @{ Tenant = $tenant; Ledger = New-Ledger }
        function Invoke-Scripted([scriptblock]$Script) {
            Invoke-Session ([scriptblock]::Create("Connect-PipelineService Mage -Name mage -BaseUri `$With.Tenant.Mage -Ledger `$With.Ledger; Connect-PipelineService Mage -Name second -BaseUri `$With.Tenant.Mage`n$Script")) $with
        }
    }

    It 'PSDefaultParameterValues name the connection, the window of a key and the pause' {
        $session = Invoke-Scripted {
            $PSDefaultParameterValues = @{
                '*-PipelineRun:Connection'                 = 'mage'
                'Invoke-PipelineRun:IdempotencyWindowDays' = 30
                '*-PipelineRun:PollIntervalSec'            = 1
                '*-PipelineRun*:WarningAction'             = 'SilentlyContinue'
            }
            $run = Invoke-PipelineRun -TriggerId 1 -IdempotencyKey preset | Wait-PipelineRun
            $run.Status
            (Invoke-PipelineRun -TriggerId 1 -IdempotencyKey preset).RunId -eq $run.RunId
            (Get-PipelineRunStatus -RunId $run.RunId -Connection mage).Status
        }
        $session.Thrown | Should -BeNullOrEmpty
        $session.Errors | Should -BeNullOrEmpty
        $session.Warnings | Should -BeNullOrEmpty
        $session.Output | Should -Be Succeeded, $true, Succeeded
    }

    It '$ErrorActionPreference = Stop ends at a failed run, which was returned before' {
        $session = Invoke-Scripted {
            $ErrorActionPreference = 'Stop'
            Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables @{ emulator_outcome = 'failed' } -Wait -PollIntervalSec 1 -WarningAction SilentlyContinue
            'never'
        }
        $session.Output.Status | Should -Be Failed
        $session.Thrown.FullyQualifiedErrorId | Should -BeLike 'RunFailed,*'
    }

    It '$ErrorActionPreference = SilentlyContinue writes nothing and continues' {
        $session = Invoke-Scripted {
            $ErrorActionPreference = 'SilentlyContinue'
            Invoke-PipelineRun -Connection mage -TriggerId 77
            'after'
        }
        $session.Output | Should -Be after
        $session.Thrown | Should -BeNullOrEmpty
    }

    It '$WarningPreference = SilentlyContinue keeps a warning back, and Stop ends at it' {
        $quiet = Invoke-Scripted {
            $WarningPreference = 'SilentlyContinue'
            (Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait -PollIntervalSec 1).Status
        }
        $quiet.Warnings | Should -BeNullOrEmpty
        $quiet.Output | Should -Be Succeeded
        $strict = Invoke-Scripted {
            $WarningPreference = 'Stop'
            Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait -PollIntervalSec 1
            'never'
        }
        $strict.Output | Should -Not -Contain never
        $strict.Thrown | Should -Not -BeNullOrEmpty
    }

    It '-ErrorVariable, -OutVariable, -WarningVariable and -PipelineVariable hold what they should' {
        $session = Invoke-Scripted {
            $rows = @{ TriggerId = 1 }, @{ TriggerId = 2; Variables = @{ emulator_outcome = 'failed' } }, @{ TriggerId = 77 }
            $seen = $rows | Invoke-PipelineRun -Connection mage -PipelineVariable triggered -ErrorAction SilentlyContinue -ErrorVariable refused -OutVariable started |
                ForEach-Object { $triggered.RunId -eq $_.RunId }
            [void]($started | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue -WarningVariable warned -ErrorAction SilentlyContinue -ErrorVariable failed -OutVariable ended)
            @{
                Seen    = @($seen)
                Refused = @($refused | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] })
                Failed  = @($failed | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] })
                Started = $started.Count
                Ended   = @($ended.Status | Sort-Object)
                Warned  = @($warned).Count
            }
        }
        $told = $session.Output[0]
        $told.Seen | Should -Be $true, $true
        $told.Refused | Should -Be TriggerRejected
        $told.Failed | Should -Be RunFailed
        $told.Started | Should -Be 2
        $told.Ended | Should -Be Failed, Succeeded
        $told.Warned | Should -Be 1
    }
}

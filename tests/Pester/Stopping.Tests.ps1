BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force

    # One second is the product's; the rest is for a busy machine, and far less than what is waited for.
    $script:limit = [timespan]::FromSeconds(30)

    # Stops what a child does as Ctrl+C would, once it is so far, and says how long it took to end.
    function Complete-Interrupted($Child, [scriptblock]$Begun) {
        Wait-Until { $Child.Process.HasExited -or (& $Begun) } -Because 'the child has begun'
        $watch = [Diagnostics.Stopwatch]::StartNew()
        & /bin/kill -INT $Child.Process.Id
        [void]$Child.Process.WaitForExit(60000)
        $took = $watch.Elapsed
        Complete-Child $Child | Add-Member -PassThru -NotePropertyName Took -NotePropertyValue $took
    }

    # A terminal breaks a line where it ends.
    function Get-Flat([string]$Text) { $Text -replace '\s+', ' ' }
}

Describe 'Ctrl+C' {
    BeforeAll {
        $script:reason = if ($env:OS -eq 'Windows_NT') {
            'there is no SIGINT to send here'
        }
        elseif ((Test-Path /proc/self/status) -and (Get-Content /proc/self/status -Raw) -match 'SigIgn:\s*[0-9a-f]*[2367abef]\s') {
            'this process was started with SIGINT ignored, and so are its children'
        }

        if (-not $reason) {
            $wait = Get-FreshTenant
            $stall = Get-FreshTenant
            $stallAndWait = Get-FreshTenant
            foreach ($tenant in $wait, $stall, $stallAndWait) { [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 600 }) }
            [void](Add-Fault $stall @{ vendor = 'prophecy'; operation = 'trigger'; kind = 'stall'; count = -1 })
            [void](Add-Fault $stallAndWait @{ vendor = 'mage'; operation = 'trigger'; kind = 'stall'; count = -1; skip = 1; when = 'after' })

            $inWait = Open-Child -Import -With @{ Tenant = $wait } {
                Connect-PipelineService Mage -BaseUri $With.Tenant.Mage
                Connect-PipelineService Supaflow -BaseUri $With.Tenant.Supaflow -Token (ConvertTo-Secret ak_key)
                @{ TriggerId = 1 }, @{ PipelineId = '11111111-2222-3333-4444-555555555555' }, @{ TriggerId = 2 } | Invoke-PipelineRun | Wait-PipelineRun -PollIntervalSec 1
                'the line after'
            }
            $inTrigger = Open-Child -Import -With @{ Tenant = $stall } {
                Connect-PipelineService Prophecy -BaseUri $With.Tenant.Prophecy -Token (ConvertTo-Secret token)
                1..50 | ForEach-Object { @{ PipelineName = "pipeline$_" } } | Invoke-PipelineRun -FabricId 33290 -ProjectId 41459 -ThrottleLimit 3
            }
            $inBoth = Open-Child -Import -With @{ Tenant = $stallAndWait } {
                Connect-PipelineService Mage -BaseUri $With.Tenant.Mage
                1..50 | ForEach-Object { @{ TriggerId = 1 } } | Invoke-PipelineRun -ThrottleLimit 2 -Wait -PollIntervalSec 1
            }
            $script:waiting = Complete-Interrupted $inWait { (Get-LookCount $wait Mage) -ge 1 -and (Get-LookCount $wait Supaflow) -ge 1 }
            $script:triggering = Complete-Interrupted $inTrigger { (Get-CallCount $stall Prophecy trigger) -ge 3 }
            $script:both = Complete-Interrupted $inBoth { (Get-CallCount $stallAndWait Mage trigger) -ge 3 -and (Get-LookCount $stallAndWait Mage) -ge 1 }
            $script:runs = @(Get-VendorRun $wait Mage) + @(Get-VendorRun $wait Supaflow)
            $script:calls = @{ Stall = Get-CallCount $stall; Both = Get-CallCount $stallAndWait; Cancel = Get-CallCount $wait '*' cancel }
        }
    }

    BeforeEach {
        if ($reason) { Set-ItResult -Skipped -Because $reason }
    }

    It 'ends a wait at once' {
        $waiting.Took | Should -BeLessThan $limit -Because $waiting.Text
    }

    It 'ends the script' {
        $waiting.Text + $waiting.Result | Should -Not -BeLike '*the line after*'
    }

    It 'names the runs that are still running' {
        $runs | Should -HaveCount 3
        foreach ($run in $runs) { Get-Flat $waiting.Text | Should -BeLike "*run $($run.id) *" }
        Get-Flat $waiting.Text | Should -BeLike '*3 runs may still be running*Wait-PipelineRun*Stop-PipelineRun*'
    }

    It 'cancels nothing' {
        $calls.Cancel | Should -Be 0
        $runs.isFinal | Should -Not -Contain $true
    }

    It 'ends triggers in flight within their second' {
        $triggering.Took | Should -BeLessThan $limit -Because $triggering.Text
        $both.Took | Should -BeLessThan $limit -Because $both.Text
    }

    It 'lets no new trigger out' {
        $calls.Stall | Should -Be 3
    }

    It 'names the triggers whose outcome is unknown' {
        foreach ($number in 1..3) { Get-Flat $triggering.Text | Should -BeLike "*pipeline$number *may have been created*" }
    }

    It 'names both the unfinished run and the triggers in flight' {
        Get-Flat $both.Text | Should -BeLike '*Mage run 1 of quick_pipeline*'
        [regex]::Matches((Get-Flat $both.Text), 'Mage trigger 1:.*?may have been created').Count | Should -Be 2
    }

    It 'is no error of its own' {
        $waiting.ErrorText + $triggering.ErrorText | Should -BeNullOrEmpty
    }
}

Describe 'A host that stops a pipeline' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 600 })
        [void](Add-Fault $tenant @{ vendor = 'prophecy'; operation = 'trigger'; kind = 'stall'; count = -1 })
        [void](Add-Fault $tenant @{ vendor = 'supaflow'; operation = 'pipelines'; kind = 'stall'; count = -1 })

        # Stops a session once it is so far, and says how long that took.
        function Get-StopTime([scriptblock]$Script, [scriptblock]$Begun) {
            $session = Open-Session $Script @{ Tenant = $tenant }
            Wait-Until { $session.Handle.IsCompleted -or (& $Begun) } -Because 'the session has begun'
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $session.Shell.Stop()
            $took = $watch.Elapsed
            $state = $session.Shell.InvocationStateInfo.State
            [void](Complete-Session $session)
            [pscustomobject]@{ Took = $took; State = $state }
        }
    }

    It 'ends a wait at once, and cancels nothing' {
        $stop = Get-StopTime { Connect-PipelineService Mage -BaseUri $With.Tenant.Mage; 1, 2 | ForEach-Object { @{ TriggerId = $_ } } | Invoke-PipelineRun | Wait-PipelineRun -PollIntervalSec 1 } { (Get-LookCount $tenant Mage) -ge 1 }
        $stop.Took | Should -BeLessThan $limit
        $stop.State | Should -Be Stopped
        Get-CallCount $tenant Mage cancel | Should -Be 0
    }

    It 'leaves nothing that polls the runs' {
        $looks = Get-LookCount $tenant Mage
        [Threading.Thread]::Sleep(1500)
        Get-LookCount $tenant Mage | Should -Be $looks
    }

    It 'ends triggers in flight, and lets no new one out' {
        $stop = Get-StopTime {
            Connect-PipelineService Prophecy -BaseUri $With.Tenant.Prophecy -Token (ConvertTo-Secret token)
            1..20 | ForEach-Object { @{ PipelineName = "pipeline$_" } } | Invoke-PipelineRun -FabricId 33290 -ProjectId 41459 -ThrottleLimit 4
        } { (Get-CallCount $tenant Prophecy trigger) -ge 4 }
        $stop.Took | Should -BeLessThan $limit
        Get-CallCount $tenant Prophecy trigger | Should -Be 4
    }

    It 'ends a list that does not come' {
        $stop = Get-StopTime { Connect-PipelineService Supaflow -BaseUri $With.Tenant.Supaflow -Token (ConvertTo-Secret ak_key); Get-Pipeline } { (Get-CallCount $tenant Supaflow pipelines) -ge 1 }
        $stop.Took | Should -BeLessThan $limit
    }

    It 'ends a test that does not end' {
        $stop = Get-StopTime { Connect-PipelineService Supaflow -BaseUri $With.Tenant.Supaflow -Token (ConvertTo-Secret ak_key); Test-PipelineConnection } { (Get-CallCount $tenant Supaflow pipelines) -ge 2 }
        $stop.Took | Should -BeLessThan $limit
    }
}

Describe 'A pipeline that stops early' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 600 })
        $script:child = Invoke-Child -Import -With @{ Tenant = $tenant } {
            Connect-PipelineService Mage -BaseUri $With.Tenant.Mage
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $rows = @(@{ TriggerId = 1; Variables = @{ emulator_running = 0 } }) + @(1..3 | ForEach-Object { @{ TriggerId = 1 } })
            $first = $rows | Invoke-PipelineRun -ThrottleLimit 1 | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue | Select-Object -First 1
            Write-Output @{ First = $first.RunId; WaitTook = $watch.Elapsed }
            'between the two' | Out-Default
            $watch.Restart()
            $one = 1..20 | ForEach-Object { @{ TriggerId = 2 } } | Invoke-PipelineRun -ThrottleLimit 1 | Select-Object -First 1
            Write-Output @{ One = $one.RunId; TriggerTook = $watch.Elapsed }
            Get-PipelineRunStatus -RunId $one.RunId -Connection mage
        }
        $script:waitText, $script:triggerText = $child.Text -split 'between the two' | ForEach-Object { Get-Flat $_ }
    }

    It 'ends a wait after its first run' {
        $child.Result[0].First | Should -Be 1
        $child.Result[0].WaitTook | Should -BeLessThan $limit
    }

    It 'names the runs that were still waited for' {
        # How many there are by then depends on how fast the rows are triggered: the second pipeline's runs come after them.
        foreach ($number in 2..([int]$child.Result[1].One - 1)) { $waitText | Should -BeLike "*Mage run $number of*" }
    }

    It 'ends the triggers after the first' {
        $child.Result[1].One | Should -Not -BeNullOrEmpty
        $child.Result[1].TriggerTook | Should -BeLessThan $limit
        Get-RunCount $tenant | Should -BeLessThan 10
    }

    It 'names the runs it has started and not returned' {
        $started = @(Get-VendorRun $tenant Mage).id | Where-Object { [int]$_ -gt [int]$child.Result[1].One }
        foreach ($id in $started) { $triggerText | Should -BeLike "*Mage run $id of*" }
    }

    It 'does not spoil what comes next' {
        $child.Result[2].RunId | Should -Be $child.Result[1].One
    }
}

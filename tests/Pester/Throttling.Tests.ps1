BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath
}

Describe 'A long list' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'has no more triggers in flight than -ThrottleLimit' {
        [void](Add-Fault $tenant @{ vendor = 'mage'; operation = 'trigger'; kind = 'stall'; count = -1 })
        $shell = [powershell]::Create()
        try {
            [void]$shell.AddScript({
                param($Module, $Uri)
                Import-Module $Module
                Connect-PipelineService Mage -BaseUri $Uri
                1..50 | ForEach-Object { @{ TriggerId = 1 } } | Invoke-PipelineRun -ThrottleLimit 4
            }).AddArgument($ModulePath).AddArgument($tenant.Mage)
            $running = $shell.BeginInvoke()
            Wait-Until { (Get-CallCount $tenant mage trigger) -ge 4 } -Because 'four triggers are in flight'
            [Threading.Thread]::Sleep(300)
            Get-CallCount $tenant mage trigger | Should -Be 4
        } finally {
            $shell.Stop()
            $shell.Dispose()
            [void]$running
        }
    }

    It 'ties each refusal to its own row, and does not stop the others' {
        $rows = 1..30 | ForEach-Object { [pscustomobject]@{ TriggerId = if ($_ % 10) { 1 } else { 77 }; Number = $_ } }
        $outcome = Get-Outcome { $rows | Invoke-PipelineRun -Connection mage }
        $outcome.Output | Should -HaveCount 27
        $outcome.Errors.TargetObject.Number | Sort-Object | Should -Be 10, 20, 30
    }

    It 'gives its first run while more input is still to come' {
        $seen = [Collections.Generic.List[object]]::new()
        & {
            @{ TriggerId = 1 }
            Wait-Until { (Get-RunCount $tenant mage) -ge 1 } -Because 'the first run is created'
            Wait-Until { (Get-CallCount $tenant mage trigger) -ge 1 }
            @{ TriggerId = 1 }
            $seen.Add('the input ended')
        } | Invoke-PipelineRun -Connection mage -ThrottleLimit 1 | ForEach-Object { $seen.Add($_.RunId) }
        $seen.IndexOf('the input ended') | Should -BeGreaterThan 0
    }

    It 'is not triggered any further after Select-Object -First 1' {
        $first = 1..500 | ForEach-Object { @{ TriggerId = 1 } } | Invoke-PipelineRun -Connection mage -ThrottleLimit 2 | Select-Object -First 1
        $first.RunId | Should -Not -BeNullOrEmpty
        $created = Get-RunCount $tenant mage
        $created | Should -BeLessThan 500
        [Threading.Thread]::Sleep(300)
        Get-RunCount $tenant mage | Should -Be $created
    }

    It 'pauses all triggers of the connection after one gets Retry-After' {
        [void](Add-Fault $tenant @{ vendor = 'mage'; operation = 'trigger'; kind = 'answer'; status = 429; headers = @{ 'Retry-After' = '1' } })
        $runs = 1..20 | ForEach-Object { @{ TriggerId = 1 } } | Invoke-PipelineRun -Connection mage -ThrottleLimit 4
        $runs | Should -HaveCount 20
        Get-CallCount $tenant mage trigger | Should -Be 21
    }

    It 'of Supaflow runs is read a hundred at a time' {
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ vendor = 'supaflow'; runningSeconds = 2 })
        $runs = 1..250 | ForEach-Object { @{ PipelineId = 'nightly_sales' } } | Invoke-PipelineRun -Connection supaflow
        $before = Get-CallCount $tenant supaflow status
        $runs | Wait-PipelineRun -Any -PollIntervalSec 60 -WarningAction SilentlyContinue -TimeoutSec 2 -ErrorAction SilentlyContinue | Out-Null
        (Get-CallCount $tenant supaflow status) - $before | Should -BeLessOrEqual 5
    }

    It 'of vendors mixed is waited for as one' {
        $runs = & { foreach ($vendor in 'Prophecy', 'Mage', 'Supaflow') { foreach ($number in 1..5) { $parameters = Get-TriggerParameter $vendor; Invoke-PipelineRun @parameters } } }
        $ended = $runs | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue
        $ended.RunId | Sort-Object | Should -Be ($runs.RunId | Sort-Object)
    }

    It 'of a thousand pipelines and more comes from Get-Pipeline whole' {
        [void](Invoke-Admin $tenant -Path supaflow/pipelines/bulk -Method Post -Body @{ count = 2300 })
        $pipelines = Get-Pipeline -Connection supaflow
        ($pipelines.PipelineId | Sort-Object -Unique).Count | Should -Be 2304
    }

    It 'of pipelines is not read to its end after Select-Object -First 1' {
        [void](Invoke-Admin $tenant -Path supaflow/pipelines/bulk -Method Post -Body @{ count = 20000 })
        [void](Get-Pipeline -Connection supaflow | Select-Object -First 1)
        Get-CallCount $tenant supaflow pipelines | Should -BeLessThan 20
    }
}

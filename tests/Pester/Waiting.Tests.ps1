BeforeDiscovery {
    $script:ways = @{
        'Invoke-PipelineRun -Wait'                                       = '$rows | Invoke-PipelineRun -Connection mage -Wait -PollIntervalSec 3 -OutVariable all'
        'Invoke-PipelineRun | Wait-PipelineRun'                          = '$rows | Invoke-PipelineRun -Connection mage | Wait-PipelineRun -PollIntervalSec 3 -OutVariable all'
        'Invoke-PipelineRun | Where-Object RunId | Wait-PipelineRun'     = '$rows | Invoke-PipelineRun -Connection mage | Where-Object RunId | Wait-PipelineRun -PollIntervalSec 3 -OutVariable all'
    }
    $script:unlucky = @(
        @{ Name = 'a run that fails'; Csv = "TriggerId,Variables`n1,""{`"`"emulator_outcome`"`":`"`"failed`"`"}""" }
        @{ Name = 'a run that another user cancels'; Csv = "TriggerId,Variables`n1,""{`"`"emulator_outcome`"`":`"`"cancelled`"`"}""" }
        @{ Name = 'a run among others'; Csv = "TriggerId,Variables`n1,`n1,""{`"`"emulator_outcome`"`":`"`"failed`"`"}""`n1," }
        @{ Name = 'a trigger that is refused'; Csv = "TriggerId`n1`n77" }
        @{ Name = 'a row that cannot be right'; Csv = "TriggerId`nx`n1" }
    )
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    . "$PSScriptRoot/Scripts.ps1"
    Import-Module $ModulePath -Force
}

AfterAll {
    Get-Job | Where-Object PSJobTypeName -EQ PipelineRunJob | Remove-Job -Force
}

Describe 'A wait' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-Tenant $tenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
    }

    It 'for a run given twice returns it once' {
        $run = Invoke-PipelineRun -Connection mage -TriggerId 1
        $outcome = Get-Outcome { $run, $run | Wait-PipelineRun -PollIntervalSec 3 }
        $outcome.Output.RunId | Should -Be $run.RunId
        $outcome.Ids | Should -BeNullOrEmpty
    }

    It 'for a run given twice ends in a job, too, and not with the process' {
        $child = Invoke-Child -Import -With @{ Mage = $tenant.Mage } {
            Connect-PipelineService Mage -BaseUri $With.Mage
            $run = Invoke-PipelineRun -TriggerId 1 -Variables @{ emulator_running = 2 }
            $job = $run, $run | Wait-PipelineRun -AsJob -PollIntervalSec 3
            [void](Wait-Job $job)
            "$($job.State) $($job.Output.Count)"
        }
        $child.Result | Should -Be 'Completed 1' -Because $child.ErrorText
        $child.ExitCode | Should -Be 0
    }

    It 'for an id that cannot be one has an error for it, and the other run' {
        $run = Invoke-PipelineRun -Connection mage -TriggerId 1
        $outcome = Get-Outcome { Wait-PipelineRun -Connection mage -RunId abc, $run.RunId -PollIntervalSec 3 }
        $outcome.Ids | Should -Be InvalidInput
        $outcome.Output.RunId | Should -Be $run.RunId
    }

    It 'for an id that cannot be one returns the other run before it ends with the error under -ErrorAction Stop' {
        $run = Invoke-PipelineRun -Connection mage -TriggerId 1
        $caught = $null
        try { Wait-PipelineRun -Connection mage -RunId abc, $run.RunId -PollIntervalSec 3 -ErrorAction Stop -OutVariable all } catch { $caught = $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike 'InvalidInput,*'
        $all.RunId | Should -Be $run.RunId
    }

    It 'returns every run when its connection is replaced under the same name' {
        $runs = 1, 5 | ForEach-Object { Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables @{ emulator_running = $_ } }
        $outcome = Get-Outcome { $runs | Wait-PipelineRun -PollIntervalSec 3 | ForEach-Object { Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage; $_ } }
        $outcome.Output.RunId | Should -Be $runs.RunId
        $outcome.Ids | Should -BeNullOrEmpty
    }

    It 'writes errors at once with -FailFast in a job, too' {
        $rows = @{ TriggerId = 1; Variables = @{ emulator_outcome = 'failed' } }, @{ TriggerId = 1; Variables = @{ emulator_running = 600 } }
        $job = $rows | Invoke-PipelineRun -Connection mage | Wait-PipelineRun -AsJob -FailFast -PollIntervalSec 3
        Wait-Until { $job.Error.Count -gt 0 } -Because 'the error is written'
        $job.State | Should -Be Running
        Stop-Job $job
    }

    It 'with a revoked key has an error for each of its runs, and returns the others' {
        $revoked = Get-FreshTenant
        Connect-PipelineService Supaflow -Name revoked -BaseUri $revoked.Supaflow -Token (ConvertTo-Secret $Credentials.Supaflow)
        [void](Invoke-Admin $revoked -Path defaults -Method Put -Body @{ runningSeconds = 600 })
        $lost = 1..3 | ForEach-Object { Invoke-PipelineRun -Connection revoked -PipelineId nightly_sales }
        $other = Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables @{ emulator_running = 5 }
        foreach ($operation in 'status', 'list') { [void](Add-Fault $revoked @{ vendor = 'supaflow'; operation = $operation; status = 403; count = -1; skip = 1; body = @{ code = '42501'; message = 'no' } }) }
        $outcome = Get-Outcome { @($lost) + $other | Wait-PipelineRun -PollIntervalSec 3 -WarningAction SilentlyContinue }
        $outcome.Output.RunId | Should -Be $other.RunId
        $outcome.Ids | Should -Be AccessDenied, AccessDenied, AccessDenied
        $outcome.Errors.TargetObject.RunId | Sort-Object | Should -Be ($lost.RunId | Sort-Object)
    }

    It 'for a run at an address that is no vendor''s ends with its error' {
        $page = Get-FreshTenant
        [void](Add-Fault $page @{ vendor = 'mage'; status = 200; count = -1; contentType = 'text/html'; body = '<html>Welcome</html>' })
        Connect-PipelineService Mage -Name page -BaseUri $page.Mage
        $outcome = Get-Outcome { Wait-PipelineRun -Connection page -RunId 1, 2 -PollIntervalSec 3 }
        $outcome.Ids | Should -Be InvalidResponse, InvalidResponse
    }
}

Describe '<_> under -ErrorAction Stop' -ForEach $ways.Keys {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
        $body = {
            Connect-PipelineService Mage -Name mage -BaseUri $With.Mage
            $rows = @{ TriggerId = 1 }, @{ TriggerId = 77 }, @{ TriggerId = 'x' }, @{ TriggerId = 1 }, @{ TriggerId = 1 }
            $ErrorActionPreference = 'Stop'
            $caught = $null
            $env:TF_BUILD = 'True'
            $env:AGENT_TEMPDIRECTORY = $With.Out
            $log = [Collections.Generic.List[string]]::new()
            try { . { DEED } 6>&1 | Where-Object { $_ -is [System.Management.Automation.InformationRecord] } | ForEach-Object { $log.Add("$_".Trim()) } } catch { $caught = $_ }
            @{ All = @($all | Where-Object { $_ -is [PipelineTrigger.PipelineRun] }); Caught = $caught; Log = $log }
        }
        $script:folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid().ToString('N')))).FullName
        $child = Invoke-Child -Import -With @{ Mage = $tenant.Mage; Out = $folder } ([scriptblock]::Create("$body".Replace('DEED', $ways[$_])))
        $script:result = $child.Result[0]
        $script:summary = Get-ChildItem "$folder/*.md" | ForEach-Object { [IO.File]::ReadAllText($_.FullName) }
    }

    It 'triggers every row that can be' {
        Get-RunCount $tenant | Should -Be 3
    }

    It 'waits for every run and returns it' {
        $result.All.Status | Should -Be Succeeded, Succeeded, Succeeded
    }

    It 'ends with the first error' {
        $result.Caught.FullyQualifiedErrorId | Should -Match '^(TriggerRejected|InvalidInput),'
    }

    It 'counts in the summary what was not triggered' {
        $summary | Should -BeLike '*### Pipeline runs: 3 of 5 succeeded*| TriggerRejected |*'
        $summary | Should -BeLike '*| InvalidInput |*'
    }

    It 'has Failed for the status that later steps read' {
        $result.Log | Should -Contain '##vso[task.setvariable variable=PipelineRunStatus;isOutput=true;]Failed'
    }
}

Describe 'A first trigger' {
    It 'is reported before the next row arrives' {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
        $script:seen = 0
        $script:seenBetween = -1
        & {
            @{ TriggerId = 1 }

            # As long as a slow producer takes at most.
            $script:seenBetween = $seen
            @{ TriggerId = 1 }
        } | Invoke-PipelineRun -Connection mage | ForEach-Object { $script:seen++ }
        $seenBetween | Should -Be 1
        $seen | Should -Be 2
    }
}

Describe 'A stop' {
    It 'ends a wait whose output has not all been read' {
        $tenant = Get-FreshTenant
        $state = [hashtable]::Synchronized(@{})
        $session = Open-Session -With @{ Mage = $tenant.Mage; State = $state } {
            Connect-PipelineService Mage -Name mage -BaseUri $With.Mage
            & {
                foreach ($number in 1..5000) { [pscustomobject]@{ PSTypeName = 'Deserialized.PipelineTrigger.PipelineRun'; RunId = "bad$number"; Vendor = 'Mage'; Connection = 'mage'; BaseUri = $With.Mage } }
                $With.State.Begun = $true
                while ($true) { Start-Sleep -Milliseconds 100 }
            } | Wait-PipelineRun -ErrorAction SilentlyContinue
        }
        Wait-Until { $session.Handle.IsCompleted -or $state.Begun } -Because 'every run is given'
        $state.Begun | Should -BeTrue
        [Threading.Thread]::Sleep(1000)   # In which what looks at them gets as far as it can.
        $stop = $session.Shell.BeginStop($null, $null)
        $stop.AsyncWaitHandle.WaitOne(20000) | Should -BeTrue -Because 'a stop ends at once'
    }
}

Describe 'The snippet for one''s own exit code in docs/azure-devops.md' {
    BeforeAll {
        $block = @(Get-MarkdownBlock (Join-Path $RepositoryRoot 'docs/azure-devops.md') powershell) | Where-Object { $_ -match 'exit 2' }
        $block | Should -HaveCount 1
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
        $children = @{}
        foreach ($case in @($unlucky) + @{ Name = 'well'; Csv = "TriggerId`n1`n1" }) {
            $children[$case.Name] = Open-Child -Import -With @{ Mage = $tenant.Mage; Csv = $case.Csv; Block = $block } {
                Set-Location $With.Folder
                [IO.File]::WriteAllText("$PWD/tonight.csv", $With.Csv)
                $ErrorActionPreference = 'Stop'
                Connect-PipelineService Mage -BaseUri $With.Mage
                . ([scriptblock]::Create($With.Block.Replace('-Wait', '-Wait -PollIntervalSec 3')))
            }
        }

        $script:codes = @{}
        foreach ($name in $children.Keys) { $codes[$name] = (Complete-Child $children[$name]).ExitCode }
    }

    It 'is red for <Name>' -ForEach $unlucky {
        $codes[$Name] | Should -Be 2
    }

    It 'is green where every run ended well' {
        $codes['well'] | Should -Be 0
    }
}

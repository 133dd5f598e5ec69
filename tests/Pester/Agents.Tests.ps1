BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    . "$PSScriptRoot/Scripts.ps1"
    Import-Module $ModulePath -Force

    # What a vendor may say to make an agent do something; with every line end that anybody knows.
    $orders = "`n", "`r", "`r`n", [char]0x85, [char]0x2028, [char]0x2029, '%0D%0A' | ForEach-Object { "$_##vso[task.complete]a$_::error::b$_  ::set-output name=PipelineRunStatus::Succeeded" }
    $script:hostile = "disk full ##vso[task.complete result=Succeeded;]x ##[error]y %0A##vso[task.setvariable variable=PATH]z$(-join $orders) | [c](javascript:d) ``e`` <script>f</script> @g"
    $script:hostileName = "nightly ##vso[task.complete]`n::error::h <img src=x> | i"

    # The lines that an agent acts on, read by one who knows every line end; Azure DevOps finds its commands anywhere in a line.
    function Get-CommandLine([string]$Text) {
        $Text -split "`r`n|[\n\r\v\f\u0085\u2028\u2029]" | Where-Object { $_ -match '##vso\[|##\[|^\s*::' }
    }

    # A step as an agent runs it: its script in a file, between what the agents' own tasks put around it, and both streams of the process in one log.
    function Open-Step {
        param([string]$Script, [Parameter(Mandatory)] [hashtable]$Environment, [string]$Program, [string[]]$Argument)

        $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) ('step-' + [guid]::NewGuid().ToString('N')))).FullName
        $file = Join-Path $folder 'step.ps1'
        $lines = "`$ErrorActionPreference = 'stop'", "Import-Module '$ModulePath'", $Script, 'if ((Test-Path -LiteralPath variable:\LASTEXITCODE)) { exit $LASTEXITCODE }'
        [IO.File]::WriteAllLines($file, $lines, [Text.UTF8Encoding]::new($true))
        $start = [Diagnostics.ProcessStartInfo]::new()
        $start.FileName = if ($Program) { $Program } else { Get-PowerShellExecutable }
        if (-not $Argument) { $Argument = '-NoLogo', '-NoProfile', '-NonInteractive', '-Command', ". '$file'" }
        $start.Arguments = ($Argument | ForEach-Object { "`"$_`"" }) -join ' '
        $start.UseShellExecute = $false
        $start.CreateNoWindow = $true
        $start.RedirectStandardInput = $true
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        $start.StandardOutputEncoding = [Text.Encoding]::UTF8
        $all = @{ AGENT_TEMPDIRECTORY = $folder; GITHUB_OUTPUT = "$folder/output"; GITHUB_STEP_SUMMARY = "$folder/summary"; MAGE = $tenant.Mage; SUPAFLOW = $tenant.Supaflow; PROPHECY = $tenant.Prophecy; TOKEN = 'ak_key' }
        foreach ($variables in $all, $Environment) {
            foreach ($name in $variables.Keys) { $start.EnvironmentVariables[$name] = $variables[$name] }
        }

        $process = [Diagnostics.Process]::Start($start)
        $process.StandardInput.Close()
        [pscustomobject]@{ Process = $process; Folder = $folder; Text = $process.StandardOutput.ReadToEndAsync(); ErrorText = $process.StandardError.ReadToEndAsync() }
    }

    function Complete-Step($Step) {
        if (-not $Step.Process.WaitForExit(120000)) {
            $Step.Process.Kill()
            throw "The step had not ended after 120 s: $($Step.Text.Result) $($Step.ErrorText.Result)"
        }

        $files = @{}
        foreach ($file in Get-ChildItem $Step.Folder -File) { $files[$file.Name] = [IO.File]::ReadAllText($file.FullName) }
        $summary = @($files.Keys | Where-Object { $_ -eq 'summary' -or $_ -like '*.md' })
        [pscustomobject]@{
            ExitCode    = $Step.Process.ExitCode
            Text        = $Step.Text.Result
            ErrorText   = $Step.ErrorText.Result
            Commands    = @(Get-CommandLine ($Step.Text.Result + "`n" + $Step.ErrorText.Result))
            Output      = $files['output']
            Summary     = if ($summary) { $files[$summary[0]] }
            SummaryFile = if ($summary) { Join-Path $Step.Folder $summary[0] }
        }
        Remove-Item $Step.Folder -Recurse -Force
    }

    function Invoke-Step([string]$Script, [hashtable]$Environment) {
        Complete-Step (Open-Step -Script $Script -Environment $Environment)
    }

    # The outputs that GitHub reads of its file.
    function Get-GithubOutput([string]$Text) {
        $outputs = @{}
        foreach ($match in [regex]::Matches($Text, '(?m)^(\w+)<<(end-[0-9a-f]{32})\n(.*)\n\2$')) { $outputs[$match.Groups[1].Value] = $match.Groups[3].Value }
        $outputs
    }

    $script:azure = @{ TF_BUILD = 'True'; GITHUB_ACTIONS = '' }
    $script:github = @{ TF_BUILD = ''; GITHUB_ACTIONS = 'true' }
    $script:nowhere = @{ TF_BUILD = ''; GITHUB_ACTIONS = '' }

    # One run that fails, one that ends with warnings and one that ends well, each with hostile words.
    function New-HostileTenant {
        $new = Get-FreshTenant
        [void](Invoke-Admin $new -Path mage/triggers/7 -Method Put -Body @{ name = $hostileName; pipelineUuid = $hostileName; plan = @{ runningSeconds = 0; outcome = 'failed'; message = $hostile } })
        [void](Invoke-Admin $new -Path supaflow/pipelines/77777777-0000-0000-0000-000000000000 -Method Put -Body @{ name = $hostileName; apiName = 'warned'; plan = @{ runningSeconds = 0; outcome = 'warning'; message = $hostile } })
        [void](Invoke-Admin $new -Path supaflow/pipelines/88888888-0000-0000-0000-000000000000 -Method Put -Body @{ name = $hostileName; apiName = 'good'; plan = @{ runningSeconds = 0 } })
        $new
    }

    $script:threeRuns = @'
Connect-PipelineService Mage -BaseUri $env:MAGE
Connect-PipelineService Supaflow -BaseUri $env:SUPAFLOW -TokenEnvironmentVariable TOKEN
$runs = @{ TriggerId = 7 }, @{ PipelineId = 'warned' }, @{ PipelineId = 'good' } | Invoke-PipelineRun -WarningAction SilentlyContinue
$runs | Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue -Verbose | Format-List *
'@
    $script:noExecutable = if (-not (Get-PowerShellExecutable)) { 'a step needs the executable of PowerShell, and dotnet runs this one' }
}

Describe 'A step of Azure DevOps' {
    BeforeAll {
        if ($noExecutable) { return }

        $script:tenant = New-HostileTenant
        $script:step = Invoke-Step $threeRuns $azure
        $script:failed = (Get-VendorRun $tenant Mage).id
        $script:warned = (Get-VendorRun $tenant Supaflow | Where-Object message).id
        $script:good = (Get-VendorRun $tenant Supaflow | Where-Object { -not $_.message }).id
    }

    BeforeEach { if ($noExecutable) { Set-ItResult -Skipped -Because $noExecutable } }

    It 'has exactly the lines that the agent acts on, and none that a vendor wrote' {
        $said = 'disk full # #vso[task.complete result=Succeeded;]x # #[error]y %AZP250A# #vso[task.setvariable variable=PATH]z'
        $page = "See $($tenant.Mage)/pipelines/"
        $progress, $others = $step.Commands.Where({ $_ -like '*setprogress*' }, 'Split')
        $progress | Should -Be '##vso[task.setprogress value=33;]1 of 3 runs ended', '##vso[task.setprogress value=66;]2 of 3 runs ended', '##vso[task.setprogress value=100;]3 of 3 runs ended'
        $others | Should -HaveCount 6
        $others | Where-Object { $_ -like '*type=error*' } | Should -BeLike "##vso``[task.logissue type=error;``]RunFailed: Mage run $failed of nightly # #vso``[task.complete``] : :error: :h <img src=x> | i ended Failed: *$([wildcardpattern]::Escape($said))*$([wildcardpattern]::Escape($page))*"
        $others | Where-Object { $_ -like '*type=warning*' } | Should -BeLike "##vso``[task.logissue type=warning;``]SucceededWithWarnings: Supaflow run $warned of warned ended SucceededWithWarnings: $([wildcardpattern]::Escape($said))*"
        $others | Where-Object { $_ -like '*=PipelineRunId;*' } | Should -Be '##vso[task.setvariable variable=PipelineRunId;isOutput=true;]'
        $others | Where-Object { $_ -like '*=PipelineRunIds;*' } | ForEach-Object { ($_ -replace '.*\]') -split ',' | Sort-Object } | Should -Be ($failed, $warned, $good | Sort-Object)
        $others | Where-Object { $_ -like '*=PipelineRunIds;*' } | Should -BeLike '##vso`[task.setvariable variable=PipelineRunIds;isOutput=true;`]*'
        $others | Where-Object { $_ -like '*=PipelineRunStatus;*' } | Should -Be '##vso[task.setvariable variable=PipelineRunStatus;isOutput=true;]Failed'
        $others | Where-Object { $_ -like '*uploadsummary*' } | Should -Be "##vso[task.uploadsummary]$($step.SummaryFile)"
    }

    It 'has a summary with a row and a bar for each run' {
        $rows = $step.Summary -split "`n" | Where-Object { $_ -match '^\| (Failed|Succeeded)' }
        $rows | Should -HaveCount 3
        $rows[0] | Should -BeLike "| Failed | Mage | * | *$failed* | *"
        $rows | ForEach-Object { $_ | Should -Match ([string][char]0x2588) }
        $step.Summary | Should -Match '### Pipeline runs: 2 of 3 succeeded'
    }

    It 'has nothing in its summary that a browser or an agent would act on' {
        $step.Summary | Should -Not -Match '<|`|javascript:|##vso|##\[|@g'
        foreach ($row in $step.Summary -split "`n" | Where-Object { $_ -match '^\| (Failed|Succeeded)' }) { ($row -split '\|').Count | Should -Be 10 }
    }

    It 'fails, because a run did' {
        $step.ExitCode | Should -Be 1
        $step.ErrorText | Should -BeLike '*ended Failed*'
    }
}

Describe 'A step of GitHub Actions' {
    BeforeAll {
        if ($noExecutable) { return }

        $script:tenant = New-HostileTenant
        $script:step = Invoke-Step $threeRuns $github
        $script:failed = (Get-VendorRun $tenant Mage).id
        $script:warned = (Get-VendorRun $tenant Supaflow | Where-Object message).id
        $script:good = (Get-VendorRun $tenant Supaflow | Where-Object { -not $_.message }).id
    }

    BeforeEach { if ($noExecutable) { Set-ItResult -Skipped -Because $noExecutable } }

    It 'has exactly the lines that the runner acts on, and none that a vendor wrote' {
        $said = 'disk full # #vso[task.complete result=Succeeded;]x # #[error]y %250A# #vso[task.setvariable variable=PATH]z'
        $step.Commands | Should -HaveCount 2
        $step.Commands | Where-Object { $_ -like '::error*' } | Should -BeLike "::error title=RunFailed::Mage run $failed of nightly # #vso``[task.complete``] : :error: :h <img src=x> | i ended Failed: *$([wildcardpattern]::Escape($said))*"
        $step.Commands | Where-Object { $_ -like '::warning*' } | Should -BeLike "::warning title=SucceededWithWarnings::Supaflow run $warned of warned ended SucceededWithWarnings: $([wildcardpattern]::Escape($said))*"
    }

    It 'has the outputs in the file of the step' {
        $outputs = Get-GithubOutput $step.Output
        $outputs.Keys | Sort-Object | Should -Be 'PipelineRunId', 'PipelineRunIds', 'PipelineRunStatus'
        $outputs.PipelineRunId | Should -BeNullOrEmpty
        $outputs.PipelineRunIds -split ',' | Sort-Object | Should -Be ($failed, $warned, $good | Sort-Object)
        $outputs.PipelineRunStatus | Should -Be Failed
        ($step.Output -split "`n").Count | Should -Be 10
    }

    It 'has the summary in the file of the step' {
        $step.Summary | Should -Match '### Pipeline runs: 2 of 3 succeeded'
        $step.Summary | Should -Not -Match '<|`|javascript:|##vso|##\[|@g'
    }
}

Describe 'The agent that receives the report' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })

        function Get-OneRun([string]$Format) {
            "Connect-PipelineService Mage -BaseUri `$env:MAGE; Invoke-PipelineRun -TriggerId 1 -Wait -PollIntervalSec 1 -WarningAction SilentlyContinue $Format"
        }
    }

    BeforeEach { if ($noExecutable) { Set-ItResult -Skipped -Because $noExecutable } }

    It 'is none <Where>' -ForEach @(
        @{ Where = 'with CIFormat None at Azure DevOps'; Environment = @{ TF_BUILD = 'True' }; Format = '-CIFormat None' }
        @{ Where = 'with CIFormat None at GitHub'; Environment = @{ GITHUB_ACTIONS = 'true' }; Format = '-CIFormat None' }
        @{ Where = 'where there is no agent'; Environment = @{}; Format = '' }
    ) {
        $everything = $nowhere.Clone()
        foreach ($name in $Environment.Keys) { $everything[$name] = $Environment[$name] }
        $step = Invoke-Step (Get-OneRun $Format) $everything
        $step.Commands | Should -BeNullOrEmpty
        $step.Output | Should -BeNullOrEmpty
        $step.Summary | Should -BeNullOrEmpty
        $step.ExitCode | Should -Be 0
    }

    It 'is the one that -CIFormat names, on any host' {
        $step = Invoke-Step (Get-OneRun '-CIFormat AzureDevops') $github
        $step.Commands | Where-Object { $_ -notlike '*uploadsummary*' } | Should -Be @(
            '##vso[task.setprogress value=100;]1 of 1 runs ended'
            "##vso[task.setvariable variable=PipelineRunId;isOutput=true;]$((Get-VendorRun $tenant Mage)[-1].id)"
            "##vso[task.setvariable variable=PipelineRunIds;isOutput=true;]$((Get-VendorRun $tenant Mage)[-1].id)"
            '##vso[task.setvariable variable=PipelineRunStatus;isOutput=true;]Succeeded'
        )
        $step.Output | Should -BeNullOrEmpty
    }

    It 'is none for commands that do not wait: <_>' -ForEach 'Invoke-PipelineRun -TriggerId 1', 'Get-PipelineRunStatus -RunId 1', 'Invoke-PipelineRun -TriggerId 1 -Wait -WhatIf', 'Invoke-PipelineRun -TriggerId 1 -Wait -AsJob | Receive-Job -Wait' {
        $step = Invoke-Step "Connect-PipelineService Mage -BaseUri `$env:MAGE; $_" $azure
        $step.Commands | Should -BeNullOrEmpty
    }
}

Describe 'What is written for an agent' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
        Connect-Tenant $tenant
    }

    It 'is never output' {
        $output = Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait -PollIntervalSec 1 -CIFormat GithubActions -WarningAction SilentlyContinue -InformationAction Ignore
        $output | Should -BeOfType ([PipelineTrigger.PipelineRun])
    }

    It 'can be captured as lines of the information stream' {
        $lines = Use-Environment @{ AGENT_TEMPDIRECTORY = "$TestDrive" } {
            Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait -PollIntervalSec 1 -CIFormat AzureDevops -WarningAction SilentlyContinue -InformationVariable information 6>$null | Out-Null
            $information
        }
        $lines | Should -HaveCount 5
        $lines.Tags | Select-Object -Unique | Should -Be PSHOST
        "$($lines[0])" | Should -Be "##vso[task.setprogress value=100;]1 of 1 runs ended`n"
    }

    It 'also reports a trigger that was refused' {
        $lines = Use-Environment @{ AGENT_TEMPDIRECTORY = "$TestDrive" } {
            Invoke-PipelineRun -Connection supaflow -PipelineId 'nowhere' -Wait -CIFormat AzureDevops -ErrorAction SilentlyContinue -InformationVariable information 6>$null
            $information | ForEach-Object { "$_".TrimEnd("`n") }
        }
        $lines[0] | Should -BeLike '##vso`[task.logissue type=error;`]TriggerRejected: *'
        $lines | Should -Contain '##vso[task.setvariable variable=PipelineRunStatus;isOutput=true;]Failed'
    }

    It 'is complete when an error ends the command early' {
        $information = $null
        $rows = @{ TriggerId = 1; Variables = @{ emulator_outcome = 'failed' } }, @{ TriggerId = 1; Variables = @{ emulator_running = 600 } }
        $session = Invoke-Session -With @{ Mage = $tenant.Mage; Rows = $rows; Folder = "$TestDrive" } {
            $env:AGENT_TEMPDIRECTORY = $With.Folder
            Connect-PipelineService Mage -BaseUri $With.Mage
            try { $With.Rows | Invoke-PipelineRun -Wait -FailFast -PollIntervalSec 1 -CIFormat AzureDevops -WarningAction SilentlyContinue -ErrorAction Stop } catch { "caught $($_.FullyQualifiedErrorId)" }
            $env:AGENT_TEMPDIRECTORY = $null
        }
        $session.Output | Select-Object -Last 1 | Should -BeLike 'caught RunFailed*'
        (Get-ChildItem "$TestDrive/*.md" | ForEach-Object { [IO.File]::ReadAllText($_.FullName) } | Where-Object { $_ -like '*| Running |*' }) | Should -BeLike '*| Failed |*'
    }

    It 'holds no id that a vendor has made a command of: <_>' -ForEach '##vso[task.complete]', "1`n::error::x", '1##[error]' {
        $own = Get-FreshTenant
        Connect-PipelineService Prophecy -Name own -BaseUri $own.Prophecy -Token (ConvertTo-Secret token)
        [void](Add-Fault $own @{ vendor = 'prophecy'; operation = 'trigger'; status = 200; body = @{ success = $true; runId = $_ } })
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection own -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse -Wait -CIFormat GithubActions 6>&1 }
        $outcome.Ids | Should -Be TriggerOutcomeUnknown
        Get-CommandLine "$($outcome.Messages)" | Should -BeNullOrEmpty
        Get-CommandLine (-join $outcome.Output) | Should -BeLike '::error title=TriggerOutcomeUnknown::*'
    }

    It 'is refused where nothing would be written: <Because>' -ForEach @(
        @{ Because = 'no wait'; Parameters = @{ CIFormat = 'AzureDevops' } }
        @{ Because = 'a job'; Parameters = @{ CIFormat = 'GithubActions'; Wait = $true; AsJob = $true } }
        @{ Because = 'nothing to cancel'; Parameters = @{ StopOnCancel = $true } }
    ) {
        $before = Get-RunCount $tenant
        { Invoke-PipelineRun -Connection mage -TriggerId 1 @Parameters } | Should -Throw -ErrorId 'InvalidInput,*'
        Get-RunCount $tenant | Should -Be $before
    }

    It 'knows these formats and no other' {
        $values = (Get-Command Wait-PipelineRun).Parameters.CIFormat.Attributes.ValidValues
        $values | Should -Be 'None', 'Auto', 'AzureDevops', 'GithubActions'
        (Get-Command Invoke-PipelineRun).Parameters.CIFormat.Attributes.ValidValues | Should -Be $values
    }
}

Describe 'An agent that cancels' {
    BeforeAll {
        $script:reason = if ($noExecutable) { $noExecutable }
        elseif ($env:OS -eq 'Windows_NT') { 'there is no SIGINT to send here' }
        elseif ((Test-Path /proc/self/status) -and (Get-Content /proc/self/status -Raw) -match 'SigIgn:\s*[0-9a-f]*[2367abef]\s') { 'this process was started with SIGINT ignored, and so are its children' }

        # Cancels a step once it is so far; an agent would kill it after 7.5 s.
        function Stop-Step($Step, [scriptblock]$Begun, [string]$Signal = 'INT') {
            Wait-Until { $Step.Process.HasExited -or (& $Begun) } -Because 'the step has begun'
            & /bin/kill "-$Signal" $Step.Process.Id
            Complete-Step $Step
        }

        function Get-Flat([string]$Text) { $Text -replace '\s+', ' ' }

        if (-not $reason) {
            $script:tenant = Get-FreshTenant
            [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 600 })
            [void](Add-Fault $tenant @{ vendor = 'mage'; operation = 'trigger'; kind = 'delay'; delaySeconds = 0.4; skip = 2 })
            $begun = Open-Step -Environment $azure -Script @'
Connect-PipelineService Mage -BaseUri $env:MAGE
Connect-PipelineService Supaflow -BaseUri $env:SUPAFLOW -TokenEnvironmentVariable TOKEN
Connect-PipelineService Prophecy -BaseUri $env:PROPHECY -TokenEnvironmentVariable TOKEN
$rows = @{ PipelineId = '11111111-2222-3333-4444-555555555555' }, @{ FabricId = 33290; ProjectId = '41459'; PipelineName = 'bakehouse' }, @{ TriggerId = 1 }, @{ TriggerId = 2 }, @{ TriggerId = 3 }
$rows | Invoke-PipelineRun -ThrottleLimit 1 -Wait -StopOnCancel -PollIntervalSec 1 -WarningAction SilentlyContinue
'the line after'
'@
            $script:step = Stop-Step $begun { (Get-CallCount $tenant Mage trigger) -ge 3 }
            $script:runs = @(Get-VendorRun $tenant Mage) + @(Get-VendorRun $tenant Supaflow)
        }
    }

    BeforeEach { if ($reason) { Set-ItResult -Skipped -Because $reason } }

    It 'finds every run cancelled at the vendors when the step has ended, the one whose trigger was in flight among them' {
        $runs | Should -HaveCount 4
        $runs.status | Where-Object { $_ -notin 'cancelled', 'canceled' } | Should -BeNullOrEmpty
        Get-CallCount $tenant '*' cancel | Should -Be 4
    }

    It 'reads which runs were cancelled' {
        Get-Flat $step.Text | Should -BeLike '*asked to cancel 5 runs: 4 ended.*'
        foreach ($run in $runs) { Get-Flat $step.Text | Should -BeLike "*run $($run.id) *: Cancelled*" }
    }

    It 'reads which run could not be cancelled, and why' {
        Get-Flat $step.Text | Should -BeLike '*1 run may still be running at the vendor*Prophecy run *no way to cancel a run*'
    }

    It 'still gets the values and the summary' {
        $step.Commands | Should -Contain '##vso[task.setvariable variable=PipelineRunStatus;isOutput=true;]Cancelled'
        ($step.Summary -split "`n" | Where-Object { $_ -like '| Cancelled |*' }) | Should -HaveCount 4
    }

    It 'does not continue the script' {
        $step.Text | Should -Not -BeLike '*the line after*'
    }

    It 'also ends a wait for runs that another process triggered' {
        $own = Get-FreshTenant
        [void](Invoke-Admin $own -Path defaults -Method Put -Body @{ runningSeconds = 600 })
        $ids = 1..3 | ForEach-Object { (Invoke-Admin $own -Path runs/mage -Method Post -Body @{ triggerId = 1 }).id }
        $begun = Open-Step -Environment ($nowhere + @{ MAGE = $own.Mage }) -Script "Connect-PipelineService Mage -BaseUri `$env:MAGE; Wait-PipelineRun -Connection Mage -RunId $($ids -join ',') -StopOnCancel"
        [void](Stop-Step $begun { (Get-LookCount $own Mage) -ge 1 })
        (Get-VendorRun $own Mage).status | Select-Object -Unique | Should -Be cancelled
    }

    It 'is not kept waiting by a vendor that does not answer' {
        $own = Get-FreshTenant
        [void](Invoke-Admin $own -Path defaults -Method Put -Body @{ runningSeconds = 600 })
        [void](Add-Fault $own @{ vendor = 'mage'; operation = 'cancel'; kind = 'stall'; count = -1 })
        $begun = Open-Step -Environment ($nowhere + @{ MAGE = $own.Mage }) -Script 'Connect-PipelineService Mage -BaseUri $env:MAGE; Invoke-PipelineRun -TriggerId 1 -Wait -StopOnCancel'
        $step = Stop-Step $begun { (Get-LookCount $own Mage) -ge 1 }
        Get-Flat $step.Text | Should -BeLike '*asked to cancel 1 run: 0 ended.*1 run may still be running*Mage run 1 *did not confirm the cancellation in time*'
    }
}

Describe 'Stop-Job with -StopOnCancel' {
    It 'cancels the runs of the job' {
        $tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 600 })
        Connect-Tenant $tenant
        $job = 1, 2 | ForEach-Object { @{ TriggerId = $_ } } | Invoke-PipelineRun -Connection mage -Wait -AsJob -StopOnCancel -WarningAction SilentlyContinue
        Wait-Until { (Get-RunCount $tenant) -eq 2 -and $job.StatusMessage -like '*of 2*' } -Because 'both runs go on'
        Stop-Job $job
        (Get-VendorRun $tenant Mage).status | Should -Be cancelled, cancelled
        $job.State | Should -Be Stopped
        $job.Warning.Message -join ' ' | Should -BeLike '*asked to cancel 2 runs: 2 ended.*'
        Remove-Job $job
    }
}

Describe 'The YAML templates' {
    BeforeDiscovery {
        $templates = @{ File = 'azure-pipelines-pipelinetrigger.yml' }, @{ File = 'github-workflow.yml' }, @{ File = 'run-pipeline.ps1' }
    }

    BeforeAll {
        $script:folder = Join-Path $RepositoryRoot 'docs/templates'

        # The scripts in a YAML file: what stands under 'script: |' and the like, without its indentation.
        function Get-YamlScript([string]$Text) {
            foreach ($block in [regex]::Matches($Text, '(?m)^(?<indent> *)(- )?(script|run|pwsh|bash): \|\n(?<body>(?:\k<indent> +.*\n?|\n)+)')) {
                $lines = $block.Groups['body'].Value.TrimEnd() -split "`n"
                $indent = [regex]::Match($lines[0], '^ *').Length
                ($lines | ForEach-Object { if ($_.Length -ge $indent) { $_.Substring($indent) } else { $_ } }) -join "`n"
            }
        }

        function Get-Template([string]$File) { [IO.File]::ReadAllText((Join-Path $folder $File)) -replace "`r" }

        # The variables that a template gives to its step, with what an agent would have put in.
        $script:variables = @{ PIPELINE_VENDOR = 'Mage'; PIPELINE_RUN = '{"TriggerId": 1}'; PIPELINE_TOKEN = 'admin'; PIPELINE_USER = 'admin@admin.com'; PIPELINE_TIMEOUT = '600'; PIPELINE_FOLDER = $folder }
        function Get-StepEnvironment($Tenant, [hashtable]$Agent) {
            $all = $Agent + $variables
            $all.PIPELINE_BASE_URI = $Tenant.Mage
            $all.PSModulePath = (Split-Path $ModuleFolder) + [IO.Path]::PathSeparator + $env:PSModulePath
            $all
        }
    }

    It 'has only commands and parameters that there are: <File>' -ForEach $templates {
        if ($PSVersionTable.PSVersion -lt '7.4') { Set-ItResult -Skipped -Because 'the templates ask for PowerShell 7.4 or later'; return }

        $text = Get-Template $File
        $scripts = @(if ($File -like '*.ps1') { $text } else { Get-YamlScript $text | Where-Object { $_ -notlike 'set -m*' } })
        $scripts | Should -Not -BeNullOrEmpty
        foreach ($script in $scripts) { Get-UnknownName $script '*/run-pipeline.ps1' | Should -BeNullOrEmpty }
    }

    It 'runs a pipeline and waits for it' {
        if ($noExecutable) { Set-ItResult -Skipped -Because $noExecutable; return }

        $tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ mageAuthentication = $true })
        $step = Invoke-Step (Get-Template run-pipeline.ps1) (Get-StepEnvironment $tenant $github)
        $step.ExitCode | Should -Be 0 -Because $step.ErrorText
        (Get-GithubOutput $step.Output).PipelineRunStatus | Should -Be Succeeded
        (Get-VendorRun $tenant Mage).id | Should -Be (Get-GithubOutput $step.Output).PipelineRunId
    }

    It 'passes an agent''s <_> on to PowerShell from the Bash task, which cancels the run' -ForEach TERM, INT {
        if ($noExecutable -or $env:OS -eq 'Windows_NT' -or -not (Get-Command bash -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'there is no Bash and no signal to send it'; return }
        if ((Test-Path /proc/self/status) -and (Get-Content /proc/self/status -Raw) -match 'SigIgn:\s*[0-9a-f]*[2367abef]\s') { Set-ItResult -Skipped -Because 'this process was started with SIGINT ignored, and so are its children'; return }

        $tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 600 })
        [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ mageAuthentication = $true })
        $bash = Get-YamlScript (Get-Template azure-pipelines-pipelinetrigger.yml) | Where-Object { $_ -like 'set -m*' }
        $file = Join-Path $TestDrive "$_.sh"
        [IO.File]::WriteAllText($file, $bash)
        $environment = Get-StepEnvironment $tenant $azure
        $environment.PATH = (Split-Path (Get-PowerShellExecutable)) + [IO.Path]::PathSeparator + $env:PATH
        $step = Open-Step -Environment $environment -Program bash -Argument $file
        Wait-Until { $step.Process.HasExited -or (Get-LookCount $tenant Mage) -ge 1 } -Because 'the run is waited for'
        & /bin/kill "-$_" $step.Process.Id
        $ended = Complete-Step $step
        (Get-VendorRun $tenant Mage).status | Should -Be cancelled -Because ($ended.Text + $ended.ErrorText)
    }
}

BeforeDiscovery {
    . "$PSScriptRoot/Emulator.ps1"
    . "$PSScriptRoot/HelpExamples.ps1"
    $script:cmdlets = Get-ChildItem $HelpFolder -Filter *-*.md | ForEach-Object BaseName
    $script:abouts = Get-ChildItem $HelpFolder -Filter about_*.md | ForEach-Object BaseName
    $script:examples = @(Get-HelpExample)

    # What runs while the example stops it, or looks at it.
    $goesOn = 'Stop-PipelineRun', 'Get-PipelineRunStatus'
    foreach ($example in $examples) { $example.RunningSeconds = if ($example.Topic -in $goesOn) { 600 } else { 0 } }

    # Nothing that the emulator has made is 90 days old.
    $script:withoutEffect = 'Remove-PipelineRunHistory 1'
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    . "$PSScriptRoot/HelpExamples.ps1"
    Import-Module $ModulePath -Force

    function Get-Markdown([string]$Topic) {
        [IO.File]::ReadAllText((Join-Path $HelpFolder "$Topic.md")).Replace("`r`n", "`n")
    }

    function Get-Section([string]$Topic, [string]$Name) {
        [regex]::Match((Get-Markdown $Topic), "(?ms)^## $Name\n\n(.*?)(?=^## |\z)").Groups[1].Value.Trim()
    }

    function Get-Code([string]$Topic, [int]$Number) {
        (Get-HelpExample | Where-Object { $_.Topic -eq $Topic -and $_.Number -eq $Number }).Code
    }
}

Describe 'The help of <_>' -ForEach $cmdlets {
    BeforeAll {
        $script:name = $_
        $script:help = Get-Help $name -Full
        $script:command = Get-Command $name
    }

    It 'has the synopsis of its page' {
        $help.Synopsis | Should -Be (Get-Section $name SYNOPSIS)
    }

    It 'shows description, inputs, outputs and notes with -Full' {
        $text = $help | Out-String -Width 10000
        $text | Should -Match '(?s)DESCRIPTION\s+\S.*INPUTS\s+\S.*OUTPUTS\s+\S.*NOTES\s+\S.*RELATED LINKS\s+\S'
        $text | Should -Not -Match '\{\{|```|\x80'
    }

    It 'says what it needs permission for, what it repeats, and what a script ends with' {
        $notes = $help.alertSet | Out-String -Width 10000
        $notes | Should -Match 'Permissions'
        $notes | Should -Match 'Retries:'
        $notes | Should -Match 'Exit codes:'
    }

    It 'has at least three examples, with the code of its page' {
        $expected = @(Get-HelpExample | Where-Object Topic -EQ $name)
        $expected.Count | Should -BeGreaterOrEqual 3
        @($help.examples.example.code) | Should -Be $expected.Code
    }

    It 'shows its examples with -Examples' {
        $shown = Get-Help $name -Examples | Out-String -Width 10000
        foreach ($example in Get-HelpExample | Where-Object Topic -EQ $name) {
            $shown | Should -BeLike "*Example $($example.Number): $([WildcardPattern]::Escape($example.Title))*"
        }
    }

    It 'uses the cmdlet in every example' {
        $names = @($name) + (Get-Alias -Definition $name -ErrorAction Ignore).Name
        foreach ($example in Get-HelpExample | Where-Object Topic -EQ $name) {
            (Find-Ast $example.Code ([Management.Automation.Language.CommandAst])).GetCommandName() | Where-Object { $_ -in $names } | Should -Not -BeNullOrEmpty -Because $example.Title
        }
    }

    It 'describes every parameter, and no other, with -Parameter *' {
        $common = [Management.Automation.Cmdlet]::CommonParameters
        $described = Get-Help $name -Parameter * | Where-Object { ($_.description | Out-String).Trim() }
        $described.name | Sort-Object | Should -Be ($command.Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object)
    }

    It 'has the types, aliases and pipeline input of its parameters' {
        foreach ($described in Get-Help $name -Parameter *) {
            $parameter = $command.Parameters[$described.name]
            $type = if ($underlying = [Nullable]::GetUnderlyingType($parameter.ParameterType)) { $underlying } else { $parameter.ParameterType }
            $described.type.name | Should -Be $type.FullName -Because $described.name
            ($described.aliases -replace '^none$') | Should -Be ($parameter.Aliases -join ', ') -Because $described.name
            ($described.pipelineInput -like 'true*') | Should -Be ([bool]($parameter.Attributes | Where-Object { $_.ValueFromPipeline -or $_.ValueFromPipelineByPropertyName })) -Because $described.name
        }
    }

    It 'has its syntax' {
        if ($PSEdition -eq 'Desktop') { Set-ItResult -Skipped -Because 'Windows PowerShell writes the syntax of sets of values otherwise'; return }
        $documented = [regex]::Matches((Get-Section $name SYNTAX), '(?s)```\n(.*?)\n```') | ForEach-Object { $_.Groups[1].Value -replace '\s+', ' ' }
        $real = (Get-Command $name -Syntax) -split '\n' | Where-Object { $_.Trim() } | ForEach-Object { $_.Trim() -replace '\s+', ' ' }
        $documented | Sort-Object | Should -Be ($real | Sort-Object)
    }

    It 'names nothing in its related links that there is not' {
        foreach ($link in $help.relatedLinks.navigationLink.linkText) {
            if ($link -like 'about_*') { $link | Should -BeIn (Get-ChildItem $HelpFolder -Filter about_*.md).BaseName }
            else { Get-Command $link -Module PipelineTrigger | Should -Not -BeNullOrEmpty }
        }
    }
}

Describe 'About topics' {
    It 'are found by Get-Help: <_>' -ForEach $abouts {
        Get-Help $_ | Out-String | Should -BeLike "*$_*SHORT DESCRIPTION*LONG DESCRIPTION*SEE ALSO*"
    }

    It 'are listed with their synopsis' {
        $listed = Get-Help about_PipelineTrigger*
        $listed.Name | Sort-Object | Should -Be ((Get-ChildItem $HelpFolder -Filter about_*.md).BaseName | Sort-Object)
        $listed.Synopsis | ForEach-Object { $_.Trim() | Should -Not -BeNullOrEmpty }
    }

    It 'have their code in the text: <_>' -ForEach $abouts {
        $text = (Get-Help $_ | Out-String -Width 10000) -replace '\s+', ' '
        foreach ($example in Get-HelpExample | Where-Object Topic -EQ $_) {
            $text.Contains(($example.Code -replace '\s+', ' ')) | Should -BeTrue -Because $example.Code
        }
    }
}

Describe 'Help in another language' {
    It 'is shown in English where the culture is <_>' -ForEach 'de_DE.UTF-8', 'tr_TR.UTF-8', 'C' {
        if ($env:OS -eq 'Windows_NT') { Set-ItResult -Skipped -Because 'Windows takes the language from the user''s settings, not from LC_ALL'; return }
        $child = Invoke-Child -Import -Environment @{ LC_ALL = $_; LANG = $_ } { (Get-Help Wait-PipelineRun).Synopsis; (Get-Help about_PipelineTrigger).Length }
        $child.Result[0] | Should -Be (Get-Section Wait-PipelineRun SYNOPSIS)
        $child.Result[1] | Should -BeGreaterThan 1000
    }
}

Describe 'Examples' {
    It 'runs: <Topic> <Number>, <Title>' -ForEach $examples {
        if ($Code -match 'CurrentUser' -and $env:OS -eq 'Windows_NT') { Set-ItResult -Skipped -Because 'the connections here would be the user''s own'; return }

        $result = Invoke-Example $Code (Get-FreshTenant) -RunningSeconds $RunningSeconds
        $result.Errors | Should -BeNullOrEmpty
        if ($Code -match '-WhatIf') {
            $result.Created, $result.HasConnected, $result.ChangedHistory | Should -Be 0, $false, $false
        }
        elseif ("$Topic $Number" -notin $withoutEffect -and $Code -match 'Pipeline') {
            "$($result.Text.Trim())" -ne '' -or $result.HasCalled -or $result.HasConnected -or $result.ChangedHistory | Should -BeTrue
        }
    }

    It 'reports a failed run: <Topic> <Number>' -ForEach @(
        @{ Topic = 'Wait-PipelineRun'; Number = 3; Text = '*quick_pipeline: Mage run*the source is gone*'; Errors = @() }
        @{ Topic = 'about_PipelineTrigger'; Number = 3; Text = '*The run failed: the source is gone*'; Errors = @() }
        @{ Topic = 'about_PipelineTrigger_Automation'; Number = 1; Text = '*Failed*'; Errors = @('RunFailed*') }
        @{ Topic = 'Wait-PipelineRun'; Number = 9; Text = '*::error title=RunFailed::*the source is gone*'; Errors = @('RunFailed*', 'RunFailed*', 'RunFailed*') }
        @{ Topic = 'Invoke-PipelineRun'; Number = 5; Text = '*Failed*'; Errors = @('RunFailed*', 'RunFailed*', 'RunFailed*') }
    ) {
        $result = Invoke-Example (Get-Code $Topic $Number) (Get-FreshTenant) -Outcome failed
        $result.Text | Should -BeLike $Text
        $result.Errors.Count | Should -Be $Errors.Count
        for ($i = 0; $i -lt $Errors.Count; $i++) { $result.Errors[$i] | Should -BeLike $Errors[$i] }
    }

    It 'ends a script with <ExitCode> where the runs end as <Outcome>: <Topic> <Number>' -ForEach @(
        foreach ($step in @('Wait-PipelineRun', 7), @('Invoke-PipelineRun', 12), @('about_PipelineTrigger_Automation', 1), @('about_PipelineTrigger_Automation', 2)) {
            @{ Topic = $step[0]; Number = $step[1]; Outcome = 'success'; ExitCode = 0 }
            @{ Topic = $step[0]; Number = $step[1]; Outcome = 'failed'; ExitCode = 1 }
        }
    ) {
        Get-ExampleExitCode (Get-Code $Topic $Number) (Get-FreshTenant) $Outcome | Should -Be $ExitCode
    }

    It 'triggers nothing when it is started again: about_PipelineTrigger_Automation 3' {
        $tenant = Get-FreshTenant
        $code = Get-Code about_PipelineTrigger_Automation 3
        (Invoke-Example "$code`n$code" $tenant).Created | Should -Be 2
    }

    It 'triggers again after a failure or an unknown outcome: Invoke-PipelineRun <_>' -ForEach 10, 11 {
        (Invoke-Example (Get-Code Invoke-PipelineRun $_) (Get-FreshTenant)).Created | Should -Be 1
    }
}

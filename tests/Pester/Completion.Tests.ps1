BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath

    # What the Tab key offers at the end of a line.
    function Get-Offer([string]$Line) { (TabExpansion2 $Line $Line.Length).CompletionMatches }

    # The same for a vendor's list, which may come too late for the first time on a busy machine: pressed until there is one.
    function Get-Listed([string]$Line) {
        Wait-Until { $script:listed = @(Get-Offer $Line); $listed } -Because 'the list is there'
        $listed
    }

    function Connect-Mage { Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage }
}

Describe 'The Tab key' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    AfterEach {
        Get-PipelineConnection | Disconnect-PipelineService
    }

    It 'offers the vendors' {
        (Get-Offer 'Connect-PipelineService ').CompletionText | Should -Be Prophecy, Mage, Supaflow
    }

    It 'offers the connections, with where they lead as tooltips' {
        $offer = Get-Offer 'Invoke-PipelineRun -Connection '
        $offer.CompletionText | Should -Be mage, prophecy, supaflow
        $offer[0].ToolTip | Should -Be "Mage at $($tenant.Mage)"
    }

    It 'offers Mage''s trigger ids, with their names as tooltips' {
        $offer = Get-Listed 'Invoke-PipelineRun -TriggerId '
        $offer.CompletionText | Should -Be 1, 2, 3, 4, 5
        $offer[3].ToolTip | Should -Be 'paused (quick_pipeline, inactive)'
    }

    It 'offers Supaflow''s pipelines, with their names as tooltips' {
        $offer = Get-Listed 'Invoke-PipelineRun -PipelineId '
        $offer.CompletionText | Should -Be nightly_sales, hourly_orders, sales_forecast, paused_customers
        $offer[0].ToolTip | Should -Be 'Nightly sales (11111111-2222-3333-4444-555555555555)'
    }

    It 'finds <Found> by <By>' -ForEach @(
        @{ By = 'the beginning of its name'; Line = 'Invoke-PipelineRun -TriggerId hou'; Found = 2 }
        @{ By = 'the beginning of its API name'; Line = 'Invoke-PipelineRun -PipelineId NIGHT'; Found = 'nightly_sales' }
        @{ By = 'the beginning of its UUID'; Line = 'Invoke-PipelineRun -PipelineId 2222'; Found = 'hourly_orders' }
        @{ By = 'a name in quotes'; Line = "Invoke-PipelineRun -PipelineId 'Sales f"; Found = 'sales_forecast' }
    ) {
        (Get-Listed $Line).CompletionText | Should -Be $Found
    }

    It 'offers the names of pipelines, quoted where they must be' {
        (Get-Listed 'Get-Pipeline -Connection mage ').CompletionText | Should -Be nightly, hourly, "'on demand'", paused, "'by the clock'"
    }

    It 'offers a name that Get-Pipeline takes for itself, whatever is in it' {
        [void](Invoke-Admin $tenant -Path mage/triggers/9 -Method Put -Body @{ name = "it$([char]0x2019)s [not] a *" })
        $offer = Get-Listed 'Get-Pipeline -Connection mage -Name it'
        (& ([scriptblock]::Create("Get-Pipeline -Connection mage -Name $($offer.CompletionText)"))).TriggerId | Should -Be 9
    }

    It 'offers nothing of a vendor that has no such thing: <_>' -ForEach @(
        'Invoke-PipelineRun -Connection supaflow -TriggerId '
        'Invoke-PipelineRun -Connection mage -PipelineId '
        'Get-Pipeline -Connection prophecy -Name '
        'Get-Pipeline -Connection nowhere -Name '
    ) {
        $before = $Error.Count
        Get-Offer $_ | Should -BeNullOrEmpty
        $Error.Count | Should -Be $before
    }

    It 'asks the vendor once, however often it is pressed' {
        1..5 | ForEach-Object { Get-Listed 'Invoke-PipelineRun -TriggerId ' | Should -HaveCount 5 }
        Get-CallCount $tenant mage schedule | Should -Be 1
    }

    It 'asks again after you connect again' {
        [void](Get-Offer 'Invoke-PipelineRun -TriggerId ')
        [void](Invoke-Admin $tenant -Path mage/triggers/9 -Method Put -Body @{ name = 'new' })
        Connect-Mage
        Get-Offer 'Invoke-PipelineRun -TriggerId ' | Should -HaveCount 6
    }

    It 'asks for each session of its own, also through a connection that two of them share' {
        [void](Get-Offer 'Invoke-PipelineRun -TriggerId ')
        $other = Invoke-Session -With @{ Connection = Get-PipelineConnection mage } -Script {
            $shared = $With.Connection
            $line = 'Get-Pipeline -Connection $shared -Name '
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText
        }
        $other.Output | Should -HaveCount 5
        Get-CallCount $tenant mage schedule | Should -Be 2
    }

    It 'gives up, without an error, on a vendor that does not answer' {
        [void](Add-Fault $tenant @{ vendor = 'mage'; operation = 'schedule'; kind = 'stall'; count = -1 })
        $before = $Error.Count
        Get-Offer 'Invoke-PipelineRun -TriggerId ' | Should -BeNullOrEmpty
        $Error.Count | Should -Be $before
    }

    It 'offers nothing, without an error, when no server is listening' {
        Connect-PipelineService Mage -Name mage -BaseUri http://127.0.0.1:1
        $before = $Error.Count
        Get-Offer 'Invoke-PipelineRun -Connection mage -TriggerId ' | Should -BeNullOrEmpty
        $Error.Count | Should -Be $before
    }

    It 'has what came too late when it is pressed again' {
        [void](Add-Fault $tenant @{ vendor = 'mage'; operation = 'schedule'; kind = 'delay'; delaySeconds = 5 })
        Get-Offer 'Invoke-PipelineRun -TriggerId ' | Should -BeNullOrEmpty
        Wait-Until { @(Get-Offer 'Invoke-PipelineRun -TriggerId ').Count -eq 5 } -Because 'the list is there'
        Get-CallCount $tenant mage schedule | Should -Be 1
    }

    It 'reads a token from its environment variable' {
        Use-Environment @{ LOOKS_SUPAFLOW_KEY = $Credentials.Supaflow } {
            Connect-PipelineService Supaflow -Name named -BaseUri $tenant.Supaflow -TokenEnvironmentVariable LOOKS_SUPAFLOW_KEY
            Get-Listed 'Invoke-PipelineRun -Connection named -PipelineId ' | Should -HaveCount 4
        }
    }
}

Describe 'The Tab key, with the key in a vault,' {
    BeforeEach {
        $tenant = Get-FreshTenant
        $session = @{ Uri = $tenant.Supaflow; Key = $Credentials.Supaflow; Asked = [Collections.Generic.List[string]]::new(); Use = $false }
        $script = {
            function Get-Secret {
                [CmdletBinding()]
                param($Name)

                $With.Asked.Add($Name)
                $With.Key
            }

            Connect-PipelineService Supaflow -BaseUri $With.Uri -SecretName supaflow-key
            if ($With.Use) { [void](Get-Pipeline -Name 'Nightly sales') }
            $line = 'Invoke-PipelineRun -PipelineId '
            (TabExpansion2 $line $line.Length).CompletionMatches
        }
    }

    It 'does not have the vault opened' {
        (Invoke-Session $script -With $session).Output | Should -BeNullOrEmpty
        $session.Asked | Should -BeNullOrEmpty
    }

    It 'offers what there is once the connection is in use' {
        $session.Use = $true
        (Invoke-Session $script -With $session).Output | Should -HaveCount 4
        $session.Asked | Should -Be supaflow-key
    }
}

Describe 'The Tab key, with a ledger,' {
    BeforeEach {
        $tenant = Get-FreshTenant
    }

    It 'opens the connection with that ledger' {
        Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage -Ledger (Join-Path $TestDrive 'ledger')
        Get-Listed 'Invoke-PipelineRun -Connection mage -TriggerId ' | Should -HaveCount 5
        [void](Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey night-1)
        (Get-PipelineRunHistory -Connection mage).IdempotencyKey | Should -Be night-1
        Join-Path $TestDrive 'ledger' | Should -Exist
    }

    It 'leaves alone a ledger that lies where the session stands, which it does not know' {
        Use-Environment @{ PIPELINETRIGGER_LEDGER = './night' } {
            Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage
            Push-Location $TestDrive
            try {
                Get-Offer 'Invoke-PipelineRun -Connection mage -TriggerId ' | Should -BeNullOrEmpty
                [void](Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey night-2)
            } finally {
                Pop-Location
            }
        }

        Join-Path $TestDrive 'night' | Should -Exist
    }

    It 'does not have the vault opened that has the key to it' {
        $asked = [Collections.Generic.List[string]]::new()
        $result = Invoke-Session -With @{ Uri = $tenant.Mage; Asked = $asked } {
            function Get-Secret { $With.Asked.Add("$args") }
            Connect-PipelineService Mage -BaseUri $With.Uri -Ledger ledger-uri
            $line = 'Invoke-PipelineRun -TriggerId '
            (TabExpansion2 $line $line.Length).CompletionMatches
        }
        $result.Output | Should -BeNullOrEmpty
        $asked | Should -BeNullOrEmpty
    }
}

Describe 'The Tab key at -RunId' {
    BeforeEach {
        $tenant = Get-FreshTenant
        $session = @{ Tenant = $tenant; Key = $Credentials.Supaflow }
    }

    It 'offers the runs of this session to <_>, the latest first, with their status' -ForEach 'Get-PipelineRunStatus', 'Wait-PipelineRun', 'Stop-PipelineRun' {
        $session.Line = "$_ -RunId "
        $result = Invoke-Session -With $session {
            Connect-PipelineService Mage -BaseUri $With.Tenant.Mage
            $first = Invoke-PipelineRun -TriggerId 1
            $second = Invoke-PipelineRun -TriggerId 1
            $third = Invoke-PipelineRun -TriggerId 2
            [void](Wait-PipelineRun $first -PollIntervalSec 1 -WarningAction SilentlyContinue)
            $first.RunId, $third.RunId, $second.RunId -join ','
            $offer = (TabExpansion2 $With.Line $With.Line.Length).CompletionMatches
            $offer.CompletionText -join ','
            $offer[0].ToolTip
        }
        $result.Output[1] | Should -Be $result.Output[0]
        $result.Output[2] | Should -Be 'quick_pipeline Succeeded (connection Mage)'
    }

    It 'offers those of the connection that is named' {
        $result = Invoke-Session -With $session {
            Connect-PipelineService Mage -BaseUri $With.Tenant.Mage
            Connect-PipelineService Supaflow -BaseUri $With.Tenant.Supaflow -Token (ConvertTo-Secret $With.Key)
            [void](Invoke-PipelineRun -TriggerId 1)
            (Invoke-PipelineRun -PipelineId nightly_sales).RunId
            $line = 'Get-PipelineRunStatus -Connection supaflow -RunId '
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText
        }
        $result.Output | Should -HaveCount 2
        $result.Output[1] | Should -Be $result.Output[0]
    }

    It 'offers a run whose wait was given up' {
        $result = Invoke-Session -With $session {
            Connect-PipelineService Mage -BaseUri $With.Tenant.Mage
            $ids = [Collections.Generic.List[string]]::new()
            1..2 | ForEach-Object { Invoke-PipelineRun -TriggerId 2 -Variables @{ emulator_running = 1 + 600 * ($_ - 1) } } |
                Wait-PipelineRun -PollIntervalSec 1 -WarningAction SilentlyContinue | Select-Object -First 1 | ForEach-Object { $ids.Add($_.RunId) }
            $line = 'Stop-PipelineRun -RunId '
            (TabExpansion2 $line $line.Length).CompletionMatches | Where-Object ToolTip -Like '*Running*' | ForEach-Object CompletionText
        }
        $result.Output | Should -Be 2
    }

    It 'offers nothing to a session that has met no run' {
        (Invoke-Session { $line = 'Get-PipelineRunStatus -RunId '; (TabExpansion2 $line $line.Length).CompletionMatches }).Output | Should -BeNullOrEmpty
    }

    It 'has forgotten the runs after the module was removed' {
        $session.ModulePath = $ModulePath
        $result = Invoke-Session -With $session {
            Connect-PipelineService Mage -BaseUri $With.Tenant.Mage
            [void](Invoke-PipelineRun -TriggerId 1)
            Remove-Module PipelineTrigger
            Import-Module $With.ModulePath
            $line = 'Get-PipelineRunStatus -RunId '
            (TabExpansion2 $line $line.Length).CompletionMatches
        }
        $result.Output | Should -BeNullOrEmpty
    }
}

Describe 'The Tab key at -Status' {
    It 'offers every status with what it means' {
        $offer = Get-Offer 'Get-PipelineRunHistory -Status '
        $offer.CompletionText | Should -Be Queued, Running, Succeeded, SucceededWithWarnings, Failed, Cancelled, TimedOut, Skipped, Unknown
        $offer | Where-Object { $_.ToolTip -eq $_.CompletionText } | Should -BeNullOrEmpty
    }

    It 'offers those that begin with what was typed' {
        (Get-Offer 'Get-PipelineRunHistory -Status succ').CompletionText | Should -Be Succeeded, SucceededWithWarnings
    }
}

BeforeDiscovery {
    $widths = 80, 120
    $outputs = @(
        @{ Output = 'run'; Table = 'Vendor', 'RunId', 'Pipeline', 'Status', 'Duration'; Label = 'VendorStatus'; Wide = 'SucceededWithWarnings nightly_sales' }
        @{ Output = 'run from another process'; Table = 'Vendor', 'RunId', 'Pipeline', 'Status', 'Duration'; Label = 'VendorStatus'; Wide = 'SucceededWithWarnings nightly_sales' }
        @{ Output = 'past run'; Table = 'TriggeredAt', 'Status', 'Target', 'IdempotencyKey'; Label = 'Ledger'; Wide = 'InDoubt nightly_sales' }
        @{ Output = 'connection'; Table = 'Vendor', 'Name', 'BaseUri', 'Scope', 'Credential'; Label = 'TokenEnvironmentVariable'; Wide = 'supaflow' }
        @{ Output = 'test of a connection'; Table = 'Connection', 'Vendor', 'Reachable', 'Authenticated', 'Message'; Label = 'Authenticated'; Wide = 'prophecy: not verified' }
        @{ Output = 'pipeline'; Table = 'Name', 'Id', 'Pipeline', 'State'; Label = 'TriggerType'; Wide = 'by the clock' }
        @{ Output = 'job'; Table = 'Id', 'Name', 'State', 'Progress', 'Location', 'Command'; Label = 'PSEndTime'; Wide = 'Completed' }
    )
    $outputsByWidth = foreach ($output in $outputs) { foreach ($width in $widths) { $output + @{ Width = $width } } }
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath

    $longId = 'MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw--MTExMTExMTExMTExMTExMTExMTExMTExMT=='
    $longName = "umsatz_gr$([char]0xF6)$([char]0xDF)te_pipeline_f$([char]0xFC)r_den_norden_und_den_s$([char]0xFC)den_der_welt_$(-join [char[]](0x65E5, 0x672C, 0x8A9E))"

    function New-Sample([hashtable]$Usual, [hashtable]$Property) {
        foreach ($name in $Property.Keys) { $Usual[$name] = $Property[$name] }
        [pscustomobject]$Usual
    }

    function New-Run([hashtable]$Property) {
        New-Sample -Property $Property @{
            PSTypeName = 'Deserialized.PipelineTrigger.PipelineRun'; RunId = '1'; Vendor = 'Mage'; Connection = 'mage'; Pipeline = 'nightly'; Status = 'Succeeded'; VendorStatus = 'completed'
            Message = $null; CreatedAt = $null; StartedAt = $null; FinishedAt = $null; UpdatedAt = $null; Duration = $null; ExitCode = 0; Url = $null; IdempotencyKey = $null; Details = @{}
        }
    }

    function New-PastRun([hashtable]$Property) {
        New-Sample -Property $Property @{
            PSTypeName = 'PipelineTrigger.PipelineRunHistory'; IdempotencyKey = "2026-01-02/$longName"; State = 'Settled'; TriggeredAt = [datetime]::new(2026, 1, 2, 23, 30, 0, [DateTimeKind]::Utc)
            HostName = 'worker-1'; ProcessId = 4711; Connection = 'supaflow'; Vendor = 'Supaflow'; BaseUri = 'https://app.supa-flow.io'; Target = 'nightly_sales'
            RunId = '11111111-2222-3333-4444-555555555555'; Status = 'SucceededWithWarnings'; VendorStatus = 'completed_with_warning'; Message = $null
            SeenAt = $null; Pipeline = $null; Url = $null; Origin = $null; InDoubt = $false; Ledger = '/srv/ledger'
        }
    }

    function Get-Line($Text) { foreach ($line in $Text -split '\r?\n') { if ($line.Trim()) { $line } } }

    function Get-Cell([string]$Line) { $Host.UI.RawUI.LengthInBufferCells($Line) }

    # As a window of that width shows it.
    function Get-Shown($Output, [int]$Width = 120, [string]$As = 'Table') { $Output | & "Format-$As" | Out-String -Width $Width }

    $tenant = Get-FreshTenant
    Connect-Tenant $tenant
    [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 0 })
    [void](Invoke-Admin $tenant -Path defaults -Method Put -Body @{ vendor = 'supaflow'; runningSeconds = 0; outcome = 'warning' })
    $prophecy = Get-TriggerParameter Prophecy
    $prophecy.PipelineName = $longName
    $runs = @(
        Invoke-PipelineRun -Connection supaflow -PipelineId nightly_sales -Wait -PollIntervalSec 1 -WarningAction SilentlyContinue
        Invoke-PipelineRun @prophecy -Wait -PollIntervalSec 1 -WarningAction SilentlyContinue
        Invoke-PipelineRun -Connection mage -TriggerId 1
    )
    Connect-PipelineService Mage -Name kept -BaseUri $tenant.Mage -Ledger (Join-Path $TestDrive 'ledger')
    [void](Invoke-PipelineRun -Connection kept -TriggerId 1 -IdempotencyKey night-1)
    $file = Join-Path $TestDrive 'runs.xml'
    $runs | Export-Clixml $file
    $job = $runs[0] | Wait-PipelineRun -AsJob
    [void](Wait-Job $job)
    $shown = @{
        'run'                      = $runs
        'run from another process' = @(Import-Clixml $file) + @(New-Run @{ RunId = $longId; Pipeline = $longName; Duration = [timespan]'99.23:59:59'; Status = 'SucceededWithWarnings' })
        'past run'                 = @(New-PastRun @{ InDoubt = $true; State = 'InDoubt'; Status = $null }; New-PastRun @{ Target = $longName }; Get-PipelineRunHistory -Connection kept)
        'connection'               = @(Get-PipelineConnection)
        'test of a connection'     = @(Get-PipelineConnection | Test-PipelineConnection -Detailed)
        'pipeline'                 = @(Get-Pipeline -Connection mage)
        'job'                      = @($job)
    }
}

AfterAll {
    Remove-Job $job
}

Describe 'A <Output>, in a window of <Width> columns,' -ForEach $outputsByWidth {
    It 'is a row of a table' {
        $lines = @(Get-Line (Get-Shown $shown[$Output] $Width))
        $heading = @($lines | Where-Object { $_ -like '*Connection: mage (Mage)*' }).Count
        ($lines[$heading] -split '\s+').Where{ $_ } | Should -Be $Table
        $lines | Should -HaveCount ($heading + 2 + $shown[$Output].Count)
    }

    It 'is a list' {
        Get-Line (Get-Shown $shown[$Output] $Width List) | Where-Object { $_ -like "$Label *: *" } | Should -HaveCount $shown[$Output].Count
    }

    It 'is a word of a wide view' {
        $flat = (Get-Line (Get-Shown $shown[$Output] $Width Wide)) -join "`n"
        $flat | Should -BeLike "*$Wide*"
        @($flat -split "`n") | Should -HaveCount ([math]::Ceiling($shown[$Output].Count / 2))
    }

    It 'fits, whichever of the three it is' {
        foreach ($view in 'Table', 'List', 'Wide') {
            foreach ($line in Get-Line (Get-Shown $shown[$Output] $Width $view)) { Get-Cell $line | Should -BeLessOrEqual $Width -Because $line }
        }
    }
}

Describe 'A <Output>' -ForEach $outputs {
    It 'looks the same in constrained language and strict mode' {
        $runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault())
        $runspace.Open()
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        try {
            [void]$shell.AddScript("Import-Module '$ModulePath'; Set-StrictMode -Version Latest").Invoke()
            $runspace.SessionStateProxy.LanguageMode = 'ConstrainedLanguage'
            foreach ($view in 'Table', 'List', 'Wide') {
                $shell.Commands.Clear()
                [void]$shell.AddCommand("Format-$view").AddParameter('InputObject', $shown[$Output][0]).AddCommand('Out-String').AddParameter('Width', 120)
                $shell.Invoke() -replace '\x1b\[[0-9;]*m' | Should -Be ((Get-Shown $shown[$Output][0] 120 $view) -replace '\x1b\[[0-9;]*m')
            }

            $shell.Streams.Error | Should -BeNullOrEmpty
        } finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }

    It 'has a whole table in <_>' -ForEach 'tr-TR', 'de-DE', 'ar-SA', 'th-TH' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = $_
            $lines = @(Get-Line (Get-Shown $shown[$Output] 80))
        } finally {
            [cultureinfo]::CurrentCulture = $before
        }

        $lines | Should -HaveCount (@(Get-Line (Get-Shown $shown[$Output] 80)).Count)
        foreach ($line in $lines) { Get-Cell $line | Should -BeLessOrEqual 80 -Because $line }
    }
}

Describe 'A view' {
    It 'shows a run id whole in a list, however long' {
        $text = Get-Shown (New-Run @{ RunId = $longId }) 80 List
        ((Get-Line $text) -join '') -replace '\s' | Should -BeLike "*RunId:$longId*"
    }

    It 'shows the duration <Duration> as <Text>' -ForEach @(
        @{ Duration = '00:00:07'; Text = '0:00:07' }
        @{ Duration = '01:02:03.4'; Text = '1:02:03' }
        @{ Duration = '23:59:59'; Text = '23:59:59' }
        @{ Duration = '2.03:04:05'; Text = '2 d 03:04' }
        @{ Duration = '99.23:59:59'; Text = '99 d 23:59' }
    ) {
        Get-Shown (New-Run @{ Duration = [timespan]$Duration }) 80 | Should -Match "Succeeded\s+$Text\s*$"
        Get-Shown (New-Run @{ Duration = [timespan]$Duration }) 80 List | Should -Match "Duration\s+: $Text\s"
    }

    It 'shows no duration while a run is still running' {
        (Get-Line (Get-Shown (New-Run @{ Status = 'Running' }) 80))[-1].TrimEnd() | Should -BeLike '*Running'
    }

    It 'shows each detail of a run on a line of its own' {
        Get-Shown (New-Run @{ Details = @{ rowsRead = '12'; ExecutionDate = '2026-01-02' } }) 80 List | Should -Match 'Details\s+: ExecutionDate: 2026-01-02\r?\n\s+rowsRead: 12'
    }

    It 'shows times of the reader''s own zone' {
        if ($env:OS -eq 'Windows_NT') { Set-ItResult -Skipped -Because 'no environment variable sets the time zone of a process on Windows' }
        $child = Invoke-Child -Environment @{ TZ = 'Asia/Tokyo' } -Import -With @{ At = [datetime]::new(2026, 1, 2, 23, 30, 0, [DateTimeKind]::Utc) } -Script {
            [pscustomobject]@{ PSTypeName = 'PipelineTrigger.PipelineRunHistory'; TriggeredAt = $With.At } | Format-Table | Out-String -Width 80
            [pscustomobject]@{ PSTypeName = 'Deserialized.PipelineTrigger.PipelineRun'; CreatedAt = $With.At } | Format-List | Out-String -Width 80
        }
        $child.Result[0] | Should -BeLike '*2026-01-03 08:30 *'
        $child.Result[1] | Should -Match 'CreatedAt\s+: \D*0?1\D0?3\D2026 0?8\D30'
    }

    It 'names a past run that is <State> as such' -ForEach @(
        @{ State = 'InDoubt'; InDoubt = $true; Status = 'Running' }
        @{ State = 'Damaged'; InDoubt = $true; Status = $null }
        @{ State = 'InProgress'; InDoubt = $false; Status = $null }
    ) {
        Get-Shown (New-PastRun @{ State = $State; InDoubt = $InDoubt; Status = $Status }) 80 | Should -BeLike "* $State *"
    }

    It 'says of a connection that its credential was not verified' {
        Get-Shown ($shown['test of a connection'] | Where-Object Vendor -EQ Prophecy) 80 List | Should -Match 'Authenticated\s+: not verified'
    }

    It 'names the connection above its pipelines' {
        Get-Shown $shown['pipeline'] | Should -BeLike '*Connection: mage (Mage)*'
    }
}

Describe 'Where no view applies, a <_>' -ForEach 'run', 'past run', 'connection', 'test of a connection', 'pipeline' {
    It 'is shown by its default property set' {
        $first = $shown[$_][0]
        $default = $first.PSStandardMembers.DefaultDisplayPropertySet.ReferencedPropertyNames
        $default | Should -Not -BeNullOrEmpty
        $default | Where-Object { $_ -notin $first.PSObject.Properties.Name } | Should -BeNullOrEmpty
    }
}

Describe 'A status' {
    BeforeAll {
        function Get-Rendered([string]$Rendering, $Output, [string]$As) {
            $before = $PSStyle.OutputRendering
            try {
                $PSStyle.OutputRendering = $Rendering
                Get-Shown $Output 80 $As
            } finally {
                $PSStyle.OutputRendering = $before
            }
        }
    }

    It '<Status> is <Colour> in a table, a list and a wide view' -ForEach @(
        @{ Status = 'Running'; Colour = 'Cyan' }
        @{ Status = 'Succeeded'; Colour = 'Green' }
        @{ Status = 'SucceededWithWarnings'; Colour = 'Yellow' }
        @{ Status = 'Failed'; Colour = 'Red' }
        @{ Status = 'TimedOut'; Colour = 'Red' }
        @{ Status = 'Cancelled'; Colour = 'Magenta' }
        @{ Status = 'Unknown'; Colour = 'Yellow' }
    ) {
        if ($PSEdition -ne 'Core') { Set-ItResult -Skipped -Because 'Windows PowerShell has no $PSStyle' }
        foreach ($view in 'Table', 'List', 'Wide') {
            (Get-Rendered Ansi (New-Run @{ Status = $Status }) $view).Contains("$($PSStyle.Foreground.$Colour)$Status$($PSStyle.Reset)") | Should -BeTrue
        }
    }

    It 'is plain where the output is' {
        if ($PSEdition -ne 'Core') { Set-ItResult -Skipped -Because 'Windows PowerShell has no $PSStyle' }
        foreach ($view in 'Table', 'List', 'Wide') { Get-Rendered PlainText $shown['run'] $view | Should -Not -Match '\x1b' }
    }

    It 'leaves the columns after it in their places' {
        if ($PSEdition -ne 'Core') { Set-ItResult -Skipped -Because 'Windows PowerShell has no $PSStyle' }
        (Get-Rendered Ansi $shown['run'] Table) -replace '\x1b\[[0-9;]*m' | Should -Be (Get-Rendered PlainText $shown['run'] Table)
    }

    It 'is plain on Windows PowerShell' {
        if ($PSEdition -eq 'Core') { Set-ItResult -Skipped -Because 'this PowerShell has $PSStyle' }
        Get-Shown $shown['run'] 80 | Should -Not -Match '\x1b'
    }

    It 'stays a plain word in the object' {
        $shown['run'][0].Status | Should -BeExactly SucceededWithWarnings
    }
}

BeforeDiscovery {
    # Each parameter that is not mandatory, null and blank, with what else its command is given.
    $script:given = @(
        foreach ($value in $null, '', ' ') {
            @{ Command = 'Invoke-PipelineRun'; Parameter = 'IdempotencyKey'; Value = $value; With = @{ Connection = 'mage'; TriggerId = 1 } }
            @{ Command = 'Invoke-PipelineRun'; Parameter = 'Connection'; Value = $value; With = @{ TriggerId = 1 } }
            @{ Command = 'Invoke-PipelineRun'; Parameter = 'Variables'; Value = $value; With = @{ Connection = 'mage'; TriggerId = 1 } }
            @{ Command = 'Invoke-PipelineRun'; Parameter = 'TriggerToken'; Value = $value; With = @{ Connection = 'mage'; TriggerId = 1 } }
            @{ Command = 'Invoke-PipelineRun'; Parameter = 'Branch'; Value = $value; With = @{ Connection = 'prophecy'; FabricId = 33290; ProjectId = '41459'; PipelineName = 'bakehouse' } }
            @{ Command = 'Get-Pipeline'; Parameter = 'Connection'; Value = $value; With = @{} }
            @{ Command = 'Get-Pipeline'; Parameter = 'Name'; Value = $value; With = @{ Connection = 'mage' } }
            @{ Command = 'Get-PipelineRunHistory'; Parameter = 'IdempotencyKey'; Value = $value; With = @{} }
            @{ Command = 'Get-PipelineConnection'; Parameter = 'Name'; Value = $value; With = @{} }
            @{ Command = 'Test-PipelineConnection'; Parameter = 'Name'; Value = $value; With = @{} }
            @{ Command = 'Disconnect-PipelineService'; Parameter = 'Name'; Value = $value; With = @{} }
            @{ Command = 'Connect-PipelineService'; Parameter = 'Ledger'; Value = $value; With = @{ Vendor = 'Mage'; BaseUri = 'http://127.0.0.1:9' } }
            @{ Command = 'Connect-PipelineService'; Parameter = 'Name'; Value = $value; With = @{ Vendor = 'Mage'; BaseUri = 'http://127.0.0.1:9' } }
        }
        @{ Command = 'Invoke-PipelineRun'; Parameter = 'TimeoutSec'; Value = $null; With = @{ Connection = 'mage'; TriggerId = 1 } }
        @{ Command = 'Invoke-PipelineRun'; Parameter = 'InputObject'; Value = $null; With = @{ Connection = 'mage'; TriggerId = 1 } }
        @{ Command = 'Invoke-PipelineRun'; Parameter = 'InputObject'; Value = @(); With = @{ Connection = 'mage'; TriggerId = 1 } }
        @{ Command = 'Invoke-PipelineRun'; Parameter = 'InputObject'; Value = $null; With = @{ Connection = 'mage' } }
        @{ Command = 'Invoke-PipelineRun'; Parameter = 'Variables'; Value = @(); With = @{ Connection = 'mage'; TriggerId = 1 } }
        @{ Command = 'Get-Pipeline'; Parameter = 'Name'; Value = @('nightly', $null); With = @{ Connection = 'mage' } }
        @{ Command = 'Get-Pipeline'; Parameter = 'Name'; Value = @(); With = @{ Connection = 'mage' } }
        @{ Command = 'Connect-PipelineService'; Parameter = 'BaseUri'; Value = $null; With = @{ Vendor = 'Prophecy' } }
    )

    # Elsewhere a child's HOME leads away from the user's own data.
    $script:mayTouchHome = $env:OS -ne 'Windows_NT' -or $env:PIPELINETRIGGER_SCRATCH_HOME

    # What is an object and no value.
    $script:things = @(
        @{ What = 'a SecureString'; Name = 'SecureString'; Make = { ConvertTo-SecureString 'hidden-word' -AsPlainText -Force } }
        @{ What = 'a PSCredential'; Name = 'PSCredential'; Make = { [pscredential]::new('user', (ConvertTo-SecureString 'hidden-word' -AsPlainText -Force)) } }
        @{ What = 'a ScriptBlock'; Name = 'ScriptBlock'; Make = { { Get-Date } } }
        @{ What = 'a process'; Name = 'Process'; Make = { Get-Process -Id $PID } }
        @{ What = 'a file'; Name = 'FileInfo'; Make = { Get-Item $PSCommandPath } }
        @{ What = 'a type'; Name = 'RuntimeType'; Make = { [int] } }
        @{ What = 'an XML document'; Name = 'XmlDocument'; Make = { [xml]'<a/>' } }
        @{ What = 'a stream'; Name = 'MemoryStream'; Make = { [IO.MemoryStream]::new() } }
    )
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force
}

Describe 'Empty input' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It '<Command> -<Parameter> <Value> is refused, and nothing is sent' -ForEach $given {
        $before = (Get-PipelineConnection).Name
        $splat = $With.Clone()
        $splat[$Parameter] = $Value
        $outcome = Get-Outcome { & $Command @splat }
        $outcome.Ids | Should -Be InvalidInput
        $outcome.Messages | Should -BeLike "*-$Parameter*Specify a value or omit the parameter.*"
        $outcome.Output | Should -BeNullOrEmpty
        Get-CallCount $tenant | Should -Be 0
        (Get-PipelineConnection).Name | Should -Be $before
    }

    It 'a key that is null says so in a sentence' {
        (Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 1 -IdempotencyKey $null }).Messages |
            Should -BeLike 'The value of -IdempotencyKey is null. Specify a value or omit the parameter.*'
    }

    It 'a key out of an environment variable that is not set triggers nothing' {
        (Get-Outcome { @{ TriggerId = 1 } | Invoke-PipelineRun -Connection mage -IdempotencyKey $env:PIPELINETRIGGER_NOT_SET }).Ids | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be 0
    }

    It '<Name> on the pipeline is refused, and nothing is sent' -ForEach @(
        @{ Name = 'null'; Value = $null }
        @{ Name = 'a list with null in it'; Value = , @($null) }
        @{ Name = 'an empty hashtable'; Value = @{} }
        @{ Name = 'an object without properties'; Value = [pscustomobject]@{} }
        @{ Name = 'a row of blanks'; Value = [pscustomobject]@{ TriggerId = ''; Variables = $null; Comment = ' ' } }
        @{ Name = 'a row of which nothing is read'; Value = [pscustomobject]@{ 'Trigger Id' = 2; Comment = 'x' } }
        @{ Name = 'DBNull'; Value = [DBNull]::Value }
    ) {
        foreach ($defaults in @{ Connection = 'mage' }, @{ Connection = 'mage'; TriggerId = 1 }) {
            $outcome = Get-Outcome { $Value | Invoke-PipelineRun @defaults }
            $outcome.Ids | Should -Be InvalidInput
            Get-CallCount $tenant | Should -Be 0
        }
    }

    It 'null on the pipeline of <Name> is refused, and nothing is done' -ForEach @(
        @{ Name = 'Get-Pipeline'; Try = { $null | Get-Pipeline } }
        @{ Name = 'Get-PipelineConnection'; Try = { $null | Get-PipelineConnection } }
        @{ Name = 'Test-PipelineConnection'; Try = { $null | Test-PipelineConnection } }
        @{ Name = 'Test-PipelineConnection, by a property'; Try = { [pscustomobject]@{ Name = $null } | Test-PipelineConnection } }
        @{ Name = 'Disconnect-PipelineService'; Try = { $null | Disconnect-PipelineService } }
        @{ Name = 'Get-PipelineRunHistory'; Try = { $null | Get-PipelineRunHistory } }
    ) {
        # The only connection of a session would be the one that is meant.
        $session = Invoke-Session ([scriptblock]::Create("Connect-PipelineService Mage -BaseUri `$With.Mage; $Try; (Get-PipelineConnection).Count")) @{ Mage = $tenant.Mage }
        @($session.Errors | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }) | Should -Be InvalidInput
        $session.Output | Should -Be 1
        Get-CallCount $tenant | Should -Be 0
    }

    It 'an empty list on the pipeline is no input, no error and no run' {
        $outcome = Get-Outcome { @() | Invoke-PipelineRun -Connection mage -TriggerId 1 }
        $outcome.Errors | Should -BeNullOrEmpty
        $outcome.Output | Should -BeNullOrEmpty
        Get-CallCount $tenant | Should -Be 0
    }

    It 'null between two rows is an error of its own, and both run' {
        $own = Get-FreshTenant
        Connect-PipelineService Mage -Name own -BaseUri $own.Mage
        $outcome = Get-Outcome { @{ TriggerId = 1 }, $null, @{ TriggerId = 2 } | Invoke-PipelineRun -Connection own }
        $outcome.Output | Should -HaveCount 2
        $outcome.Ids | Should -Be InvalidInput
        Disconnect-PipelineService own
    }

    It 'parameters alone are enough' {
        $own = Get-FreshTenant
        Connect-PipelineService Mage -Name own -BaseUri $own.Mage
        Invoke-PipelineRun -Connection own -TriggerId 1 -Variables @{} | Should -HaveCount 1
        1..2 | ForEach-Object { Invoke-PipelineRun -Connection own -TriggerId 1 } | Should -HaveCount 2
        Disconnect-PipelineService own
    }
}

Describe 'An invalid value' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It '<What> is refused by the name of its parameter, and nothing is sent' -ForEach $things {
        $value = & $Make
        $prophecy = @{ Connection = 'prophecy'; FabricId = 33290; ProjectId = '41459'; PipelineName = 'bakehouse' }
        foreach ($attempt in @(
                @{ Parameter = 'Variables'; Try = { Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables @{ a = $value } } }
                @{ Parameter = 'Variables'; Try = { Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables @{ a = 1, @{ b = $value } } } }
                @{ Parameter = 'Parameters'; Try = { Invoke-PipelineRun @prophecy -Parameters @{ a = $value } } }
                @{ Parameter = 'Parameters'; Try = { Invoke-PipelineRun @prophecy -Parameters ([pscustomobject]@{ a = $value }) } }
                @{ Parameter = 'Variables'; Try = { [pscustomobject]@{ TriggerId = 1; Variables = @{ a = $value } } | Invoke-PipelineRun -Connection mage } }
                @{ Parameter = 'PipelineId'; Try = { @{ PipelineId = $value } | Invoke-PipelineRun -Connection supaflow } }
                @{ Parameter = 'IdempotencyKey'; Try = { @{ TriggerId = 1; IdempotencyKey = $value } | Invoke-PipelineRun -Connection mage } }
            )) {
            $outcome = Get-Outcome $attempt.Try
            $outcome.Ids | Should -Be InvalidInput
            $outcome.Messages | Should -BeLike "*$($attempt.Parameter)*"
            $outcome.Messages | Should -BeLike "*$Name*"
            "$($outcome.Messages)" | Should -Not -BeLike '*hidden-word*'
        }

        Get-CallCount $tenant | Should -Be 0
    }

    It 'next to a row''s own columns does not prevent any run' {
        $own = Get-FreshTenant
        Connect-PipelineService Mage -Name own -BaseUri $own.Mage
        [pscustomobject]@{ TriggerId = 1; Owner = Get-Process -Id $PID; Script = { 1 } } | Invoke-PipelineRun -Connection own | Should -HaveCount 1
        Disconnect-PipelineService own
    }

    It 'a column that cannot be read is refused, and nothing is sent' {
        $row = [pscustomobject]@{ Connection = 'mage' } | Add-Member TriggerId -MemberType ScriptProperty -Value { throw 'not now' } -PassThru
        (Get-Outcome { $row | Invoke-PipelineRun }).Ids | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be 0
    }

    It 'a column that stands twice is refused, and nothing is sent' {
        $row = [Collections.Hashtable]::new([StringComparer]::Ordinal)
        $row.TriggerId = 1
        $row.triggerid = 2
        (Get-Outcome { $row | Invoke-PipelineRun -Connection mage }).Ids | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be 0
    }

    It 'half a character is refused: <Name>' -ForEach @(
        @{ Name = 'JSON text'; Value = '{"a":"\ud800"}' }
        @{ Name = 'JSON text with such a name'; Value = '{"\ud800":1}' }
        @{ Name = 'JSON text as it stands'; Value = "{`"a`":`"$([char]0xd800)`"}" }
        @{ Name = 'a hashtable'; Value = @{ a = "$([char]0xd800)" } }
        @{ Name = 'a character'; Value = @{ a = [char]0xd800 } }
        @{ Name = 'a hashtable with such a name'; Value = @{ "$([char]0xdc00)" = 1 } }
    ) {
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables $Value; 'went on' }
        $outcome.Ids | Should -Be InvalidInput
        $outcome.Messages | Should -BeLike '*Variables*'
        $outcome.Output | Should -Be 'went on'
        $prophecy = Get-TriggerParameter Prophecy
        $outcome = Get-Outcome { Invoke-PipelineRun @prophecy -Parameters $Value; 'went on' }
        $outcome.Ids | Should -Be InvalidInput
        $outcome.Messages | Should -BeLike '*Parameters*'
        $outcome.Output | Should -Be 'went on'
        Get-CallCount $tenant | Should -Be 0
    }

    It 'half a character is refused in any text: <Name>' -ForEach @(
        @{ Name = 'a key'; With = @{ Connection = 'mage'; TriggerId = 1; IdempotencyKey = "a$([char]0xd800)" } }
        @{ Name = 'a pipeline'; With = @{ Connection = 'supaflow'; PipelineId = "a$([char]0xd800)" } }
        @{ Name = 'a token'; With = @{ Connection = 'mage'; TriggerId = 1; TriggerToken = "a$([char]0xd800)" } }
    ) {
        (Get-Outcome { Invoke-PipelineRun @With }).Ids | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be 0
    }

    It 'a token that is too long gets a readable error: <Name>' -ForEach @(
        @{ Name = 'a parameter'; Row = $false }
        @{ Name = 'a column'; Row = $true }
    ) {
        $token = 'x' * 65537
        $outcome = Get-Outcome { if ($Row) { @{ TriggerId = 1; TriggerToken = $token } | Invoke-PipelineRun -Connection mage } else { Invoke-PipelineRun -Connection mage -TriggerId 1 -TriggerToken $token } }
        $outcome.Ids | Should -Be $(if ($Row) { 'InvalidInput' } else { 'ParameterArgumentTransformationError' })
        $outcome.Messages | Should -BeLike '*TriggerToken*65,536*'
        "$($outcome.Messages)" | Should -Not -BeLike '*capacity*'
        Get-CallCount $tenant | Should -Be 0
    }

    It 'a token of another type is refused' {
        (Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 1 -TriggerToken 5 }).Errors | Should -HaveCount 1
        Get-CallCount $tenant | Should -Be 0
    }
}

Describe 'Names' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'given twice are requested once' {
        $outcome = Get-Outcome { Get-Pipeline -Connection mage -Name nightly, nightly, NIGHTLY, never, NEVER }
        $outcome.Output.Name | Should -Be nightly
        $outcome.Ids | Should -Be PipelineNotFound
    }

    It 'that are no pattern are refused, and nothing is sent: <Name>' -ForEach @(
        @{ Name = 'Get-Pipeline'; Try = { Get-Pipeline -Connection mage -Name '[' } }
        @{ Name = 'Get-Pipeline, among others'; Try = { Get-Pipeline -Connection mage -Name 'a*', 'b[z-a]', '[a' } }
        @{ Name = 'Get-PipelineRunHistory'; Try = { Get-PipelineRunHistory '[' } }
        @{ Name = 'Get-PipelineConnection'; Try = { Get-PipelineConnection '[' } }
    ) {
        $before = Get-CallCount $tenant
        $outcome = Get-Outcome { & $Try; 'went on' }
        $outcome.Ids | Select-Object -Unique | Should -Be InvalidInput
        $outcome.Messages | Should -BeLike '*pattern*'
        $outcome.Output | Should -Be 'went on'
        Get-CallCount $tenant | Should -Be $before
    }
}

Describe 'A ledger''s name' {
    BeforeEach {
        $tenant = Get-FreshTenant
        $before = Get-Location
        $root = Join-Path "$TestDrive" ([guid]::NewGuid().ToString('N'))
        foreach ($folder in 'one', 'two') { [void](New-Item (Join-Path $root $folder) -ItemType Directory -Force) }
    }

    AfterEach {
        Set-Location $before
        Disconnect-PipelineService ledgered -ErrorAction Ignore
    }

    It 'that was no directory when it was connected stays a secret''s name, wherever the session goes' {
        Set-Location (Join-Path $root one)
        Connect-PipelineService Mage -Name ledgered -BaseUri $tenant.Mage -Ledger book
        [void](New-Item (Join-Path $root 'two/book') -ItemType Directory -Force)
        Set-Location (Join-Path $root two)
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection ledgered -TriggerId 1 -IdempotencyKey night }
        $outcome.Ids | Should -Be SecretNotFound
        Get-ChildItem (Join-Path $root 'two/book') | Should -BeNullOrEmpty
        Get-CallCount $tenant | Should -Be 0
    }

    It 'that was a directory when it was connected stays that one, wherever the session goes' {
        [void](New-Item (Join-Path $root 'one/book') -ItemType Directory -Force)
        [void](New-Item (Join-Path $root 'two/book') -ItemType Directory -Force)
        Set-Location (Join-Path $root one)
        Connect-PipelineService Mage -Name ledgered -BaseUri $tenant.Mage -Ledger book
        Set-Location (Join-Path $root two)
        [void](Invoke-PipelineRun -Connection ledgered -TriggerId 1 -IdempotencyKey night)
        Get-ChildItem (Join-Path $root 'one/book') | Should -Not -BeNullOrEmpty
        Get-ChildItem (Join-Path $root 'two/book') | Should -BeNullOrEmpty
    }

    It 'in the environment that does not look like a path is a secret''s name, whatever folders there are' {
        [void](New-Item (Join-Path $root 'one/book') -ItemType Directory -Force)
        Set-Location (Join-Path $root one)
        $uri = $tenant.Mage
        $outcome = Use-Environment @{ PIPELINETRIGGER_LEDGER = 'book' } {
            Connect-PipelineService Mage -Name ledgered -BaseUri $uri
            Get-Outcome { Invoke-PipelineRun -Connection ledgered -TriggerId 1 -IdempotencyKey night }
        }
        $outcome.Ids | Should -Be SecretNotFound
        Get-CallCount $tenant | Should -Be 0
    }

    It 'is a directory of the file system, also from a drive that is none' {
        Set-Location (Join-Path $root one)
        Set-Location Env:
        Connect-PipelineService Mage -Name ledgered -BaseUri $tenant.Mage -Ledger ./book
        (Get-PipelineConnection ledgered).Ledger | Should -Be ([IO.Path]::Combine($root, 'one', 'book'))
    }
}

Describe 'A vendor''s own variable' {
    It 'that was changed is seen by the next command: <Variable>' -ForEach @(
        @{ Vendor = 'Prophecy'; Variable = 'PROPHECY_PAT'; UriVariable = 'PROPHECY_URL'; Old = 'pat-one'; New = 'pat-two'; Setting = 'prophecyToken' }
        @{ Vendor = 'Supaflow'; Variable = 'SUPAFLOW_API_KEY'; UriVariable = 'SUPAFLOW_APP_URL'; Old = 'ak_one'; New = 'ak_two'; Setting = 'supaflowKey' }
    ) {
        $tenant = Get-FreshTenant
        Invoke-Admin $tenant -Path auth -Method Put -Body @{ $Setting = $New }
        $trigger = Get-TriggerParameter $Vendor
        $trigger.Remove('Connection')
        $environment = @{ PROPHECY_PAT = $null; SUPAFLOW_API_KEY = $null; PROPHECY_URL = $null; SUPAFLOW_APP_URL = $null }
        $environment[$Variable] = $Old
        $environment[$UriVariable] = $tenant.$Vendor
        $parts = @{ Trigger = $trigger; Changed = $Variable; New = $New }
        $result = Use-Environment $environment {
            Invoke-Session {
                $trigger = $With.Trigger
                Invoke-PipelineRun @trigger
                [Environment]::SetEnvironmentVariable($With.Changed, $With.New)
                Invoke-PipelineRun @trigger
            } $parts
        }
        @($result.Errors | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }) | Should -Be AuthenticationFailed
        $result.Output | Should -HaveCount 1
    }
}

Describe 'A saved connection that cannot be read' {
    It 'gives a warning, and the others are returned' -Skip:(-not $mayTouchHome) {
        $result = (Invoke-Child {
            $data = if ($env:XDG_DATA_HOME) { $env:XDG_DATA_HOME } else { $env:LOCALAPPDATA }
            [void](New-Item (Join-Path $data PipelineTrigger) -ItemType Directory -Force)
            Set-Content ([IO.Path]::Combine($data, 'PipelineTrigger', 'connections.json')) '{"version":1,"connections":[{"name":"bad","vendor":"Airflow"},{"name":"good","vendor":"Mage","baseUri":"https://mage.example.com"}]}'
            $connections = Get-PipelineConnection -WarningVariable warnings -WarningAction SilentlyContinue
            $meant = try { Get-PipelineConnection bad -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
            [pscustomobject]@{ Names = $connections.Name; Warnings = "$warnings"; Meant = $meant }
        } -Import).Result
        $result.Names | Should -Be good
        $result.Warnings | Should -BeLike "*'bad'*"
        $result.Meant | Should -BeLike 'InvalidInput,*'
    }
}

BeforeDiscovery {
    $script:ownTokens = @{ Vendor = 'Prophecy'; Variable = 'PROPHECY_PAT'; UriVariable = 'PROPHECY_URL' }, @{ Vendor = 'Supaflow'; Variable = 'SUPAFLOW_API_KEY'; UriVariable = 'SUPAFLOW_APP_URL' }
    $script:hasThreadJob = [bool](Get-Command Start-ThreadJob -ErrorAction Ignore)
    $script:isDesktop = $PSEdition -eq 'Desktop'
    $script:isUnix = $env:OS -ne 'Windows_NT'

    # Elsewhere a child's HOME leads away from the user's own data.
    $script:mayTouchHome = $script:isUnix -or $env:PIPELINETRIGGER_SCRATCH_HOME
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force

    # A session in which nothing is known yet, in a host that cannot ask.
    function Invoke-Clean([scriptblock]$Script, [hashtable]$With = @{}, [hashtable]$Environment = @{}) {
        $variables = @{ PROPHECY_PAT = $null; PROPHECY_URL = $null; SUPAFLOW_API_KEY = $null; SUPAFLOW_APP_URL = $null }
        foreach ($name in $Environment.Keys) { $variables[$name] = $Environment[$name] }
        Use-Environment $variables { Invoke-Session $Script $With }
    }

    function Get-Id($ErrorRecord) { ($ErrorRecord.FullyQualifiedErrorId -split ',')[0] }
}

Describe 'Without -Connection' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        $script:with = @{ Mage = $tenant.Mage; Supaflow = $tenant.Supaflow; Prophecy = $tenant.Prophecy }
    }

    It 'the only connection is taken' {
        $session = Invoke-Clean { Connect-PipelineService Mage -BaseUri $With.Mage; Invoke-PipelineRun -TriggerId 1 } $with
        $session.Output.Connection | Should -Be Mage
    }

    It 'the only connection is not bent to another vendor''s parameters' {
        $calls = Get-CallCount $tenant
        $session = Invoke-Clean { Connect-PipelineService Mage -BaseUri $With.Mage; Invoke-PipelineRun -PipelineId nightly_sales } $with
        Get-Id $session.Errors | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be $calls
    }

    It 'the only one of the vendor that the parameters name is taken' {
        $session = Invoke-Clean {
            Connect-PipelineService Mage -Name one -BaseUri $With.Mage
            Connect-PipelineService Supaflow -Name other -BaseUri $With.Supaflow -Token (ConvertTo-Secret ak_key)
            Invoke-PipelineRun -TriggerId 1
        } $with
        $session.Output.Connection | Should -Be one
    }

    It 'two that fit are an error that lists them' {
        $session = Invoke-Clean {
            Connect-PipelineService Mage -Name one -BaseUri $With.Mage
            Connect-PipelineService Mage -Name other -BaseUri $With.Mage
            Invoke-PipelineRun -TriggerId 1
        } $with
        Get-Id $session.Errors | Should -Be ConnectionNotFound
        $session.Errors.Exception.Message | Should -BeLike '*one (Mage), other (Mage)*'
    }

    It 'two connections and none of the vendor are an error that lists them' {
        $session = Invoke-Clean {
            Connect-PipelineService Mage -Name one -BaseUri $With.Mage
            Connect-PipelineService Supaflow -Name other -BaseUri $With.Supaflow -Token (ConvertTo-Secret ak_key)
            Invoke-PipelineRun -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse
        } $with
        Get-Id $session.Errors | Should -Be ConnectionNotFound
        $session.Errors.Exception.Message | Should -BeLike '*no connection to Prophecy*one (Mage), other (Supaflow)*'
    }

    It 'none at all is an error that says how to make one' {
        $session = Invoke-Clean { Invoke-PipelineRun -TriggerId 1 }
        Get-Id $session.Errors | Should -Be ConnectionNotFound
        $session.Errors.Exception.Message | Should -BeLike '*Connect-PipelineService*PROPHECY_PAT*SUPAFLOW_API_KEY*'
    }

    It '<Variable> and <UriVariable> make one' -ForEach $ownTokens {
        $with.Trigger = Get-TriggerParameter $Vendor
        $with.Trigger.Remove('Connection')
        $session = Invoke-Clean { $trigger = $With.Trigger; Invoke-PipelineRun @trigger } $with @{ $Variable = $Credentials.$Vendor; $UriVariable = $tenant.$Vendor }
        $session.Output.Vendor, $session.Output.Connection | Should -Be $Vendor, $Vendor
    }

    It 'a run of the connection that <Variable> made finds it again' -ForEach $ownTokens {
        $with.Trigger = Get-TriggerParameter $Vendor
        $with.Trigger.Remove('Connection')
        $session = Invoke-Clean { $trigger = $With.Trigger; Invoke-PipelineRun @trigger | Get-PipelineRunStatus } $with @{ $Variable = $Credentials.$Vendor; $UriVariable = $tenant.$Vendor }
        $session.Output.Vendor | Should -Be $Vendor
    }

    It 'a connection of the session goes before the environment variables' {
        $session = Invoke-Clean { Connect-PipelineService Prophecy -Name mine -BaseUri $With.Prophecy -Token (ConvertTo-Secret token); Test-PipelineConnection -Detailed } $with @{ PROPHECY_PAT = 'x'; PROPHECY_URL = 'https://nowhere.invalid' }
        $session.Output.Connection | Should -Be mine
    }

    It 'two vendors'' environment variables are an error where no vendor is named' {
        $session = Invoke-Clean { Get-Pipeline } @{} @{ PROPHECY_PAT = 'x'; SUPAFLOW_API_KEY = 'ak_x' }
        Get-Id $session.Errors | Should -Be ConnectionNotFound
        $session.Errors.Exception.Message | Should -BeLike '*PROPHECY_PAT, SUPAFLOW_API_KEY*'
    }

    It '<Variable> is also the credential of a connection made without one' -ForEach $ownTokens {
        $with.Vendor = $Vendor
        $session = Invoke-Clean { Connect-PipelineService $With.Vendor -BaseUri $With[$With.Vendor] -PassThru } $with @{ $Variable = $Credentials.$Vendor }
        $session.Output.CredentialType, $session.Output.TokenEnvironmentVariable | Should -Be EnvironmentVariable, $Variable
    }

    It 'an address in <UriVariable> that is plain http to another machine is refused' -ForEach $ownTokens {
        $with.Trigger = Get-TriggerParameter $Vendor
        $with.Trigger.Remove('Connection')
        $session = Invoke-Clean { $trigger = $With.Trigger; Invoke-PipelineRun @trigger } $with @{ $Variable = $Credentials.$Vendor; $UriVariable = 'http://vendor.example' }
        Get-Id $session.Errors | Should -Be InsecureEndpoint
    }
}

Describe 'A connection' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'is named after its vendor if it is not named' {
        (Invoke-Clean { Connect-PipelineService Mage -BaseUri $With.Mage -PassThru } @{ Mage = $tenant.Mage }).Output.Name | Should -Be Mage
    }

    It 'is found by its name in any case' {
        (Get-PipelineConnection MAGE).Name | Should -Be mage
    }

    It 'is found by wildcards' {
        (Get-PipelineConnection '*a*').Name | Sort-Object | Should -Be 'mage', 'supaflow'
    }

    It 'may be given as an object' {
        (Invoke-PipelineRun -Connection (Get-PipelineConnection mage) -TriggerId 1).Connection | Should -Be mage
    }

    It 'shows no secret, printed or exported' {
        $file = Join-Path $TestDrive 'connections.xml'
        Get-PipelineConnection | Export-Clixml $file
        $shown = (Get-PipelineConnection | Format-List * -Force | Out-String) + (Get-PipelineConnection | ConvertTo-Json -Depth 5) + (Get-Content $file -Raw)
        $shown | Should -Not -BeLike "*$($Credentials.Prophecy)*"
        $shown | Should -Not -BeLike "*$($Credentials.Supaflow)*"
    }

    It 'takes the place of one of the same name' {
        $other = Get-FreshTenant
        Connect-PipelineService Mage -Name mage -BaseUri $other.Mage
        [void](Invoke-PipelineRun -Connection mage -TriggerId 1)
        (Get-RunCount $tenant), (Get-RunCount $other) | Should -Be 0, 1
    }

    It 'keeps a base path' {
        (Get-PipelineConnection mage).BaseUri.AbsolutePath | Should -Be "/$($tenant.Name)/mage"
    }

    It 'is gone once it was disconnected' {
        Disconnect-PipelineService mage
        (Get-Outcome { Invoke-PipelineRun -Connection mage -TriggerId 1 }).Ids | Should -Be ConnectionNotFound
    }

    It 'is disconnected by pipe' {
        Get-PipelineConnection mage, supaflow | Disconnect-PipelineService
        (Get-PipelineConnection).Name | Should -Not -Contain 'mage'
    }

    It 'has left its secret when it was disconnected, also as an object that was kept' {
        $kept = Get-PipelineConnection prophecy
        Disconnect-PipelineService prophecy
        $trigger = Get-TriggerParameter Prophecy
        $trigger.Connection = $kept
        (Get-Outcome { Invoke-PipelineRun @trigger }).Ids | Should -Be SecretNotFound
    }

    It 'is not found where it never was' {
        (Get-Outcome { Disconnect-PipelineService never }).Ids | Should -Be ConnectionNotFound
    }
}

Describe 'Sessions side by side' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'do not see each other''s connections' {
        (Invoke-Clean { Get-PipelineConnection }).Output.Name | Should -Not -Contain 'prophecy'
    }

    It 'find the connection of a run from elsewhere by vendor and address, where its name means nothing' {
        $run = Invoke-PipelineRun -Connection mage -TriggerId 1
        $session = Invoke-Clean { Connect-PipelineService Mage -Name here -BaseUri $With.Mage; $With.Run | Get-PipelineRunStatus } @{ Mage = $tenant.Mage; Run = $run }
        $session.Output.RunId, $session.Output.Connection | Should -Be $run.RunId, 'here'
    }

    It 'do not take a connection of the same name that leads elsewhere' {
        $run = Invoke-PipelineRun -Connection mage -TriggerId 1
        $other = Get-FreshTenant
        $session = Invoke-Clean { Connect-PipelineService Mage -Name mage -BaseUri $With.Mage; $With.Run | Get-PipelineRunStatus } @{ Mage = $other.Mage; Run = $run }
        Get-Id $session.Errors | Should -Be ConnectionNotFound
        Get-CallCount $other | Should -Be 0
    }

    It 'may be given a connection with $using: in ForEach-Object -Parallel, its secret included' -Skip:$isDesktop {
        $c = Get-PipelineConnection prophecy
        $runs = 1..4 | ForEach-Object -Parallel {
            Import-Module $using:ModulePath
            Invoke-PipelineRun -Connection $using:c -FabricId 33290 -ProjectId 41459 -PipelineName "pipeline$_"
        }
        $runs.Pipeline | Sort-Object | Should -Be 'pipeline1', 'pipeline2', 'pipeline3', 'pipeline4'
    }

    It 'may be given a connection in Start-ThreadJob' -Skip:(-not $hasThreadJob) {
        $c = Get-PipelineConnection supaflow
        $job = Start-ThreadJob { Import-Module $using:ModulePath; Invoke-PipelineRun -Connection $using:c -PipelineId nightly_sales }
        ($job | Receive-Job -Wait -AutoRemoveJob).Vendor | Should -Be Supaflow
    }
}

Describe 'A connection in a job of its own process' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ supaflowKey = $Credentials.Supaflow })
        Connect-Tenant $tenant
        Connect-PipelineService Supaflow -Name byvariable -BaseUri $tenant.Supaflow -TokenEnvironmentVariable PIPELINETRIGGER_TEST_KEY
        $connections = Get-PipelineConnection mage, byvariable, prophecy
        $script:reason = Get-NoJobReason
        if ($reason) { return }
        $script:outcome = Use-Environment @{ PIPELINETRIGGER_TEST_KEY = $Credentials.Supaflow } {
            $job = Start-Job {
                Import-Module $using:ModulePath
                $mage, $byVariable, $prophecy = $using:connections
                Invoke-PipelineRun -Connection $mage -TriggerId 1
                Invoke-PipelineRun -Connection $byVariable -PipelineId nightly_sales
                Invoke-PipelineRun -Connection $prophecy -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse -ErrorVariable failed -ErrorAction SilentlyContinue
                "$($failed[0].FullyQualifiedErrorId): $failed"
            }
            $job | Receive-Job -Wait -AutoRemoveJob
        }
    }

    BeforeEach {
        if ($reason) { Set-ItResult -Skipped -Because $reason }
    }

    It 'works without a credential' {
        $outcome[0].Vendor | Should -Be Mage
    }

    It 'works with the reference to its secret' {
        $outcome[1].Connection | Should -Be byvariable
    }

    It 'says that a secret given in memory stayed behind' {
        $outcome[2] | Should -BeLike 'ConnectionNotFound,*came from another process*'
    }
}

Describe 'A saved connection' -Skip:(-not $mayTouchHome) {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        $script:homePath = Join-Path $TestDrive 'home'
        $script:file = Join-Path $homePath 'data/PipelineTrigger/connections.json'
        $script:environment = @{ SUPA_KEY = $Credentials.Supaflow }
        $script:first = Invoke-Child -Import -HomePath $homePath -Environment $environment -With @{ Supaflow = $tenant.Supaflow; Prophecy = $tenant.Prophecy } {
            Connect-PipelineService Supaflow -Name kept -Scope CurrentUser -BaseUri $With.Supaflow -TokenEnvironmentVariable SUPA_KEY -PassThru
            Connect-PipelineService Prophecy -Name vaulted -Scope CurrentUser -BaseUri $With.Prophecy -SecretName pat -VaultName ops
            $secret = ConvertTo-Secret 'in-memory-secret'
            $credential = [pscredential]::new('somebody', $secret)
            foreach ($given in @{ Token = $secret }, @{ Credential = $credential }, @{ SecretName = 'pat'; ProxyCredential = $credential; Proxy = 'https://proxy.example' }) {
                try { Connect-PipelineService Prophecy -Name refused -Scope CurrentUser @given } catch { $_.FullyQualifiedErrorId }
            }
        }
        $script:content = Get-Content $file -Raw -ErrorAction SilentlyContinue
        $script:mode = if ($env:OS -ne 'Windows_NT') { (Get-Item $file -ErrorAction SilentlyContinue).UnixMode }
        $script:second = Invoke-Child -Import -HomePath $homePath -Environment $environment {
            $taken = @(Invoke-PipelineRun -PipelineId nightly_sales -ErrorVariable failed -ErrorAction SilentlyContinue)
            $run = Invoke-PipelineRun -Connection kept -PipelineId nightly_sales
            Disconnect-PipelineService vaulted
            @{ Taken = $taken.Count; Error = "$($failed[0].FullyQualifiedErrorId): $failed"; Run = $run; Left = (Get-PipelineConnection).Name }
        }
    }

    It 'is returned with its scope' {
        $first.Result[0].Scope | Should -Be CurrentUser
    }

    It 'stands in a file with names and references' {
        $kept = ($content | ConvertFrom-Json).connections | Where-Object name -EQ kept
        $kept.vendor, $kept.baseUri, $kept.tokenEnvironmentVariable | Should -Be 'Supaflow', $tenant.Supaflow, 'SUPA_KEY'
        $vaulted = ($content | ConvertFrom-Json).connections | Where-Object name -EQ vaulted
        $vaulted.secretName, $vaulted.vaultName | Should -Be 'pat', 'ops'
    }

    It 'is in a file without any secret' {
        $content | Should -Not -BeLike "*$($Credentials.Supaflow)*"
        $content | Should -Not -BeLike '*in-memory-secret*'
    }

    It 'is in a file that its user alone can read' -Skip:(-not $isUnix) {
        $mode | Should -Be '-rw-------'
    }

    It 'is refused with <Given>, and not written' -ForEach @{ Given = '-Token'; At = 1 }, @{ Given = '-Credential'; At = 2 }, @{ Given = '-ProxyCredential'; At = 3 } {
        $first.Result[$At] | Should -BeLike 'InvalidInput,*'
        $content | Should -Not -BeLike '*refused*'
    }

    It 'is never chosen without its name in a host that cannot ask' {
        $second.Result[0].Taken | Should -Be 0
        $second.Result[0].Error | Should -BeLike 'ConnectionNotFound,*kept (Supaflow, saved)*'
    }

    It 'works by its name in a later session' {
        $second.Result[0].Run.Connection, $second.Result[0].Run.Vendor | Should -Be 'kept', 'Supaflow'
    }

    It 'is gone for good once it was disconnected' {
        $second.Result[0].Left | Should -Be kept
        (Get-Content $file -Raw | ConvertFrom-Json).connections.name | Should -Be kept
    }

    It 'is not lost when several sessions save at once' -Skip:$isDesktop {
        $saved = Invoke-Child -Import -HomePath (Join-Path $TestDrive 'crowd') {
            1..4 | ForEach-Object -Parallel {
                Import-Module $using:With.ModulePath
                foreach ($number in 1..5) { Connect-PipelineService Mage -Name "c$_$number" -Scope CurrentUser -BaseUri https://mage.example -TokenEnvironmentVariable NONE }
            }
            (Get-PipelineConnection).Count
        }
        $saved.Result | Should -Be 20
    }

    It 'says which file it is when that is damaged' {
        $damaged = Join-Path $TestDrive 'damaged'
        $folder = Join-Path $damaged 'data/PipelineTrigger'
        [void](New-Item $folder -ItemType Directory)
        Set-Content (Join-Path $folder 'connections.json') '{ "connections": [ {'
        $outcome = Invoke-Child -Import -HomePath $damaged { Get-PipelineConnection -ErrorVariable failed -ErrorAction SilentlyContinue; "$($failed[0].FullyQualifiedErrorId): $failed" }
        $outcome.Result | Should -BeLike 'InvalidInput,*connections.json*'
    }
}

Describe 'Test-PipelineConnection' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ mageAuthentication = $true; magePassword = 'right-password'; prophecyToken = $Credentials.Prophecy; supaflowKey = $Credentials.Supaflow })
        Connect-Tenant $tenant
        Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage -Credential ([pscredential]::new('admin@admin.com', (ConvertTo-Secret 'right-password')))
        Connect-PipelineService Prophecy -Name wrong-Prophecy -BaseUri $tenant.Prophecy -Token (ConvertTo-Secret wrong-token)
        Connect-PipelineService Mage -Name wrong-Mage -BaseUri $tenant.Mage -Credential ([pscredential]::new('admin@admin.com', (ConvertTo-Secret 'wrong-password')))
        Connect-PipelineService Mage -Name none-Mage -BaseUri $tenant.Mage
        Connect-PipelineService Supaflow -Name wrong-Supaflow -BaseUri $tenant.Supaflow -Token (ConvertTo-Secret ak_wrong)

        # Connections are refused there; each is tried several times, so all at once.
        $proxy = Add-Proxy $tenant @{ mode = 'refuse' }
        $sessions = @{}
        foreach ($vendor in 'Prophecy', 'Mage', 'Supaflow') {
            $sessions[$vendor] = Open-Session { Connect-PipelineService $With.Vendor -BaseUri $With.Uri -Token (ConvertTo-Secret ak_any); Test-PipelineConnection -Detailed } @{ Vendor = $vendor; Uri = Get-ProxiedUri $tenant $vendor $proxy }
        }

        $script:unreachable = @{}
        foreach ($vendor in $sessions.Keys) { $unreachable[$vendor] = (Complete-Session $sessions[$vendor]).Output }
    }

    AfterAll {
        Get-PipelineConnection wrong-*, none-* | Disconnect-PipelineService
    }

    It 'is $true for <_>' -ForEach 'mage', 'supaflow' {
        $answer = Test-PipelineConnection $_
        $answer | Should -BeOfType [bool]
        $answer | Should -BeTrue
    }

    It 'is not $true for Prophecy, and says why' {
        $outcome = Get-Outcome { Test-PipelineConnection prophecy }
        $outcome.Output | Should -BeOfType [bool]
        $outcome.Output | Should -BeFalse
        $outcome.Warnings | Should -BeLike '*cannot verify a token without starting a run*'
    }

    It 'says with -Detailed what was and was not proven at Prophecy' {
        $test = Test-PipelineConnection prophecy -Detailed
        $test.Reachable, $test.Authenticated, $test.Succeeded | Should -Be $true, $null, $false
        $test.Message | Should -BeLike '*did not check whether runs can be started*'
    }

    It 'says with -Detailed that the sign-in was accepted at <_>' -ForEach 'mage', 'supaflow' {
        $test = Test-PipelineConnection $_ -Detailed
        $test.Reachable, $test.Authenticated, $test.Succeeded, $test.ErrorId | Should -Be $true, $true, $true, $null
    }

    It 'is $false for a wrong key at <_>, with a warning and no error' -ForEach 'Prophecy', 'Mage', 'Supaflow' {
        $outcome = Get-Outcome { Test-PipelineConnection "wrong-$_" }
        $outcome.Output | Should -BeFalse
        $outcome.Warnings | Should -HaveCount 1
        $outcome.Ids | Should -BeNullOrEmpty
    }

    It 'says AuthenticationFailed for a wrong key at <_>' -ForEach 'Prophecy', 'Mage', 'Supaflow' {
        $test = Test-PipelineConnection "wrong-$_" -Detailed
        $test.Reachable, $test.Authenticated, $test.ErrorId | Should -Be $true, $false, 'AuthenticationFailed'
    }

    It 'says AuthenticationFailed for Mage without a sign-in where one is wanted' {
        (Test-PipelineConnection none-Mage -Detailed).ErrorId | Should -Be AuthenticationFailed
    }

    It 'says VendorUnavailable when no server is listening at <_>' -ForEach 'Prophecy', 'Mage', 'Supaflow' {
        $test = $unreachable[$_]
        $test.Reachable, $test.Authenticated, $test.ErrorId | Should -Be $false, $null, 'VendorUnavailable'
        $test.Message | Should -BeLike '*could not be reached*'
    }

    It 'tests several by name' {
        Test-PipelineConnection mage, supaflow | Should -Be $true, $true
    }

    It 'has started nothing' {
        Get-RunCount $tenant | Should -Be 0
    }
}

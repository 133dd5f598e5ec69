BeforeDiscovery {
    $script:places = 'the streams', 'the transcript', '$Error as a list', '$Error as JSON', '$Error as CLIXML', 'the runs', 'the connections'
    $script:secrets = @(
        'the Prophecy token', 'the Mage password', 'the Mage session', 'the Mage session''s JWT', 'the session token given', 'the trigger token', 'the trigger''s own token', 'the Supaflow key',
        'the Supaflow bearer', 'the Supaflow anon key', 'the proxy password'
    )
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force
}

Describe 'A secret of a vault' {
    BeforeAll {
        $script:reason = if ((Get-Module -ListAvailable Microsoft.PowerShell.SecretManagement, Microsoft.PowerShell.SecretStore | Group-Object Name).Count -lt 2) {
            'the modules SecretManagement and SecretStore are not installed'
        }
        elseif ($env:OS -eq 'Windows_NT' -and -not $env:PIPELINETRIGGER_SCRATCH_HOME) {
            'the vault here would be the user''s own: PIPELINETRIGGER_SCRATCH_HOME is not set'
        }

        if (-not $reason) {
            $script:tenant = Get-FreshTenant
            [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ mageAuthentication = $true; magePassword = 'vault-password'; prophecyToken = 'vault-token'; supaflowKey = 'ak_vault-key' })
            $child = Invoke-Child -Import -With @{ Tenant = $tenant } {
                $tenant = $With.Tenant
                Import-Module Microsoft.PowerShell.SecretManagement, Microsoft.PowerShell.SecretStore
                Reset-SecretStore -Scope CurrentUser -Authentication None -Interaction None -Force -WarningAction SilentlyContinue
                Register-SecretVault ops -ModuleName Microsoft.PowerShell.SecretStore -DefaultVault
                Set-Secret key 'ak_vault-key'
                Set-Secret line " vault-token`n"
                Set-Secret secure (ConvertTo-Secret 'vault-token')
                Set-Secret pair ([pscredential]::new('admin@admin.com', (ConvertTo-Secret 'vault-password')))
                Set-Secret table @{ key = 'ak_vault-key' }
                Set-Secret bytes ([byte[]](1, 2, 3))
                Set-Secret spaces '  '

                function Get-Answer([scriptblock]$Script) {
                    try { & $Script -ErrorAction Stop } catch { "$($_.FullyQualifiedErrorId): $_" }
                }

                Connect-PipelineService Supaflow -Name text -BaseUri $tenant.Supaflow -SecretName key -VaultName ops
                Connect-PipelineService Supaflow -Name default -BaseUri $tenant.Supaflow -SecretName key
                Connect-PipelineService Prophecy -Name secure -BaseUri $tenant.Prophecy -SecretName secure
                Connect-PipelineService Prophecy -Name line -BaseUri $tenant.Prophecy -SecretName line
                Connect-PipelineService Mage -Name pair -BaseUri $tenant.Mage -SecretName pair -VaultName ops
                foreach ($bad in 'missing', 'table', 'bytes', 'spaces') { Connect-PipelineService Prophecy -Name $bad -BaseUri $tenant.Prophecy -SecretName $bad }
                Connect-PipelineService Prophecy -Name novault -BaseUri $tenant.Prophecy -SecretName secure -VaultName never
                $prophecy = @{ FabricId = 33290; ProjectId = '41459'; PipelineName = 'bakehouse' }
                $answers = @{
                    text    = Get-Answer { Invoke-PipelineRun -Connection text -PipelineId nightly_sales @args }
                    default = Get-Answer { Invoke-PipelineRun -Connection default -PipelineId nightly_sales @args }
                    pair    = Get-Answer { Invoke-PipelineRun -Connection pair -TriggerId 1 @args }
                }
                foreach ($name in 'secure', 'line', 'missing', 'table', 'bytes', 'spaces', 'novault') {
                    $answers[$name] = Get-Answer { Invoke-PipelineRun -Connection $name @prophecy @args }
                }

                # The vault forgets it, the vendor wants it once more.
                Remove-Secret key -Vault ops
                [void](Invoke-RestMethod "$($tenant.Admin)/expire" -Method Post -Body '{}' -ContentType application/json)
                $answers.renewed = Get-Answer { Invoke-PipelineRun -Connection text -PipelineId nightly_sales @args }

                Set-SecretStoreConfiguration -Scope CurrentUser -Authentication Password -Interaction None -Password (ConvertTo-Secret 'store-word') -Confirm:$false -WarningAction SilentlyContinue
                Lock-SecretStore
                Connect-PipelineService Prophecy -Name locked -BaseUri $tenant.Prophecy -SecretName secure
                $answers.locked = Get-Answer { Invoke-PipelineRun -Connection locked @prophecy @args }
                $answers.home = Test-Path (Join-Path $HOME '.secretmanagement')
                $answers
            }
            $script:answers = $child.Result[0]
            $script:childText = $child.Text + $child.ErrorText
        }
    }

    BeforeEach {
        if ($reason) { Set-ItResult -Skipped -Because $reason }
    }

    It 'may be <Name>' -ForEach @(
        @{ Name = 'a string'; Connection = 'text'; Vendor = 'Supaflow' }
        @{ Name = 'in the default vault'; Connection = 'default'; Vendor = 'Supaflow' }
        @{ Name = 'a SecureString'; Connection = 'secure'; Vendor = 'Prophecy' }
        @{ Name = 'a string with spaces and a line break around it'; Connection = 'line'; Vendor = 'Prophecy' }
        @{ Name = 'a PSCredential'; Connection = 'pair'; Vendor = 'Mage' }
    ) {
        $answers[$Connection].Vendor | Should -Be $Vendor -Because "$($answers[$Connection]) $childText"
    }

    It 'is SecretNotFound, with what is wrong: <Name>' -ForEach @(
        @{ Name = 'it does not exist'; Connection = 'missing'; Words = "*'missing'*" }
        @{ Name = 'its vault does not exist'; Connection = 'novault'; Words = "*vault 'never'*" }
        @{ Name = 'it is a hashtable'; Connection = 'table'; Words = '*Hashtable*string, a SecureString or a PSCredential*' }
        @{ Name = 'it is bytes'; Connection = 'bytes'; Words = '*string, a SecureString or a PSCredential*' }
        @{ Name = 'it is blank'; Connection = 'spaces'; Words = '*empty*' }
        @{ Name = 'its vault is locked and cannot ask'; Connection = 'locked'; Words = '*password*' }
    ) {
        $answers[$Connection] | Should -BeLike 'SecretNotFound,*'
        $answers[$Connection] | Should -BeLike $Words
    }

    It 'is asked for once: a later sign-in needs no vault' {
        $answers.renewed.Vendor | Should -Be Supaflow
    }

    It 'appears nowhere' {
        foreach ($secret in 'ak_vault-key', 'vault-token', 'vault-password', 'store-word') { $childText | Should -Not -BeLike "*$secret*" }
    }
}

Describe 'A secret where nothing keeps secrets' {
    BeforeAll {
        $script:answer = (Invoke-Child -Import {
                # Whatever modules this machine has: none comes by itself.
                Import-Module Microsoft.PowerShell.Utility, Microsoft.PowerShell.Management
                $PSModuleAutoLoadingPreference = 'None'
                Connect-PipelineService Prophecy -SecretName any
                Test-PipelineConnection -ErrorVariable failed -ErrorAction SilentlyContinue
                "$($failed[0].FullyQualifiedErrorId): $failed"
            }).Result
    }

    It 'is SecretNotFound, with the module to install' {
        $answer | Should -BeLike 'SecretNotFound,*Microsoft.PowerShell.SecretManagement*'
    }
}

Describe 'A secret given otherwise' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ mageAuthentication = $true; magePassword = ' right one '; prophecyToken = 'right-one'; supaflowKey = 'ak_right-one' })
        $body = ConvertTo-Json @{ session = @{ email = 'admin@admin.com'; password = ' right one ' } }
        $script:jwt = (Invoke-RestMethod "$($tenant.Mage)/api/sessions" -Method Post -Body $body -ContentType application/json -Headers @{ 'X-API-KEY' = 'zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2' }).session.token
        $payload = $jwt.Split('.')[1].Replace('-', '+').Replace('_', '/')
        $script:inner = ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($payload.PadRight([math]::Ceiling($payload.Length / 4) * 4, '='))) | ConvertFrom-Json).token
    }

    AfterEach {
        Disconnect-PipelineService given
    }

    It 'works: <Name>' -ForEach @(
        @{ Name = '-Credential at Mage, a password with spaces'; Vendor = 'Mage'; Given = { @{ Credential = [pscredential]::new('admin@admin.com', (ConvertTo-Secret ' right one ')) } } }
        @{ Name = '-Token at Mage, the JWT'; Vendor = 'Mage'; Given = { @{ Token = ConvertTo-Secret $jwt } } }
        @{ Name = '-Token at Mage, what is in the JWT'; Vendor = 'Mage'; Given = { @{ Token = ConvertTo-Secret $inner } } }
        @{ Name = '-Token at Prophecy'; Vendor = 'Prophecy'; Given = { @{ Token = ConvertTo-Secret 'right-one' } } }
        @{ Name = '-Credential at Prophecy, the password is the token'; Vendor = 'Prophecy'; Given = { @{ Credential = [pscredential]::new('anybody', (ConvertTo-Secret 'right-one')) } } }
        @{ Name = '-ApiKey at Supaflow, with a line break'; Vendor = 'Supaflow'; Given = { @{ ApiKey = ConvertTo-Secret "ak_right-one`n" } } }
        @{ Name = '-TokenEnvironmentVariable'; Vendor = 'Supaflow'; Given = { @{ TokenEnvironmentVariable = 'PIPELINETRIGGER_TEST_KEY' } } }
    ) {
        $secret = & $Given
        Connect-PipelineService $Vendor -Name given -BaseUri $tenant.$Vendor @secret
        $trigger = Get-TriggerParameter $Vendor
        $trigger.Connection = 'given'
        $outcome = Use-Environment @{ PIPELINETRIGGER_TEST_KEY = 'ak_right-one' } { Get-Outcome { Invoke-PipelineRun @trigger } }
        $outcome.Messages | Should -BeNullOrEmpty
        $outcome.Output.Vendor | Should -Be $Vendor
    }

    It 'may be a trigger''s own token, as <Name>, without any session' -ForEach @{ Name = 'text'; Make = { $args[0] } }, @{ Name = 'a SecureString'; Make = { ConvertTo-Secret $args[0] } } {
        Connect-PipelineService Mage -Name given -BaseUri $tenant.Mage
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection given -TriggerId 1 -TriggerToken (& $Make trigger-token-1) }
        $outcome.Output.Vendor | Should -Be Mage
        $outcome.Warnings | Should -BeLike '*cannot read whether Mage trigger 1 is active*'
        (Get-VendorRun $tenant Mage)[-1].form | Should -Be bearer
    }
}

Describe 'With -Verbose, -Debug and a transcript, at servers that tell secrets' {
    BeforeAll {
        $encode = { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($args[0])).TrimEnd('=').Replace('+', '-').Replace('/', '_') }
        $script:known = @{
            'the Prophecy token'       = 'prophecy-secret-0A1'
            'the Mage password'        = 'mage/pass+word"0A2'
            'the Mage session'         = 'mage-session-secret-0A3'
            'the session token given'  = 'mage-given-secret-0A4'
            'the trigger token'        = 'trigger/secret+0A5'
            'the trigger''s own token' = 'trigger-own-secret-0A6'
            'the Supaflow key'         = 'ak_supaflow-secret-0A7'
            'the Supaflow bearer'      = 'supaflow-bearer-0A8'
            'the Supaflow anon key'    = 'supaflow-anon-0A9'
            'the proxy password'       = 'proxy-secret-0AA'
        }
        $known['the Mage session''s JWT'] = 'eyJhbGciOiJIUzI1NiJ9.' + (& $encode "{`"token`":`"$($known['the Mage session'])`"}") + '.c2lnbmF0dXJl'

        # A server that answers every trigger and every look with all the secrets it was told, in the shape of its vendor's messages.
        function Get-TellingTenant([string]$Vendor, [string[]]$Secrets) {
            $tenant = Get-FreshTenant
            $everything = ($Secrets | ForEach-Object { $known[$_] }) -join ' '
            $body = switch ($Vendor) {
                prophecy { @{ success = $false; msg = "error in triggering pipeline: Success(Left(sdl.md.client.package`$MetadataException: Invalid: $everything)) (of class scala.util.Success)" } }
                mage { @{ error = @{ code = 500; exception = "Invalid: $everything"; message = "Traceback $everything"; errors = @($everything) }; url_parameters = @{ token = $everything } } }
                supaflow { @{ code = 'P0001'; message = "Invalid: $everything"; details = $everything; hint = "Hint: $everything" } }
            }
            foreach ($operation in 'trigger', 'status') {
                foreach ($status in 200, 400, 401, 403, 500) {
                    $count = if ($status -eq 500 -and $operation -eq 'status') { 5 } else { 1 }
                    [void](Add-Fault $tenant @{ vendor = $Vendor; operation = $operation; status = $status; body = $body; count = $count; headers = @{ 'Retry-After' = '0' } })
                }

                [void](Add-Fault $tenant @{ vendor = $Vendor; operation = $operation; status = 200; contentType = 'text/html'; body = "<html>$everything</html>" })
                [void](Add-Fault $tenant @{ vendor = $Vendor; operation = $operation; status = 302; headers = @{ Location = '/elsewhere/' + [uri]::EscapeDataString($everything) } })
            }

            $tenant
        }

        $script:tenants = @{
            Prophecy = Get-TellingTenant prophecy 'the Prophecy token'
            Password = Get-TellingTenant mage 'the Mage password', 'the Mage session', 'the Mage session''s JWT'
            Session  = Get-TellingTenant mage 'the session token given'
            Trigger  = Get-TellingTenant mage 'the session token given', 'the trigger token'
            Supaflow = Get-TellingTenant supaflow 'the Supaflow key', 'the Supaflow bearer', 'the Supaflow anon key'
        }
        [void](Add-Fault $tenants.Password @{ vendor = 'mage'; operation = 'session'; status = 200; count = -1; body = @{ session = @{ token = $known['the Mage session''s JWT']; expires = '2099-01-01 00:00:00' } } })
        [void](Add-Fault $tenants.Supaflow @{
                vendor = 'supaflow'; operation = 'bootstrap'; status = 200; count = -1
                body   = @{
                    token = $known['the Supaflow bearer']; supabase_anon_key = $known['the Supaflow anon key']; ttl_seconds = 3600
                    supabase_url = $tenants.Supaflow.Supaflow -replace 'supaflow$', 'supabase'
                }
            })
        [void](Invoke-Admin $tenants.Trigger -Path mage/triggers/7 -Method Put -Body @{ name = 'seven'; token = $known['the trigger token'] })
        foreach ($name in 'Password', 'Session') {
            [void](Invoke-Admin $tenants[$name] -Path mage/triggers/8 -Method Put -Body @{ name = 'eight'; token = $known['the trigger''s own token'] })
        }

        [void](Invoke-Admin $tenants.Session -Path runs/mage -Method Post -Body @{ triggerId = 8; count = 2; status = 'failed'; message = "Invalid: $($known['the session token given'])" })

        $script:folder = Join-Path $TestDrive 'said'
        [void](New-Item $folder -ItemType Directory)
        $script:child = Invoke-Child -Import -With @{ Tenants = $tenants; Secret = $known; Into = $folder } {
            $tenants = $With.Tenants
            $secret = $With.Secret
            $into = $With.Into
            $loud = @{ Verbose = $true }
            if ($PSEdition -eq 'Core') { $loud.Debug = $true }
            $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
            $PSDefaultParameterValues = @{ 'Connect-PipelineService:LateCommitHorizonSec' = 1 }
            [void](Start-Transcript (Join-Path $into 'the transcript'))
            $token = $secret['the trigger token']
            $given = @{}
            foreach ($name in $secret.Keys) { $given[$name] = ConvertTo-Secret $secret[$name] }
            Connect-PipelineService Prophecy -Name prophecy -BaseUri $tenants.Prophecy.Prophecy -Token $given['the Prophecy token'] @loud
            Connect-PipelineService Mage -Name password -BaseUri $tenants.Password.Mage -Credential ([pscredential]::new('admin@admin.com', $given['the Mage password'])) @loud
            Connect-PipelineService Mage -Name session -BaseUri $tenants.Session.Mage -Token $given['the session token given'] @loud
            Connect-PipelineService Mage -Name trigger -BaseUri $tenants.Trigger.Mage -Token $given['the session token given'] @loud
            Connect-PipelineService Mage -Name proxied -BaseUri $tenants.Session.Mage -Proxy https://proxy.example -ProxyCredential ([pscredential]::new('me', $given['the proxy password'])) @loud
            Connect-PipelineService Supaflow -Name supaflow -BaseUri $tenants.Supaflow.Supaflow -Token $given['the Supaflow key'] @loud
            $runs = [Collections.Generic.List[object]]::new()
            $said = & {
                foreach ($round in 1..7) {
                    Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse @loud
                    Invoke-PipelineRun -Connection password -TriggerId 8 @loud
                    Invoke-PipelineRun -Connection session -TriggerId 8 @loud
                    Invoke-PipelineRun -Connection trigger -TriggerId 7 -TriggerToken $token @loud
                    Invoke-PipelineRun -Connection supaflow -PipelineId 11111111-2222-3333-4444-555555555555 @loud
                    Get-PipelineRunStatus -Connection prophecy -RunId any @loud
                    Get-PipelineRunStatus -Connection password -RunId 1 @loud
                    Get-PipelineRunStatus -Connection session -RunId 2 @loud
                    Get-PipelineRunStatus -Connection trigger -RunId 1 @loud
                    Get-PipelineRunStatus -Connection supaflow -RunId 99999999-9999-4999-8999-999999999999 @loud
                }
                Invoke-PipelineRun -Connection trigger -TriggerId 7 -TriggerToken $given['the trigger token'] @loud
                [pscustomobject]@{ Connection = 'trigger'; TriggerId = 7; TriggerToken = $token } | Invoke-PipelineRun @loud
                [pscustomobject]@{ Connection = 'trigger'; TriggerId = 4711; TriggerToken = $token } | Invoke-PipelineRun @loud
                @{ Connection = 'trigger'; TriggerId = 'x'; TriggerToken = $token } | Invoke-PipelineRun @loud
                Wait-PipelineRun -Connection session -RunId 1, 2 @loud
                Get-Pipeline -Connection session @loud
                Test-PipelineConnection prophecy, password, session, supaflow -Detailed @loud
                Get-PipelineConnection @loud
            } *>&1
            $said | ForEach-Object { if ($_ -is [PipelineTrigger.PipelineRun]) { $runs.Add($_) } }
            $said | Out-Default
            [void](Stop-Transcript)
            $InformationPreference = $VerbosePreference = $DebugPreference = 'SilentlyContinue'
            Set-Content (Join-Path $into 'the streams') (($said | Format-List * -Force | Out-String -Width 4000) + ($said | ForEach-Object { "$_" } | Out-String -Width 4000))
            Set-Content (Join-Path $into '$Error as a list') ($Error | Format-List * -Force | Out-String -Width 4000)
            Set-Content (Join-Path $into '$Error as JSON') ($Error | Select-Object -First 100 | ConvertTo-Json -Depth 3 -WarningAction SilentlyContinue)
            $Error | Export-Clixml (Join-Path $into '$Error as CLIXML') -Depth 4
            $runs | Export-Clixml (Join-Path $into 'the runs') -Depth 6
            Add-Content (Join-Path $into 'the runs') (($runs | Format-List * -Force | Out-String -Width 4000) + ($runs | ConvertTo-Json -Depth 6))
            $connections = Get-PipelineConnection
            $connections | Export-Clixml (Join-Path $into 'the connections') -Depth 6
            Add-Content (Join-Path $into 'the connections') (($connections | Format-List * -Force | Out-String -Width 4000) + ($connections | ConvertTo-Json -Depth 6))
            @{ Runs = $runs.Count; Errors = $Error.Count }
        }
        $script:text = @{}
        foreach ($file in Get-ChildItem $folder -File) { $text[$file.Name] = Get-Content $file.FullName -Raw }
    }

    It 'has heard the servers tell them' {
        $child.Result[0].Errors | Should -BeGreaterThan 30 -Because $child.ErrorText
        $child.Result[0].Runs | Should -BeGreaterThan 5
        [regex]::Matches($text['the streams'], 'Invalid: \*\*\*').Count | Should -BeGreaterThan 30
    }

    It 'has heard the calls as verbose lines in <_>' -ForEach 'the streams', 'the transcript' {
        $text[$_] | Should -BeLike '*POST */api/trigger/pipeline: 401 in *'
    }

    It 'has no <Secret> in <Place>' -ForEach @(
        foreach ($place in $places) { foreach ($name in $secrets) { @{ Place = $place; Secret = $name } } }
    ) {
        $text[$Place] | Should -Not -BeNullOrEmpty
        $value = $known[$Secret]
        $base64 = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($value))
        foreach ($form in $value, [uri]::EscapeDataString($value), (ConvertTo-Json $value).Trim('"'), $base64, [Security.SecurityElement]::Escape($value)) {
            $at = $text[$Place].IndexOf($form, [StringComparison]::Ordinal)
            $near = if ($at -ge 0) { $text[$Place].Substring(0, $at) -replace '(?s)^.*(?=.{200}$)' }
            $at | Should -BeLessThan 0 -Because "it stands after: $near"
        }
    }
}

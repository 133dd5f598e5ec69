BeforeDiscovery {
    # The answer a user gets to a trigger that meets a fault: no Id is a run. Runs is how many the vendor made, Calls how many triggers it saw.
    $vendors = 'Prophecy', 'Mage', 'Supaflow'
    $html = @{ contentType = 'text/html'; body = '<html><body>Some gateway</body></html>' }
    $faults = @(
        @{ Name = 'answers 500 and made no run'; Fault = @{ status = 500 }; Id = 'TriggerOutcomeUnknown'; Runs = 0; Calls = 1 }
        @{ Name = 'answers 500 after it made the run'; Fault = @{ status = 500; when = 'after' }; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Name = 'answers 503 without a word of its own'; Fault = @{ status = 503 } + $html; Id = 'TriggerOutcomeUnknown'; Runs = 0; Calls = 1 }
        @{ Name = 'answers 408 after it made the run'; Fault = @{ status = 408; when = 'after' }; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Name = 'answers 200 with another site''s page'; Fault = @{ status = 200 } + $html; Id = 'TriggerOutcomeUnknown'; Runs = 0; Calls = 1 }
        @{ Name = 'answers 200 with nothing'; Fault = @{ status = 200; body = ''; when = 'after' }; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Name = 'answers more than is read'; Fault = @{ status = 200; bodyBytes = 9MB; when = 'after' }; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Name = 'answers 404 with a page'; Fault = @{ status = 404 } + $html; Id = 'TriggerRejected'; Runs = 0; Calls = 1 }
        @{ Name = 'answers 401 once'; Fault = @{ status = 401 }; Id = 'AuthenticationFailed'; Runs = 0; Calls = 1; Supaflow = @{ Id = $null; Runs = 1; Calls = 2 } }
        @{ Name = 'answers 403'; Fault = @{ status = 403 }; Id = 'AccessDenied'; Runs = 0; Calls = 1 }
        @{ Name = 'answers 429 once'; Fault = @{ status = 429; headers = @{ 'Retry-After' = '1' } }; Id = $null; Runs = 1; Calls = 2 }
        @{ Name = 'answers 429 and asks for too long a wait'; Fault = @{ status = 429; headers = @{ 'Retry-After' = '4000' } }; Id = 'RateLimited'; Runs = 0; Calls = 1 }
        @{ Name = 'answers with a permanent redirect'; Fault = @{ status = 308; headers = @{ Location = '/elsewhere/mage/api' } }; Id = 'TriggerRejected'; Runs = 0; Calls = 1 }
        @{ Name = 'answers with a redirect after it made the run'; Fault = @{ status = 302; headers = @{ Location = '/elsewhere' }; when = 'after' }; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Name = 'answers late'; Fault = @{ kind = 'delay'; delaySeconds = 1 }; Id = $null; Runs = 1; Calls = 1 }
        @{ Name = 'resets before it made the run'; Fault = @{ kind = 'reset' }; Id = 'TriggerOutcomeUnknown'; Runs = 0; Calls = 1 }
        @{ Name = 'resets after it made the run'; Fault = @{ kind = 'reset'; when = 'after' }; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Name = 'cuts its answer in half'; Fault = @{ kind = 'cut' }; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Name = 'never answers'; Fault = @{ kind = 'stall' }; TimeoutSec = 1; Id = 'TriggerOutcomeUnknown'; Runs = 0; Calls = 1 }
        @{ Name = 'never answers and made the run'; Fault = @{ kind = 'stall'; when = 'after' }; TimeoutSec = 1; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Name = 'is not there'; Proxy = @{ mode = 'refuse' }; Id = 'VendorUnavailable'; Runs = 0; Calls = 0 }
        @{ Name = 'is not there for a moment'; Proxy = @{ mode = 'refuse'; delaySeconds = 1 }; Id = $null; Runs = 1; Calls = 1 }
        @{ Name = 'is behind a line that resets before it forwards'; Proxy = @{ mode = 'resetBeforeRead' }; Id = 'TriggerOutcomeUnknown'; Runs = 0; Calls = 0 }
        @{ Name = 'is behind a line that resets after the run was made'; Proxy = @{ mode = 'resetAfterHandled' }; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Name = 'is behind a line that cuts the answer'; Proxy = @{ mode = 'cutAnswer' }; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Name = 'is behind a line that stalls'; Proxy = @{ mode = 'stall' }; TimeoutSec = 1; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
    )
    $script:cases = @(
        foreach ($fault in $faults) {
            foreach ($vendor in $vendors) {
                $case = $fault.Clone()
                $case.Vendor = $vendor
                if ($fault.$vendor) { foreach ($name in $fault.$vendor.Keys) { $case[$name] = $fault.$vendor[$name] } }
                # Mage's runs name their trigger: one that was made is found, if there is time left to look for it.
                if ($vendor -eq 'Mage' -and $case.Id -eq 'TriggerOutcomeUnknown' -and $case.Runs -and -not $case.TimeoutSec) { $case.Id = $null }
                $case
            }
        }
        @{ Vendor = 'Prophecy'; Name = 'refuses with 200'; Fault = @{ status = 200; body = @{ success = $false; msg = 'Fabric with uid `1` not found' } }; Id = 'TriggerRejected'; Runs = 0; Calls = 1 }
        @{ Vendor = 'Mage'; Name = 'throws something that was never seen'; Fault = @{ status = 200; when = 'after'; body = @{ error = @{ code = 500; exception = 'disk full'; message = 'Traceback' } } }; Id = $null; Runs = 1; Calls = 1 }
        @{ Vendor = 'Mage'; Name = 'does not know the trigger'; Fault = @{ status = 200; body = @{ error = @{ code = 500; exception = "'NoneType' object has no attribute 'pipeline_uuid'" } } }; Id = 'TriggerRejected'; Runs = 0; Calls = 1 }
        @{ Vendor = 'Supaflow'; Name = 'had no database connection'; Fault = @{ status = 503; body = @{ code = 'PGRST000'; message = 'no connection' } }; Id = $null; Runs = 1; Calls = 2 }
        @{ Vendor = 'Supaflow'; Name = 'lost its database connection in the middle'; Fault = @{ status = 503; when = 'after'; body = @{ code = 'PGRST001'; message = 'lost' } }; Id = 'TriggerOutcomeUnknown'; Runs = 1; Calls = 1 }
        @{ Vendor = 'Supaflow'; Name = 'rolled its statement back'; Fault = @{ status = 500; body = @{ code = '40001'; message = 'serialization failure' } }; Id = $null; Runs = 1; Calls = 2 }
        @{ Vendor = 'Supaflow'; Name = 'is out of credits'; Fault = @{ status = 200; body = 'null' }; Id = 'OutOfCredits'; Runs = 0; Calls = 1 }
        @{ Vendor = 'Supaflow'; Name = 'refuses in its function'; Fault = @{ status = 400; body = @{ code = 'P0001'; message = 'Pipeline is not active' } }; Id = 'TriggerRejected'; Runs = 0; Calls = 1 }
    )
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force

    function Get-Id($ErrorRecord) { ($ErrorRecord.FullyQualifiedErrorId -split ',')[0] }
}

Describe 'Invalid input' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-Tenant $tenant
        $script:secret = ConvertTo-Secret 'any-secret'
        $script:publicKey = ConvertTo-Secret 'zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2'
        $script:user = [pscredential]::new('somebody', $secret)
        $script:blank = ConvertTo-Secret '   '
        $script:before = (Get-PipelineConnection).Name
    }

    It 'is <Id> before anything is sent: <Name>' -ForEach @(
        @{ Name = 'no such connection'; Id = 'ConnectionNotFound'; Do = { Invoke-PipelineRun -Connection never -TriggerId 1 } }
        @{ Name = 'no such connection of a run id'; Id = 'ConnectionNotFound'; Do = { Get-PipelineRunStatus -Connection never -RunId 1 } }
        @{ Name = 'no such connection to list'; Id = 'ConnectionNotFound'; Do = { Get-Pipeline -Connection never } }
        @{ Name = 'no such connection to test'; Id = 'ConnectionNotFound'; Do = { Test-PipelineConnection never } }
        @{ Name = 'a UUID with a letter too far'; Id = 'InvalidInput'; Do = { Invoke-PipelineRun -Connection supaflow -PipelineId 11111111-2222-3333-4444-55555555555g } }
        @{ Name = 'a UUID that is too short'; Id = 'InvalidInput'; Do = { Invoke-PipelineRun -Connection supaflow -PipelineId 11111111-2222-3333-4444-5555 } }
        @{ Name = '-ResetTarget without -FullResync'; Id = 'InvalidInput'; Do = { Invoke-PipelineRun -Connection supaflow -PipelineId nightly_sales -ResetTarget } }
        @{ Name = '-ResetTarget without -FullResync, confirmed'; Id = 'InvalidInput'; Do = { Invoke-PipelineRun -Connection supaflow -PipelineId nightly_sales -ResetTarget -Confirm:$false } }
        foreach ($id in '99999999999', '2147483648', '0', '-1', '1.5', 'abc', '1;2', '') {
            if ($id) {
                @{ Name = "the Mage run id $id, looked at"; Id = 'InvalidInput'; Number = $id; Do = { Get-PipelineRunStatus -Connection mage -RunId $Number } }
                @{ Name = "the Mage run id $id, stopped"; Id = 'InvalidInput'; Number = $id; Do = { Stop-PipelineRun -Connection mage -RunId $Number } }
                @{ Name = "the Mage run id $id, waited for"; Id = 'InvalidInput'; Number = $id; Do = { Wait-PipelineRun -Connection mage -RunId $Number } }
            }
        }
        @{ Name = 'the Mage trigger id 99999999999'; Id = 'InvalidInput'; Do = { Invoke-PipelineRun -Connection mage -TriggerId 99999999999 } }
        @{ Name = 'the Mage trigger id 0'; Id = 'InvalidInput'; Do = { Invoke-PipelineRun -Connection mage -TriggerId 0 } }
        @{ Name = 'a Supaflow run id that would change the filter'; Id = 'InvalidInput'; Do = { Stop-PipelineRun -Connection supaflow -RunId 'x&job_status=eq.running' } }
        @{ Name = 'a Prophecy run id of dots'; Id = 'InvalidInput'; Do = { Get-PipelineRunStatus -Connection prophecy -RunId '..' } }
        foreach ($number in -1, 0) {
            @{ Name = "-TimeoutSec $number of Wait-PipelineRun"; Id = 'InvalidInput'; Number = $number; Do = { Wait-PipelineRun -Connection mage -RunId 1 -TimeoutSec $Number } }
            @{ Name = "-TimeoutSec $number of Invoke-PipelineRun"; Id = 'InvalidInput'; Number = $number; Do = { Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait -TimeoutSec $Number } }
            @{ Name = "-PollIntervalSec $number"; Id = 'InvalidInput'; Number = $number; Do = { Wait-PipelineRun -Connection mage -RunId 1 -PollIntervalSec $Number } }
            @{ Name = "-ThrottleLimit $number"; Id = 'InvalidInput'; Number = $number; Do = { Invoke-PipelineRun -Connection mage -TriggerId 1 -ThrottleLimit $Number } }
        }
        @{ Name = 'plain http to another machine'; Id = 'InsecureEndpoint'; Do = { Connect-PipelineService Mage -Name bad -BaseUri http://mage.example:6789 } }
        @{ Name = 'plain http to another machine, by its number'; Id = 'InsecureEndpoint'; Do = { Connect-PipelineService Prophecy -Name bad -BaseUri http://192.0.2.7 -Token $secret } }
        @{ Name = 'an unknown vendor'; Id = 'InvalidInput'; Do = { Connect-PipelineService Airflow -Name bad } }
        @{ Name = 'Mage without -BaseUri'; Id = 'InvalidInput'; Do = { Connect-PipelineService Mage -Name bad } }
        @{ Name = 'a Supaflow key that does not begin with ak_'; Id = 'InvalidInput'; Do = { Connect-PipelineService Supaflow -Name bad -Token $secret } }
        @{ Name = 'a Supaflow password that does not begin with ak_'; Id = 'InvalidInput'; Do = { Connect-PipelineService Supaflow -Name bad -Credential $user } }
        @{ Name = 'Mage''s public API key as a token'; Id = 'InvalidInput'; Do = { Connect-PipelineService Mage -Name bad -BaseUri $tenant.Mage -Token $publicKey } }
        @{ Name = 'a blank token'; Id = 'InvalidInput'; Do = { Connect-PipelineService Prophecy -Name bad -Token $blank } }
        @{ Name = 'no credential for Prophecy'; Id = 'InvalidInput'; Do = { Use-Environment @{ PROPHECY_PAT = $null } { Connect-PipelineService Prophecy -Name bad } } }
        @{ Name = 'a base URI that is no web address'; Id = 'InvalidInput'; Do = { Connect-PipelineService Mage -Name bad -BaseUri ftp://mage.example } }
        @{ Name = 'a base URI without a host'; Id = 'InvalidInput'; Do = { Connect-PipelineService Mage -Name bad -BaseUri mage.example } }
        @{ Name = 'a base URI with a password'; Id = 'InvalidInput'; Do = { Connect-PipelineService Mage -Name bad -BaseUri https://me:secret@mage.example } }
        @{ Name = 'a base URI with a query'; Id = 'InvalidInput'; Do = { Connect-PipelineService Mage -Name bad -BaseUri 'https://mage.example?key=1' } }
        @{ Name = 'a blank name'; Id = 'InvalidInput'; Do = { Connect-PipelineService Mage -Name ' ' -BaseUri $tenant.Mage } }
        @{ Name = 'a name with wildcards'; Id = 'InvalidInput'; Do = { Connect-PipelineService Mage -Name 'b*d' -BaseUri $tenant.Mage } }
    ) {
        $outcome = Get-Outcome $Do
        $outcome.Ids | Should -Be $Id
        $outcome.Output | Should -BeNullOrEmpty
        Get-CallCount $tenant | Should -Be 0
    }

    It 'has left no connection behind' {
        (Get-PipelineConnection).Name | Should -Be $before
    }

    It 'says that Mage''s API key is public' {
        (Get-Outcome { Connect-PipelineService Mage -Name bad -BaseUri $tenant.Mage -Token $publicKey }).Messages | Should -BeLike '*public API key*same in every installation*'
    }

    It 'shows no password of a base URI' {
        (Get-Outcome { Connect-PipelineService Mage -Name bad -BaseUri https://me:hidden-word@mage.example }).Messages | Should -Not -BeLike '*hidden-word*'
    }

    It 'may be overruled: plain http to another machine with -AllowInsecure' {
        try {
            (Connect-PipelineService Mage -Name lan -BaseUri http://mage.example:6789 -AllowInsecure -PassThru).AllowInsecure | Should -BeTrue
        }
        finally {
            Disconnect-PipelineService lan
        }
    }

    It 'is found in a secret when it is first used: a key that does not begin with ak_' {
        Connect-PipelineService Supaflow -Name late -BaseUri $tenant.Supaflow -TokenEnvironmentVariable PIPELINETRIGGER_TEST_KEY
        $outcome = Use-Environment @{ PIPELINETRIGGER_TEST_KEY = 'no-such-prefix' } { Get-Outcome { Invoke-PipelineRun -Connection late -PipelineId nightly_sales } }
        Disconnect-PipelineService late
        $outcome.Ids | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be 0
    }
}

Describe 'The error id' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It '<Id> comes from <Cmdlet> as <Category>' -ForEach @(
        @{ Id = 'ConnectionNotFound'; Category = 'ObjectNotFound'; Cmdlet = 'InvokePipelineRunCommand'; Do = { Invoke-PipelineRun -Connection never -TriggerId 1 } }
        @{ Id = 'SecretNotFound'; Category = 'ObjectNotFound'; Cmdlet = 'InvokePipelineRunCommand'; Do = { Connect-PipelineService Mage -Name novariable -BaseUri $tenant.Mage -TokenEnvironmentVariable PIPELINETRIGGER_NONE; Invoke-PipelineRun -Connection novariable -TriggerId 1 } }
        @{ Id = 'AuthenticationFailed'; Category = 'AuthenticationError'; Cmdlet = 'InvokePipelineRunCommand'; Set = @{ auth = @{ prophecyToken = 'another' } }; Do = { Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse } }
        @{ Id = 'AccessDenied'; Category = 'PermissionDenied'; Cmdlet = 'InvokePipelineRunCommand'; Set = @{ auth = @{ mageViewer = $true } }; Do = { Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage -Token (ConvertTo-Secret session); Invoke-PipelineRun -Connection mage -TriggerId 1 } }
        @{ Id = 'InsecureEndpoint'; Category = 'SecurityError'; Cmdlet = 'ConnectPipelineServiceCommand'; Do = { Connect-PipelineService Mage -BaseUri http://mage.example } }
        @{ Id = 'InvalidInput'; Category = 'InvalidArgument'; Cmdlet = 'WaitPipelineRunCommand'; Do = { Wait-PipelineRun -RunId 1 -Connection mage -TimeoutSec -1 } }
        @{ Id = 'TriggerRejected'; Category = 'InvalidOperation'; Cmdlet = 'InvokePipelineRunCommand'; Do = { Invoke-PipelineRun -Connection prophecy -FabricId 1 -ProjectId 41459 -PipelineName bakehouse } }
        @{ Id = 'TriggerInactive'; Category = 'InvalidOperation'; Cmdlet = 'InvokePipelineRunCommand'; Do = { Invoke-PipelineRun -Connection mage -TriggerId 4 } }
        @{ Id = 'OutOfCredits'; Category = 'QuotaExceeded'; Cmdlet = 'InvokePipelineRunCommand'; Set = @{ auth = @{ outOfCredits = $true } }; Do = { Invoke-PipelineRun -Connection supaflow -PipelineId nightly_sales } }
        @{ Id = 'TriggerOutcomeUnknown'; Category = 'NotSpecified'; Cmdlet = 'InvokePipelineRunCommand'; Fault = @{ operation = 'trigger'; kind = 'reset' }; Do = { Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse } }
        @{ Id = 'RunNotFound'; Category = 'ObjectNotFound'; Cmdlet = 'GetPipelineRunStatusCommand'; Do = { Get-PipelineRunStatus -RunId 4711 -Connection mage } }
        @{ Id = 'PipelineNotFound'; Category = 'ObjectNotFound'; Cmdlet = 'GetPipelineCommand'; Do = { Get-Pipeline -Connection mage -Name never } }
        @{ Id = 'RunFailed'; Category = 'InvalidResult'; Cmdlet = 'InvokePipelineRunCommand'; Set = @{ defaults = @{ runningSeconds = 0; outcome = 'failed' } }; Do = { [void](Invoke-PipelineRun -Connection mage -TriggerId 1 -Wait) } }
        @{ Id = 'WaitTimedOut'; Category = 'OperationTimeout'; Cmdlet = 'WaitPipelineRunCommand'; Set = @{ defaults = @{ runningSeconds = 600 } }; Do = { Invoke-PipelineRun -Connection mage -TriggerId 1 | Wait-PipelineRun -TimeoutSec 1 } }
        @{ Id = 'StopNotSupported'; Category = 'NotImplemented'; Cmdlet = 'StopPipelineRunCommand'; Do = { Stop-PipelineRun -RunId any -Connection prophecy } }
        @{ Id = 'StopTooLate'; Category = 'InvalidOperation'; Cmdlet = 'StopPipelineRunCommand'; Set = @{ defaults = @{ runningSeconds = 0 } }; Do = { Invoke-PipelineRun -Connection mage -TriggerId 1 | Stop-PipelineRun } }
        @{ Id = 'NotSupported'; Category = 'NotImplemented'; Cmdlet = 'GetPipelineCommand'; Do = { Get-Pipeline -Connection prophecy } }
        @{ Id = 'RateLimited'; Category = 'LimitsExceeded'; Cmdlet = 'GetPipelineRunStatusCommand'; Fault = @{ status = 429; headers = @{ 'Retry-After' = '4000' } }; Do = { Get-PipelineRunStatus -RunId 1 -Connection mage } }
        @{ Id = 'VendorUnavailable'; Category = 'ConnectionError'; Cmdlet = 'GetPipelineRunStatusCommand'; Fault = @{ status = 503; headers = @{ 'Retry-After' = '4000' } }; Do = { Get-PipelineRunStatus -RunId 1 -Connection mage } }
        @{ Id = 'InvalidResponse'; Category = 'ProtocolError'; Cmdlet = 'GetPipelineRunStatusCommand'; Fault = @{ status = 200; body = '<html>'; contentType = 'text/html' }; Do = { Get-PipelineRunStatus -RunId 1 -Connection mage } }
    ) {
        if ($Set) { foreach ($path in $Set.Keys) { [void](Invoke-Admin $tenant -Path $path -Method Put -Body $Set[$path]) } }
        if ($Fault) { [void](Add-Fault $tenant $Fault) }
        $outcome = Get-Outcome $Do
        $outcome.Errors.FullyQualifiedErrorId | Should -Be "$Id,PipelineTrigger.Commands.$Cmdlet"
        $outcome.Errors.CategoryInfo.Category | Should -Be $Category
        $outcome.Errors.Exception.ErrorId | Should -Be $Id
    }
}

Describe 'A wrong key' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        [void](Invoke-Admin $tenant -Path auth -Method Put -Body @{ mageAuthentication = $true; magePassword = 'right-one'; prophecyToken = 'right-one'; supaflowKey = 'ak_right-one' })
        Connect-Tenant $tenant
        Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage -Credential ([pscredential]::new('admin@admin.com', (ConvertTo-Secret 'wrong-one')))
    }

    It 'is AuthenticationFailed for a trigger at <_>, and no run' -ForEach 'Prophecy', 'Mage', 'Supaflow' {
        $trigger = Get-TriggerParameter $_
        (Get-Outcome { Invoke-PipelineRun @trigger }).Ids | Should -Be AuthenticationFailed
        Get-RunCount $tenant $_ | Should -Be 0
    }

    It 'is AuthenticationFailed for a look at a run at <Vendor>' -ForEach @{ Vendor = 'prophecy'; Id = 'MDAw-1==' }, @{ Vendor = 'mage'; Id = '1' }, @{ Vendor = 'supaflow'; Id = '99999999-9999-4999-8999-999999999999' } {
        (Get-Outcome { Get-PipelineRunStatus -RunId $Id -Connection $Vendor }).Ids | Should -Be AuthenticationFailed
    }
}

Describe 'A trigger at a vendor that <Vendor>' -ForEach @{ Vendor = 'meets a fault'; Cases = $cases } {
    BeforeAll {
        $paths = @{ Prophecy = '/api/trigger/pipeline'; Mage = '/pipeline_runs'; Supaflow = '/create_pipeline_run_job' }
        $operation = 'trigger'

        # All at once, since most of their time is waiting.
        $sessions = @{}
        foreach ($case in $Cases) {
            $tenant = Get-FreshTenant
            $uri = $tenant.($case.Vendor)
            if ($case.Fault) {
                [void](Add-Fault $tenant (@{ vendor = $case.Vendor.ToLowerInvariant(); operation = $operation } + $case.Fault))
            }

            if ($case.Proxy) {
                $rule = $case.Proxy.Clone()
                if ($rule.mode -ne 'refuse') { $rule.match = @{ method = 'POST'; path = $paths[$case.Vendor] } }
                $uri = Get-ProxiedUri $tenant $case.Vendor (Add-Proxy $tenant $rule)
            }

            $trigger = Get-TriggerParameter $case.Vendor
            if ($case.TimeoutSec) { $trigger.TimeoutSec = $case.TimeoutSec }
            $session = Open-Session {
                $connection = @{ Vendor = $With.Vendor; BaseUri = $With.Uri; LateCommitHorizonSec = 1 }
                if ($With.Vendor -ne 'Mage') { $connection.Token = ConvertTo-Secret ak_key }
                Connect-PipelineService @connection
                $trigger = $With.Trigger
                Invoke-PipelineRun @trigger
            } @{ Vendor = $case.Vendor; Uri = $uri; Trigger = $trigger }
            $sessions["$($case.Vendor) $($case.Name)"] = @{ Tenant = $tenant; Session = $session }
        }

        $script:seen = @{}
        foreach ($key in $sessions.Keys) {
            $result = Complete-Session $sessions[$key].Session
            $seen[$key] = @{ Result = $result; Tenant = $sessions[$key].Tenant }
        }
    }

    It '<Vendor> <Name>: <Id>, <Runs> runs, <Calls> triggers' -ForEach $cases {
        $case = $seen["$Vendor $Name"]
        ($case.Result.Errors | ForEach-Object { Get-Id $_ }) -join ', ' | Should -Be "$Id"
        $case.Result.Output.Count | Should -Be ([int](-not $Id))
        Get-RunCount $case.Tenant $Vendor | Should -Be $Runs
        Get-CallCount $case.Tenant $Vendor trigger | Should -Be $Calls
    }

    It '<Vendor> <Name>: the user reads <Words>' -ForEach @(
        foreach ($case in $cases | Where-Object Id) {
            $words = switch ($case.Id) {
                'TriggerOutcomeUnknown' { 'run may have been created, so the trigger is not sent again' }
                'OutOfCredits' { 'did not create the run' }
                'VendorUnavailable' { 'could not be reached' }
                default { 'o run was created' }
            }
            $case + @{ Words = $words }
        }
    ) {
        $seen["$Vendor $Name"].Result.Errors.Exception.Message | Should -BeLike "*$Words*"
    }
}

# .NET Framework, below Windows PowerShell, would send a POST once more when it finds a connection dead that it had used before.
Describe 'A connection that was used before and is killed once a trigger has gone out over the line of <Vendor>' -ForEach @(
    @{ Vendor = 'Prophecy'; Path = '/api/trigger/pipeline'; Id = 'MDAw-1=='; Found = $false }
    @{ Vendor = 'Mage'; Path = '/pipeline_runs'; Id = '1'; Found = $true }
    # Supaflow's runs do not name their trigger: the first of all is not proven to be ours.
    @{ Vendor = 'Supaflow'; Path = '/create_pipeline_run_job'; Id = '99999999-9999-4999-8999-999999999999'; Found = $false }
) {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        $proxy = Add-Proxy $tenant @{ mode = 'resetAfterHandled'; match = @{ method = 'POST'; path = $Path } }
        $script:session = Invoke-Session {
            $connection = @{ Vendor = $With.Vendor; BaseUri = $With.Uri; LateCommitHorizonSec = 1 }
            if ($With.Vendor -ne 'Mage') { $connection.Token = ConvertTo-Secret ak_key }
            Connect-PipelineService @connection
            foreach ($look in 1..2) { Get-PipelineRunStatus -RunId $With.Id -Connection $With.Vendor -ErrorAction SilentlyContinue }
            $trigger = $With.Trigger
            $run = Invoke-PipelineRun @trigger -ErrorVariable failed -ErrorAction SilentlyContinue
            @{ Run = $run.RunId; Failed = @($failed | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }); Hits = (Invoke-RestMethod $With.Proxy).hits }
        } @{ Vendor = $Vendor; Id = $Id; Uri = Get-ProxiedUri $tenant $Vendor $proxy; Trigger = Get-TriggerParameter $Vendor; Proxy = "$($tenant.Admin)/proxies/$($proxy.id)" }
        $script:seen = $session.Output[0]
        $log = @(foreach ($request in Invoke-Admin $tenant requests) { $request })
        $script:trigger = @($log | Where-Object operation -EQ trigger)
        $script:earlier = @($log | Where-Object number -LT $trigger[0].number)
    }

    It 'had answered before' {
        @($earlier.connection | Select-Object -Unique).Count | Should -BeLessThan $earlier.Count
    }

    It 'makes one run of one trigger' {
        $seen.Hits | Should -Be 1 -Because "$($session.Errors) $($session.Thrown)"
        $trigger | Should -HaveCount 1
        Get-RunCount $tenant $Vendor | Should -Be 1
    }

    It 'leaves a run that is found where it names its trigger, and else an outcome that cannot be known' {
        $seen.Failed | Should -Be $(if ($Found) { } else { 'TriggerOutcomeUnknown' })
        $seen.Run | Should -Be $(if ($Found) { (Get-VendorRun $tenant $Vendor).id })
    }

    It 'is not used for a trigger by Windows PowerShell, and is by PowerShell 7' {
        $trigger[0].connection -in $earlier.connection | Should -Be ($PSEdition -eq 'Core')
    }
}

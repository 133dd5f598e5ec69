BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force
}

Describe 'One CSV file for three vendors' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-Tenant $tenant
        $file = Join-Path $TestDrive 'tonight.csv'
        Set-Content $file @'
Connection,FabricId,ProjectId,PipelineName,Parameters,TriggerId,Variables,PipelineId,FullResync,ResetTarget
prophecy,33290,41459,bakehouse,"{""day"":""2026-11-22"",""count"":3}",,,,,
mage,,,,,2,"{""x"":[1,""two""]}",,,
supaflow,,,,,,,nightly_sales,,
supaflow,,,,,,,22222222-3333-4444-5555-666666666666,false,
supaflow,,,,,,,sales_forecast,maybe,
supaflow,,,,,,,sales_forecast,TRUE
'@
        $script:outcome = Get-Outcome { Import-Csv $file | Invoke-PipelineRun -Confirm:$false }
    }

    It 'starts a run for each good row' {
        $outcome.Output.Vendor | Sort-Object | Should -Be 'Mage', 'Prophecy', 'Supaflow', 'Supaflow', 'Supaflow'
    }

    It 'gives Prophecy its parameters as text' {
        $received = Get-Received $tenant Prophecy
        $received.fabricId, $received.projectId, $received.parameters.day, $received.parameters.count | Should -Be 33290, '41459', '2026-11-22', '3'
    }

    It 'gives Prophecy nothing that stood blank' {
        (Get-Received $tenant Prophecy).PSObject.Properties.Name | Sort-Object | Should -Be 'fabricId', 'parameters', 'pipelineName', 'projectId'
    }

    It 'gives Mage its variables as they are' {
        $run = Get-VendorRun $tenant Mage
        $run.variables.x | Should -Be 1, 'two'
    }

    It 'makes no full resync of a blank cell, of false or of a missing one' {
        $received = Get-Received $tenant Supaflow | Where-Object p_pipeline_id -NE '33333333-4444-5555-6666-777777777777'
        $received | Should -HaveCount 2
        $received.p_full_resync + $received.p_reset_target | Should -Not -Contain $true
    }

    It 'makes a full resync of TRUE, in a row whose last cell is missing' {
        $received = Get-Received $tenant Supaflow | Where-Object p_pipeline_id -EQ '33333333-4444-5555-6666-777777777777'
        $received.p_full_resync, $received.p_reset_target | Should -Be $true, $false
    }

    It 'refuses maybe, with the row it stood in' {
        $outcome.Ids | Should -Be InvalidInput
        $outcome.Messages | Should -BeLike "*FullResync*'maybe'*"
        $outcome.Errors.TargetObject.FullResync, $outcome.Errors.TargetObject.PipelineId | Should -Be 'maybe', 'sales_forecast'
    }
}

Describe 'A switch in a row' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'that reads "<Text>" is <Meaning>' -ForEach @(
        foreach ($text in '', ' ', 'false', 'False', 'FALSE', '0', 'no', 'NO') { @{ Text = $text; Meaning = $false } }
        foreach ($text in 'true', 'True', 'TRUE', ' true ', '1', 'yes', 'Yes') { @{ Text = $text; Meaning = $true } }
    ) {
        "PipelineId,FullResync", "nightly_sales,$Text" | ConvertFrom-Csv | Invoke-PipelineRun -Connection supaflow -Confirm:$false
        (Get-Received $tenant Supaflow).p_full_resync | Should -Be $Meaning
    }

    It 'that reads "<_>" is refused before anything is sent' -ForEach 'maybe', '2', 'on', 'x', 'truee', '$true' {
        $outcome = Get-Outcome { "PipelineId,FullResync", "nightly_sales,$_" | ConvertFrom-Csv | Invoke-PipelineRun -Connection supaflow -Confirm:$false }
        $outcome.Ids | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be 0
    }

    It 'that is null in JSON is off' {
        '{ "PipelineId": "nightly_sales", "FullResync": null, "ResetTarget": null }' | ConvertFrom-Json | Invoke-PipelineRun -Connection supaflow
        $received = Get-Received $tenant Supaflow
        $received.p_full_resync, $received.p_reset_target | Should -Be $false, $false
    }

    It 'that is <Json> in JSON is <Meaning>' -ForEach @{ Json = 'true'; Meaning = $true }, @{ Json = 'false'; Meaning = $false }, @{ Json = '1'; Meaning = $true }, @{ Json = '0'; Meaning = $false } {
        "{ `"PipelineId`": `"nightly_sales`", `"FullResync`": $Json }" | ConvertFrom-Json | Invoke-PipelineRun -Connection supaflow -Confirm:$false
        (Get-Received $tenant Supaflow).p_full_resync | Should -Be $Meaning
    }

    It 'that is <Name> in a hashtable is <Meaning>' -ForEach @(
        @{ Name = '$true'; Value = $true; Meaning = $true }
        @{ Name = '$false'; Value = $false; Meaning = $false }
        @{ Name = '$null'; Value = $null; Meaning = $false }
        @{ Name = 'a set switch'; Value = [switch]$true; Meaning = $true }
        @{ Name = 'a switch that is off'; Value = [switch]$false; Meaning = $false }
        @{ Name = 'blank text'; Value = ''; Meaning = $false }
    ) {
        @{ PipelineId = 'nightly_sales'; FullResync = $Value } | Invoke-PipelineRun -Connection supaflow -Confirm:$false
        (Get-Received $tenant Supaflow).p_full_resync | Should -Be $Meaning
    }

    It 'goes before the one of the command line' {
        "PipelineId,FullResync", "nightly_sales,false", "nightly_sales," | ConvertFrom-Csv | Invoke-PipelineRun -Connection supaflow -FullResync -Confirm:$false
        (Get-Received $tenant Supaflow).p_full_resync | Sort-Object | Should -Be $false, $true
    }
}

Describe 'A row' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'may be <Name>' -ForEach @(
        @{ Name = 'a hashtable'; Row = @{ TriggerId = 2 } }
        @{ Name = 'an ordered hashtable'; Row = [ordered]@{ TriggerId = 2; Variables = $null } }
        @{ Name = 'an object'; Row = [pscustomobject]@{ TriggerId = 2 } }
        @{ Name = 'an object with its number as text'; Row = [pscustomobject]@{ TriggerId = ' 2 ' } }
        @{ Name = 'an object with columns in another case'; Row = [pscustomobject]@{ triggerid = 2; VARIABLES = '' } }
        @{ Name = 'an object with unknown columns'; Row = [pscustomobject]@{ TriggerId = 2; Owner = 'me'; Comment = '' } }
    ) {
        $Row | Invoke-PipelineRun -Connection mage
        (Get-VendorRun $tenant Mage).id | Should -HaveCount 1
        (Invoke-Admin $tenant -Path requests).path | Where-Object { $_ -like '*pipeline_schedules/2/pipeline_runs*' } | Should -HaveCount 1
    }

    It 'may be given with -InputObject, several at once' {
        Invoke-PipelineRun -Connection mage -InputObject @{ TriggerId = 1 }, @{ TriggerId = 2 } | Should -HaveCount 2
    }

    It 'may come from Get-Pipeline at <_>' -ForEach 'mage', 'supaflow' {
        $expected = if ($_ -eq 'mage') { 4 } else { 3 }
        $outcome = Get-Outcome { Get-Pipeline -Connection $_ | Invoke-PipelineRun }
        $outcome.Output | Should -HaveCount $expected
        $outcome.Output.Connection | Select-Object -Unique | Should -Be $_
    }

    It 'from Get-Pipeline that cannot run is an error of its own, and the others run' {
        (Get-Outcome { Get-Pipeline -Connection mage | Invoke-PipelineRun }).Ids | Should -Be TriggerInactive
        (Get-Outcome { Get-Pipeline -Connection supaflow | Invoke-PipelineRun }).Ids | Should -Be TriggerRejected
    }

    It 'is found by wildcards of Get-Pipeline' {
        (Get-Pipeline -Connection supaflow -Name 'SALES*').Name | Should -Be 'Sales forecast'
    }

    It 'has the command line for its defaults' {
        @{ PipelineName = 'first' }, @{ PipelineName = 'second' } | Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -Branch main
        $received = Get-Received $tenant Prophecy
        $received.pipelineName | Sort-Object | Should -Be 'first', 'second'
        $received.branch | Should -Be 'main', 'main'
    }

    It 'goes before the command line' {
        @{ PipelineName = 'first'; Branch = 'mine' } | Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -Branch main
        (Get-Received $tenant Prophecy).branch | Should -Be mine
    }

    It 'names its connection in a column, which goes before -Connection' {
        $run = [pscustomobject]@{ Connection = 'mage'; TriggerId = 1 } | Invoke-PipelineRun -Connection supaflow
        $run.Connection | Should -Be mage
    }

    It 'names its vendor in a column' {
        Connect-PipelineService Mage -Name mage -BaseUri $tenant.Mage
        $session = Invoke-Session {
            Connect-PipelineService Mage -BaseUri $With.Mage
            Connect-PipelineService Supaflow -BaseUri $With.Supaflow -Token (ConvertTo-Secret ak_key)
            [pscustomobject]@{ Vendor = 'supaflow'; PipelineId = 'nightly_sales' }, [pscustomobject]@{ Vendor = 'Mage'; TriggerId = 1 } | Invoke-PipelineRun
        } @{ Mage = $tenant.Mage; Supaflow = $tenant.Supaflow }
        $session.Output.Vendor | Sort-Object | Should -Be 'Mage', 'Supaflow'
    }

    It 'is never read for Wait' {
        (Invoke-Admin $tenant -Path defaults -Method Put -Body @{ runningSeconds = 600 })
        $run = [pscustomobject]@{ TriggerId = 1; Wait = 'true' } | Invoke-PipelineRun -Connection mage
        $run.IsFinished | Should -BeFalse
    }

    It 'is never read for <Column>' -ForEach @{ Column = 'TimeoutSec'; Value = -1 }, @{ Column = 'ThrottleLimit'; Value = 0 }, @{ Column = 'PollIntervalSec'; Value = -5 } {
        $run = [pscustomobject]@{ TriggerId = 1; $Column = $Value } | Invoke-PipelineRun -Connection mage
        $run | Should -HaveCount 1
    }

    It 'is never read for Confirm' {
        $session = Invoke-Session {
            Connect-PipelineService Supaflow -BaseUri $With.Supaflow -Token (ConvertTo-Secret ak_key)
            [pscustomobject]@{ PipelineId = 'nightly_sales'; FullResync = 'true'; Confirm = 'false' } | Invoke-PipelineRun
        } @{ Supaflow = $tenant.Supaflow }
        $session.Errors.FullyQualifiedErrorId | Should -BeLike 'InvalidInput,*'
        Get-RunCount $tenant | Should -Be 0
    }

    It 'does not run twice because it has a WhatIf column' {
        [pscustomobject]@{ TriggerId = 1; WhatIf = 'true' } | Invoke-PipelineRun -Connection mage
        Get-RunCount $tenant | Should -Be 1
    }
}

Describe 'A row that is wrong' {
    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'is refused before anything is sent: <Name>' -ForEach @(
        @{ Name = 'fields of two vendors'; Row = @{ TriggerId = 1; PipelineId = 'nightly_sales' }; Message = '*Mage and Supaflow*' }
        @{ Name = 'fields of another vendor than its connection'; Row = @{ Connection = 'mage'; PipelineId = 'nightly_sales' }; Message = '*PipelineId is not for Mage*' }
        @{ Name = 'another vendor than its connection'; Row = @{ Vendor = 'Mage'; Connection = 'supaflow'; TriggerId = 1 }; Message = '*' }
        @{ Name = 'an unknown vendor'; Row = @{ Vendor = 'Airflow'; TriggerId = 1 }; Message = "*'Airflow'*Prophecy, Mage, Supaflow*" }
        @{ Name = 'a missing field'; Row = @{ FabricId = 33290; PipelineName = 'bakehouse' }; Message = '*ProjectId is missing*' }
        @{ Name = 'a number that is none'; Row = @{ Connection = 'prophecy'; FabricId = 'many'; ProjectId = '41459'; PipelineName = 'bakehouse' }; Message = '*FabricId*many*' }
        @{ Name = 'parameters that are no JSON'; Row = @{ FabricId = 33290; ProjectId = '41459'; PipelineName = 'bakehouse'; Parameters = 'day=1' }; Message = '*Parameters*not a JSON object*' }
        @{ Name = 'parameters that are a JSON list'; Row = @{ FabricId = 33290; ProjectId = '41459'; PipelineName = 'bakehouse'; Parameters = '[1]' }; Message = '*Parameters*' }
        @{ Name = 'a list where one value is meant'; Row = @{ Connection = 'mage'; TriggerId = 1, 2 }; Message = '*TriggerId*single value*' }
        @{ Name = 'text'; Row = 'nightly_sales'; Message = '*must be a row*' }
        @{ Name = 'a number'; Row = 7; Message = '*must be a row*' }
        @{ Name = 'no field at all'; Row = @{ Connection = 'mage'; Comment = 'x' }; Message = '*TriggerId is missing*' }
    ) {
        $outcome = Get-Outcome { $Row | Invoke-PipelineRun }
        $outcome.Ids | Should -Be InvalidInput
        $outcome.Messages | Should -BeLike $Message
        Get-CallCount $tenant | Should -Be 0
    }

    It 'does not keep the others from running' {
        $outcome = Get-Outcome { @{ TriggerId = 1 }, @{ TriggerId = 'x' }, @{ TriggerId = 2 } | Invoke-PipelineRun -Connection mage }
        $outcome.Output | Should -HaveCount 2
        $outcome.Errors | Should -HaveCount 1
    }

    It 'is the target of its error, whether the module or the vendor refuses it: <Name>' -ForEach @(
        @{ Name = 'the module'; Row = [pscustomobject]@{ Connection = 'mage'; TriggerId = 'x'; Line = 7 } }
        @{ Name = 'the connections'; Row = [pscustomobject]@{ Connection = 'never'; TriggerId = 1; Line = 7 } }
        @{ Name = 'the vendor'; Row = [pscustomobject]@{ Connection = 'mage'; TriggerId = 4711; Line = 7 } }
    ) {
        (Get-Outcome { $Row | Invoke-PipelineRun }).Errors.TargetObject.Line | Should -Be 7
    }

    It 'has a mask over its trigger token where it is the target of an error' {
        $outcome = Get-Outcome { [pscustomobject]@{ TriggerId = 4711; TriggerToken = 'secret-token'; Line = 7 } | Invoke-PipelineRun -Connection mage }
        $outcome.Errors.TargetObject.Line, $outcome.Errors.TargetObject.TriggerToken | Should -Be 7, '***'
    }

    It 'is refused on the command line as well: two vendors'' parameters' {
        (Get-Outcome { Invoke-PipelineRun -TriggerId 1 -PipelineId nightly_sales }).Ids | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be 0
    }

    It 'is refused on the command line as well: nothing at all' {
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection mage }
        $outcome.Ids | Should -Be InvalidInput
        $outcome.Messages | Should -BeLike '*nothing to trigger*'
    }
}

Describe 'Parameters and variables' {
    BeforeAll {
        $script:values = @{ text = 'a b'; yes = $true; no = $false; count = 3; ratio = 1.5; day = [datetime]::new(2026, 11, 22, 7, 30, 0, [DateTimeKind]::Utc); list = 1, 'two'; map = @{ inner = 1 }; nothing = $null }
    }

    BeforeEach {
        $tenant = Get-FreshTenant
        Connect-Tenant $tenant
    }

    It 'reach Prophecy as text that means the same in every culture' {
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse -Parameters $values
        }
        finally {
            [cultureinfo]::CurrentCulture = $culture
        }

        $sent = (Get-Received $tenant Prophecy).parameters
        $sent.text, $sent.yes, $sent.no, $sent.count, $sent.ratio | Should -Be 'a b', 'true', 'false', '3', '1.5'
        $sent.list, $sent.map | Should -Be '[1,"two"]', '{"inner":1}'
        ([datetime]$sent.day).ToUniversalTime() | Should -Be $values.day
        $sent.PSObject.Properties.Name | Should -Not -Contain 'nothing'
    }

    It 'reach Mage with their types' {
        Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables $values
        $sent = (Get-VendorRun $tenant Mage).variables
        $sent.text, $sent.yes, $sent.no, $sent.count, $sent.ratio, $sent.map.inner | Should -Be 'a b', $true, $false, 3, 1.5, 1
        $sent.list | Should -Be 1, 'two'
        $sent.PSObject.Properties.Name | Should -Contain 'nothing'
    }

    It 'may be <Name>' -ForEach @(
        @{ Name = 'a hashtable'; Given = @{ day = 'monday' } }
        @{ Name = 'an object'; Given = [pscustomobject]@{ day = 'monday' } }
        @{ Name = 'JSON as text'; Given = '{"day":"monday"}' }
        @{ Name = 'an object out of JSON'; Given = ConvertFrom-Json '{"day":"monday"}' }
    ) {
        Invoke-PipelineRun -Connection mage -TriggerId 1 -Variables $Given
        [pscustomobject]@{ Variables = $Given; TriggerId = 1 } | Invoke-PipelineRun -Connection mage
        (Get-VendorRun $tenant Mage).variables.day | Should -Be 'monday', 'monday'
    }

    It 'keep letters of every script' {
        $word = -join [char[]](0x5317, 0x4EAC, 0xFC, 0x1F4)
        Invoke-PipelineRun -Connection prophecy -FabricId 33290 -ProjectId 41459 -PipelineName $word -Parameters @{ city = $word }
        $received = Get-Received $tenant Prophecy
        $received.pipelineName, $received.parameters.city | Should -Be $word, $word
    }

    It 'are refused when they hold themselves' {
        $loop = @{ TriggerId = 1 }
        $loop.Variables = $loop
        (Get-Outcome { $loop | Invoke-PipelineRun -Connection mage }).Ids | Should -Be InvalidInput
        Get-CallCount $tenant | Should -Be 0
    }
}

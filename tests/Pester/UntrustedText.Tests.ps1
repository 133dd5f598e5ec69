BeforeDiscovery {
    $script:maps = @(
        @{ Name = 'ConvertFrom-Json -AsHashtable'; Row = { $map = [Collections.Hashtable]::new([StringComparer]::Ordinal); $map['triggertoken'] = 'row-secret-0B1'; $map['TriggerId'] = 'none'; $map } }
        @{ Name = 'an ordered dictionary'; Row = { $map = [Collections.Specialized.OrderedDictionary]::new([StringComparer]::Ordinal); $map['TRIGGERTOKEN'] = 'row-secret-0B1'; $map['TriggerId'] = 'none'; $map } }
        @{ Name = 'a generic dictionary'; Row = { $map = [Collections.Generic.Dictionary[string, object]]::new(); $map['triggerToken'] = 'row-secret-0B1'; $map['TriggerId'] = 'none'; $map } }
        @{ Name = 'a dictionary whose key has blanks around it'; Row = { @{ ' triggertoken ' = 'row-secret-0B1'; TriggerId = 'none' } } }
        @{ Name = 'an object whose property has blanks around it'; Row = { [pscustomobject]@{ ' triggertoken' = 'row-secret-0B1'; TriggerId = 'none' } } }
    )
    $script:mistyped = @(
        @{ Name = 'a query'; Address = 'https://mage.example.com/?api_key=uri-secret-0B2' }
        @{ Name = 'a fragment'; Address = 'https://mage.example.com/#uri-secret-0B2' }
        @{ Name = 'a user name and a password'; Address = 'https://me:uri-secret-0B2@mage.example.com' }
        @{ Name = 'a query and no scheme'; Address = 'mage.example.com/?api_key=uri-secret-0B2' }
        @{ Name = 'a password and another scheme'; Address = 'ftp://me:uri-secret-0B2@mage.example.com' }
    )
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force

    # A command to a build agent and one to a terminal.
    $command = "x`n##vso[task.setvariable variable=stolen]yes$([char]27)[31m"

    function Get-Shown($Outcome) {
        (@($Outcome.Messages) + @($Outcome.Warnings) + @($Outcome.Errors | ForEach-Object { $_.CategoryInfo.TargetName; if ($_.TargetObject -is [string]) { $_.TargetObject }; $_.ToString() })) -join "`f"
    }

    function Test-Harmless([string]$Text) {
        $Text | Should -Not -Match '##(vso)?\[' -Because 'a build agent would act on it'
        $Text | Should -Not -Match '[\x00-\x09\x0b\x0e-\x1f\x7f\u202e]' -Because 'a terminal would act on it'
    }
}

AfterAll {
    Get-PipelineConnection | ForEach-Object { Disconnect-PipelineService $_.Name }
}

Describe 'A row with a trigger''s own token' {
    BeforeAll {
        Connect-PipelineService Mage -Name outside -BaseUri (Get-FreshTenant).Mage
    }

    It 'leaves the token out of the error, as <Name>' -ForEach $maps {
        $Error.Clear()
        $row = & $Row
        Invoke-PipelineRun -Connection outside -InputObject $row -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.FullyQualifiedErrorId | Should -BeLike 'InvalidInput,*'
        $failed[0].TargetObject | Should -Not -BeNullOrEmpty
        $kept = @($failed) + @($Error)
        [Management.Automation.PSSerializer]::Serialize($kept.TargetObject, 4) + ($kept | Format-List * | Out-String) + ($kept.TargetObject | Out-String) + ($kept.InvocationInfo.BoundParameters | Out-String) + ($kept.CategoryInfo.TargetName -join ' ') |
            Should -Not -BeLike '*row-secret-0B1*'
    }
}

Describe 'A job' {
    It 'does not show the token that its command was given' {
        Connect-PipelineService Mage -Name outside -BaseUri (Get-FreshTenant).Mage
        $job = Invoke-PipelineRun -Connection outside -TriggerId 1 -TriggerToken 'job-secret-0B3' -Wait -AsJob -PollIntervalSec 1
        try {
            ($job | Format-List * | Out-String) + [Management.Automation.PSSerializer]::Serialize($job, 3) |
                Should -Not -BeLike '*job-secret-0B3*'
            $job.Command | Should -BeLike 'Invoke-PipelineRun*-TriggerToken*'
        }
        finally {
            $job | Remove-Job -Force
        }
    }
}

Describe 'A mistyped address' {
    It 'is not repeated where it cannot be read at all, as <Parameter>' -ForEach @{ Parameter = 'BaseUri' }, @{ Parameter = 'Proxy' } {
        $addresses = @{ BaseUri = 'https://mage.example.com' }
        $addresses[$Parameter] = 'https://me:uri-secret-0B2@mage.example.com:port'
        $outcome = Get-Outcome { Connect-PipelineService Mage -Name outside @addresses }
        $outcome.Errors | Should -HaveCount 1
        "$($outcome.Errors.Exception.Message)" | Should -BeLike '*not a web address*'
        ($outcome.Errors | Format-List * | Out-String) + ($outcome.Errors.CategoryInfo.TargetName -join ' ') + "$($outcome.Errors.TargetObject)" | Should -Not -BeLike '*uri-secret*'
    }

    It 'is not repeated where a secret may stand: <Name>' -ForEach $mistyped {
        $outcome = Get-Outcome { Connect-PipelineService Mage -Name outside -BaseUri $Address }
        $outcome.Errors.FullyQualifiedErrorId | Should -BeLike 'InvalidInput,*'
        ($outcome.Errors | Format-List * | Out-String) + ($outcome.Errors.CategoryInfo.TargetName -join ' ') + "$($outcome.Errors.TargetObject)" | Should -Not -BeLike '*uri-secret*'
    }
}

Describe 'A run that came back from JSON' {
    BeforeAll {
        $script:tenant = Get-FreshTenant
        Connect-PipelineService Mage -Name outside -BaseUri $tenant.Mage
        $known = (Invoke-Admin $tenant -Path runs/mage -Method Post -Body @{ triggerId = 1; count = 1; status = 'failed' })[0]
        $script:hostile = @{
            RunId = "$($known.id)"; Vendor = 'Mage'; Connection = 'outside'; BaseUri = $tenant.Mage; Status = 'Running'
            Url = "https://x/$command"; Message = $command; Pipeline = $command; VendorStatus = $command; IdempotencyKey = $command; Details = @{ Note = $command; $command = 'x' }
        } | ConvertTo-Json -Depth 4
    }

    It 'writes nothing that an agent would act on, with <Agent>' -ForEach @{ Agent = 'AzureDevops' }, @{ Agent = 'GithubActions' } {
        $outcome = Get-Outcome { $hostile | ConvertFrom-Json | Wait-PipelineRun -TimeoutSec 5 -CIFormat $Agent }
        Test-Harmless (Get-Shown $outcome)
        $outcome.Output | ForEach-Object { Test-Harmless ($_ | Format-List * | Out-String) }
    }

    It 'is harmless whatever property it stands in: <Property>' -ForEach ('RunId', 'Vendor', 'Connection', 'BaseUri', 'Status', 'Url', 'Pipeline' | ForEach-Object { @{ Property = $_ } }) {
        $run = $hostile | ConvertFrom-Json
        $run.$Property = $command
        $outcome = Get-Outcome { $run | Get-PipelineRunStatus -Verbose }
        Test-Harmless (Get-Shown $outcome)
        $outcome.Output | ForEach-Object { Test-Harmless ($_ | Format-List * | Out-String) }
    }
}

Describe 'An idempotency key that is a command' {
    It 'is refused, and not printed as it is' {
        Connect-PipelineService Mage -Name outside -BaseUri (Get-FreshTenant).Mage
        $outcome = Get-Outcome { [pscustomobject]@{ TriggerId = 1; IdempotencyKey = '##vso[task.setvariable variable=stolen]yes' } | Invoke-PipelineRun -Connection outside }
        $outcome.Errors.FullyQualifiedErrorId | Should -BeLike 'InvalidInput,*'
        Test-Harmless (Get-Shown $outcome)
    }

    It 'may hold two colons' {
        $outcome = Get-Outcome { Invoke-PipelineRun -Connection outside -TriggerId 1 -IdempotencyKey "night::$([guid]::NewGuid())" }
        $outcome.Messages | Should -BeNullOrEmpty
        $outcome.Output.IdempotencyKey | Should -BeLike 'night::*'
    }
}

Describe 'The target of an error' {
    It 'is named in one harmless line' {
        Connect-PipelineService Mage -Name outside -BaseUri (Get-FreshTenant).Mage
        foreach ($record in (Get-Outcome { Get-PipelineRunStatus -Connection outside -RunId $command }).Errors + (Get-Outcome { [pscustomobject]@{ TriggerId = $command } | Invoke-PipelineRun -Connection outside }).Errors) {
            Test-Harmless $record.CategoryInfo.TargetName
        }
    }
}

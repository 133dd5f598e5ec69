BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath -Force

    # Azurite's well-known account.
    $account = 'devstoreaccount1'
    $key = [Convert]::FromBase64String('Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==')
    $end = [datetime]::UtcNow.AddDays(1).ToString('yyyy-MM-ddTHH:mm:ssZ')

    function Get-Signature([string[]]$Signed) {
        $hash = [Security.Cryptography.HMACSHA256]::new($key)
        try { [uri]::EscapeDataString([Convert]::ToBase64String($hash.ComputeHash([Text.Encoding]::UTF8.GetBytes($Signed -join "`n")))) }
        finally { $hash.Dispose() }
    }

    # A new container's SAS URI.
    function Get-FreshContainer {
        $name = 'pester-' + [guid]::NewGuid().ToString('N')
        $whole = Get-Signature $account, 'rwdlac', 'b', 'sco', '', $end, '', '', '2021-12-02', '', ''
        [void](Invoke-RestMethod "$azurite/$account/${name}?restype=container&sv=2021-12-02&ss=b&srt=sco&sp=rwdlac&se=$([uri]::EscapeDataString($end))&sig=$whole" -Method Put)
        $part = Get-Signature 'racwdl', '', $end, "/blob/$account/$name", '', '', '', '2021-12-02', 'c', '', '', '', '', '', '', ''
        "$azurite/$account/${name}?sv=2021-12-02&sr=c&sp=racwdl&se=$([uri]::EscapeDataString($end))&sig=$part"
    }

    $server = Get-ChildItem (Join-Path $RepositoryRoot 'out/azurite/*/node_modules/azurite/dist/src/blob/main.js') -ErrorAction SilentlyContinue | Select-Object -Last 1
    $node = Get-Command node -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    $script:reason = if (-not $node) { 'Azurite needs Node.js: there is no node on PATH' }
    elseif (-not $server) { 'Azurite is not installed: the tests of the client core do that, where npm has it' }

    if (-not $reason) {
        $start = [Diagnostics.ProcessStartInfo]::new()
        $start.FileName = $node.Source
        $start.Arguments = "--import `"data:text/javascript,process.stdin.resume().on('end',()=>process.exit())`" `"$($server.FullName)`" --blobPort 0 --inMemoryPersistence --skipApiVersionCheck --disableTelemetry --silent"
        $start.UseShellExecute = $false
        $start.CreateNoWindow = $true
        $start.RedirectStandardInput = $true
        $start.RedirectStandardOutput = $true
        $script:process = [Diagnostics.Process]::Start($start)
        do { $line = $process.StandardOutput.ReadLine() } until ($null -eq $line -or $line -match 'successfully listens on (?<address>\S+)')
        $script:azurite = $Matches.address
        [void]$process.StandardOutput.ReadToEndAsync()
    }
}

AfterAll {
    if ($process) {
        $process.StandardInput.Close()
        [void]$process.WaitForExit(5000)
        $process.Dispose()
    }
}

Describe 'A ledger in an Azure Blob container' {
    BeforeAll {
        if (-not $reason) {
            $script:tenant = Get-FreshTenant
            $script:uri = Get-FreshContainer
            $script:children = foreach ($how in 'secure', 'environment') {
                Invoke-Child -Import -With @{ Tenant = $tenant; Uri = $uri; How = $how } {
                    $VerbosePreference = 'Continue'
                    $ledger = @{}
                    if ($With.How -eq 'secure') { $ledger.Ledger = [Net.NetworkCredential]::new('', $With.Uri).SecurePassword }
                    else { $env:PIPELINETRIGGER_LEDGER = $With.Uri }
                    $connection = Connect-PipelineService Mage -BaseUri $With.Tenant.Mage -PassThru @ledger
                    $run = Invoke-PipelineRun -TriggerId 1 -IdempotencyKey "nightly $([char]::ConvertFromUtf32(0x1F680))"
                    $history = Get-PipelineRunHistory -Connection $connection.Name
                    @{ run = $run; history = $history; shown = "$($connection | ConvertTo-Json) $($connection | Format-List * | Out-String) $($history | Format-List * | Out-String)" }
                }
            }
        }
    }

    BeforeEach {
        if ($reason) { Set-ItResult -Skipped -Because $reason }
    }

    It 'keeps a key for the next process' {
        $runs = $children | ForEach-Object { $_.Result[0].run }
        $runs | Should -HaveCount 2 -Because "$($children.ErrorText)"
        $runs[1].RunId | Should -Be $runs[0].RunId
        Get-RunCount $tenant | Should -Be 1
    }

    It 'is read as history' {
        $children[1].Result[0].history.IdempotencyKey | Should -Be "nightly $([char]::ConvertFromUtf32(0x1F680))"
        $children[1].Result[0].history.Ledger | Should -Be $uri.Split('?')[0]
    }

    It 'shows its SAS nowhere' {
        $signature = ($uri -split 'sig=')[1]
        $text = "$($children.Text) $($children.ErrorText) $($children.ForEach({ $_.Result[0].shown }))"
        $text | Should -BeLike '*PUT /devstoreaccount1/*/keys/*201 in*'
        $text | Should -Not -Match ([regex]::Escape($signature))
        $text | Should -Not -Match ([regex]::Escape([uri]::UnescapeDataString($signature)))
    }
}

Describe 'A ledger in a container that is named by a secret' {
    BeforeAll {
        if (-not $reason -and (Get-Module -ListAvailable Microsoft.PowerShell.SecretManagement, Microsoft.PowerShell.SecretStore | Group-Object Name).Count -lt 2) {
            $script:reason = 'the modules SecretManagement and SecretStore are not installed'
        }
        elseif (-not $reason -and $env:OS -eq 'Windows_NT' -and -not $env:PIPELINETRIGGER_SCRATCH_HOME) {
            $script:reason = 'the vault here would be the user''s own: PIPELINETRIGGER_SCRATCH_HOME is not set'
        }
    }

    It 'keeps a key' {
        if ($reason) {
            Set-ItResult -Skipped -Because $reason
            return
        }

        $tenant = Get-FreshTenant
        $child = Invoke-Child -Import -With @{ Tenant = $tenant; Uri = Get-FreshContainer } {
            Import-Module Microsoft.PowerShell.SecretManagement, Microsoft.PowerShell.SecretStore
            Reset-SecretStore -Scope CurrentUser -Authentication None -Interaction None -Force -WarningAction SilentlyContinue
            Register-SecretVault ops -ModuleName Microsoft.PowerShell.SecretStore -DefaultVault
            Set-Secret ledger $With.Uri
            Connect-PipelineService Mage -BaseUri $With.Tenant.Mage -Ledger ledger
            Invoke-PipelineRun -TriggerId 1 -IdempotencyKey nightly
            Invoke-PipelineRun -TriggerId 1 -IdempotencyKey nightly
        }

        $child.Result.RunId | Should -HaveCount 2 -Because $child.ErrorText
        Get-RunCount $tenant | Should -Be 1
    }
}

# The examples of docs/en-US, and a place to run them in. What surrounds an example is made for it:
#   connections  nightly (Supaflow), warehouse (Mage), lakehouse (Prophecy), unless the example makes its own
#   variables    $run, $runs and $id, where it uses them without having set them
#   files        tonight.csv, runs.xml and runs.json in the current directory
#   history      two settled keys sales/... of nightly, the latter's run failed, and bakehouse/2026-11-21 of lakehouse in doubt, where it speaks of history or of triggering anew
#   secrets      environment variables, and stand-ins for vaults, for assets of Azure Automation and for what is typed
#   addresses    the vendors' own and those of example.com are a tenant of the emulator, the file share is a directory
# Dot-source it after Emulator.ps1.

$HelpFolder = Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'docs/en-US'

function Get-HelpExample {
    foreach ($file in Get-ChildItem $HelpFolder -Filter *.md) {
        $text = [IO.File]::ReadAllText($file.FullName).Replace("`r`n", "`n")
        $pattern = if ($file.BaseName -like 'about_*') { '(?ms)^```powershell\n(?<code>.*?)\n```' } else { '(?ms)^### Example \d+: (?<title>[^\n]+)\n(?:(?!^##).)*?^```powershell\n(?<code>.*?)\n```' }
        $number = 0
        foreach ($found in [regex]::Matches($text, $pattern)) {
            $number++
            @{ Topic = $file.BaseName; Number = $number; Title = $found.Groups['title'].Value; Code = $found.Groups['code'].Value }
        }
    }
}

function Find-Ast([string]$Code, [type]$Type) {
    [Management.Automation.Language.Parser]::ParseInput($Code, [ref]$null, [ref]$null).FindAll({ $args[0] -is $Type }, $true)
}

# Whether the code needs this variable to be there.
function Test-NeedsVariable([string]$Code, [string]$Name) {
    $set = Find-Ast $Code ([Management.Automation.Language.AssignmentStatementAst]) | Where-Object { "$($_.Left)" -eq "`$$Name" }
    $used = Find-Ast $Code ([Management.Automation.Language.VariableExpressionAst]) | Where-Object { $_.VariablePath.UserPath -eq $Name }
    [bool]$used -and -not $set
}

# The code with the tenant's addresses: those of example.com, and the vendors' own where Connect-PipelineService is given none.
function Get-LocalCode([string]$Code, $Tenant) {
    $connects = Find-Ast $Code ([Management.Automation.Language.CommandAst]) | Where-Object {
        $_.GetCommandName() -eq 'Connect-PipelineService' -and $_.CommandElements.ParameterName -notcontains 'BaseUri'
    }
    foreach ($connect in $connects | Sort-Object { $_.Extent.StartOffset } -Descending) {
        $vendor = $connect.CommandElements[1]
        $Code = $Code.Insert($vendor.Extent.EndOffset, " -BaseUri $($Tenant."$vendor")")
    }

    $Code.Replace('https://mage.example.com', $Tenant.Mage).Replace('https://prophecy.example.com', $Tenant.Prophecy).Replace('\\files.example.com\ops\', './')
}

$ExampleSurroundings = {
    param($With)

    $tenant = $With.Tenant
    function Get-Secret([Parameter()] [string]$Name, [string]$Vault) {
        [Net.NetworkCredential]::new('', @{ 'supaflow-key' = 'ak_help'; 'trigger-3' = 'trigger-token-3' }[$Name]).SecurePassword
    }
    function Set-Secret([string]$Name, [string]$Vault, $Secret, [securestring]$SecureStringSecret) { }
    function Register-SecretVault([string]$Name, [string]$ModuleName) { }
    Set-Item function:Read-Host { [Net.NetworkCredential]::new('', 'typed').SecurePassword }
    Set-Item function:Get-Credential { [pscredential]::new('admin@admin.com', [Net.NetworkCredential]::new('', 'admin').SecurePassword) }
    function Get-AutomationVariable([string]$Name) { 'ak_help' }
    function Get-AutomationPSCredential([string]$Name) { Get-Credential }
    function Connect-All {
        Connect-PipelineService Supaflow -Name nightly -BaseUri $tenant.Supaflow -TokenEnvironmentVariable SUPAFLOW_API_KEY
        Connect-PipelineService Mage -Name warehouse -BaseUri $tenant.Mage -Credential (Get-Credential) -Ledger ./ledger
        Connect-PipelineService Prophecy -Name lakehouse -BaseUri $tenant.Prophecy -TokenEnvironmentVariable LAKEHOUSE_PAT
    }

    Set-Location $With.Folder
    $PSDefaultParameterValues = @{ '*-PipelineRun:PollIntervalSec' = 1 }   # the emulator does not mind
    Connect-All
    Set-Content tonight.csv @'
Connection,PipelineId,TriggerId,Variables,FabricId,ProjectId,PipelineName
nightly,nightly_sales,,,,,
warehouse,,3,"{""env"":""staging""}",,,
lakehouse,,,,33290,41459,bakehouse
'@
    if ($With.NeedsHistory) {
        Invoke-PipelineRun -Connection nightly -PipelineId nightly_sales -IdempotencyKey sales/2026-11-20 | Out-Null
        Invoke-RestMethod "$($tenant.Admin)/defaults" -Method Put -Body '{"vendor":"supaflow","outcome":"failed","runningSeconds":0}' -ContentType application/json | Out-Null
        Invoke-PipelineRun -Connection nightly -PipelineId nightly_sales -IdempotencyKey sales/2026-11-21 | Get-PipelineRunStatus | Out-Null
        Invoke-RestMethod "$($tenant.Admin)/defaults" -Method Put -Body "{`"runningSeconds`":$($With.RunningSeconds)}" -ContentType application/json | Out-Null
        Invoke-RestMethod "$($tenant.Admin)/faults" -Method Post -Body '{"vendor":"prophecy","operation":"trigger","kind":"reset","when":"after"}' -ContentType application/json | Out-Null
        Invoke-PipelineRun -Connection lakehouse -FabricId 33290 -ProjectId 41459 -PipelineName bakehouse -IdempotencyKey bakehouse/2026-11-21 -ErrorAction Ignore | Out-Null
    }

    if ($With.NeedsRuns) {
        $runs = Import-Csv ./tonight.csv | Invoke-PipelineRun
        $run = $runs | Where-Object Vendor -EQ Supaflow
        $id = $run.RunId
        $runs | Export-Clixml ./runs.xml
        ConvertTo-Json @($runs) | Set-Content ./runs.json
    }

    if ($With.ConnectsItself) { Get-PipelineConnection | Disconnect-PipelineService }
}

# The values that the surroundings of an example are made by, and its environment variables.
function Get-ExampleSurrounding([string]$Code, $Tenant, [string]$Folder, [int]$RunningSeconds) {
    @{
        With        = @{
            Tenant         = $Tenant
            Folder         = $Folder
            RunningSeconds = $RunningSeconds
            NeedsHistory   = $Code -match 'History|-Retrigger'
            NeedsRuns      = $Code -match 'runs\.(xml|json)' -or @('run', 'runs', 'id' | Where-Object { Test-NeedsVariable $Code $_ }).Count -gt 0
            ConnectsItself = $Code -match '\bConnect-PipelineService'
        }
        Environment = @{
            PIPELINETRIGGER_LEDGER = Join-Path $Folder 'ledger'; XDG_DATA_HOME = Join-Path $Folder 'data'
            SUPAFLOW_API_KEY = 'ak_help'; LAKEHOUSE_PAT = 'help-token'; PROPHECY_PAT = $null
            TF_BUILD = $null; GITHUB_ACTIONS = $null; GITHUB_OUTPUT = $null; GITHUB_STEP_SUMMARY = $null
        }
    }
}

function Use-ExampleFolder([scriptblock]$Deed) {
    $folder = Join-Path ([IO.Path]::GetTempPath()) ('pester-' + [guid]::NewGuid().ToString('N'))
    [void][IO.Directory]::CreateDirectory($folder)
    try { & $Deed $folder }
    finally { Remove-Item $folder -Recurse -Force }
}

# Runs one example in a session of its own: what it gave, in what streams, and what it did.
function Invoke-Example([string]$Code, $Tenant, [int]$RunningSeconds = 0, [string]$Outcome = 'success') {
    Use-ExampleFolder {
        param($Folder)

        $surroundings = Get-ExampleSurrounding $Code $Tenant $Folder $RunningSeconds
        [void](Invoke-Admin $Tenant defaults Put @{ runningSeconds = $RunningSeconds; outcome = $Outcome; message = 'the source is gone' })
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule($ModulePath)
        $runspace = [runspacefactory]::CreateRunspace($state)
        $runspace.Open()
        $shell = [powershell]::Create()
        $shell.Runspace = $runspace
        try {
            Use-Environment $surroundings.Environment {
                [void]$shell.AddScript(". {`n$ExampleSurroundings`n} `$args[0]").AddArgument($surroundings.With).Invoke()
                if ($shell.HadErrors) { throw "What surrounds the example could not be made: $($shell.Streams.Error)" }

                $connections = Get-SessionText $shell 'Get-PipelineConnection | Format-List'
                $history = Get-SessionText $shell 'Get-PipelineRunHistory | Format-List'
                $runs = Get-RunCount $Tenant
                $calls = Get-CallCount $Tenant
                $shell.Commands.Clear()
                $shell.Streams.ClearStreams()
                $thrown = $null
                $output = [Management.Automation.PSDataCollection[psobject]]::new()
                $in = [Management.Automation.PSDataCollection[psobject]]::new()
                $in.Complete()
                $handle = $shell.AddScript((Get-LocalCode $Code $Tenant)).BeginInvoke($in, $output)
                if (-not $handle.AsyncWaitHandle.WaitOne([timespan]::FromMinutes(1))) { throw 'The example had not ended after a minute.' }

                try { [void]$shell.EndInvoke($handle) } catch { $thrown = $_.Exception.InnerException }
                $errors = @($shell.Streams.Error) + @(if ($thrown) { $thrown.ErrorRecord })
                [pscustomobject]@{
                    Text           = $output | Out-String
                    Errors         = @($errors | ForEach-Object { "$(($_.FullyQualifiedErrorId -split ',')[0]): $_" })
                    Created        = (Get-RunCount $Tenant) - $runs
                    HasCalled      = (Get-CallCount $Tenant) -gt $calls
                    HasConnected   = $connections -ne (Get-SessionText $shell 'Get-PipelineConnection | Format-List')
                    ChangedHistory = $history -ne (Get-SessionText $shell 'Get-PipelineRunHistory | Format-List')
                }
            }
        }
        finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }
}

function Get-SessionText($Shell, [string]$Code) {
    $Shell.Commands.Clear()
    $Shell.AddScript($Code).Invoke() | Out-String
}

# The exit code of a PowerShell that runs the example as a script file.
function Get-ExampleExitCode([string]$Code, $Tenant, [string]$Outcome) {
    Use-ExampleFolder {
        param($Folder)

        $surroundings = Get-ExampleSurrounding $Code $Tenant $Folder 0
        [void](Invoke-Admin $Tenant defaults Put @{ runningSeconds = 0; outcome = $Outcome })
        $surroundings.With.Surroundings = "$ExampleSurroundings"
        $surroundings.With.Code = Get-LocalCode $Code $Tenant
        (Invoke-Child -Import -With $surroundings.With -Environment $surroundings.Environment {
            . ([scriptblock]::Create($With.Surroundings)) $With
            . ([scriptblock]::Create($With.Code))
        }).ExitCode
    }
}

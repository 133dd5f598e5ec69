# What the suites stand on: the module that was built (or the one in PIPELINETRIGGER_MODULE), the emulator (found, or started once for this PowerShell and gone with it), a tenant of
# one's own for each test, and sessions and processes beside this one. Dot-source it in BeforeAll.

$RepositoryRoot = Split-Path (Split-Path $PSScriptRoot)
$ModuleFolder = if ($env:PIPELINETRIGGER_MODULE) { $env:PIPELINETRIGGER_MODULE } else { Join-Path $RepositoryRoot 'out/PipelineTrigger' }
$ModulePath = Join-Path $ModuleFolder 'PipelineTrigger.psd1'
$Credentials = @{ Prophecy = 'prophecy-token-4711'; Supaflow = 'ak_key-4711' }

# A build agent that runs the suites is none that the suites' runs are told to; they name their own.
foreach ($variable in 'TF_BUILD', 'GITHUB_ACTIONS', 'PIPELINETRIGGER_LEDGER') { [Environment]::SetEnvironmentVariable($variable, $null) }

# The user's ledger stays as it is. On Windows no environment variable moves the default one.
$ScratchLedger = Join-Path ([IO.Path]::GetTempPath()) "pester-ledger-$PID"
if (-not $env:PIPELINETRIGGER_SCRATCH_HOME -or $env:OS -eq 'Windows_NT') { $env:PIPELINETRIGGER_LEDGER = $ScratchLedger }

function Test-Emulator([string]$Address) {
    try { [void](Invoke-RestMethod "$Address/probe/admin/clock" -TimeoutSec 10); $true } catch { $false }
}

# PIPELINETRIGGER_EMULATOR may name one that is already running; one that this process started is used again until it is built again.
function Get-Emulator {
    $dll = Get-ChildItem (Join-Path $RepositoryRoot 'tools/PipelineTrigger.Emulator/bin/*/net10.0/PipelineTrigger.Emulator.dll') -ErrorAction SilentlyContinue |
        Sort-Object LastWriteTimeUtc | Select-Object -Last 1
    $built = if ($dll) { "$($dll.LastWriteTimeUtc.Ticks)" }
    $known = $env:PIPELINETRIGGER_EMULATOR
    $isCurrent = -not $env:PIPELINETRIGGER_EMULATOR_BUILT -or $env:PIPELINETRIGGER_EMULATOR_BUILT -eq $built
    if ($known -and $isCurrent -and (Test-Emulator $known)) {
        return $known
    }

    if (-not $dll) {
        throw 'The emulator is not built: run dotnet build first.'
    }

    $urlFile = [IO.Path]::GetTempFileName()
    Remove-Item $urlFile
    $start = [Diagnostics.ProcessStartInfo]::new()
    $start.FileName = if ($env:DOTNET_HOST_PATH) { $env:DOTNET_HOST_PATH } else { 'dotnet' }
    $start.Arguments = "`"$($dll.FullName)`" serve --port 0 --url-file `"$urlFile`" --parent $PID"
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    Wait-Until { $process.HasExited -or (Test-Path $urlFile) } -Because 'the emulator starts'
    $env:PIPELINETRIGGER_EMULATOR = (Get-Content $urlFile -Raw).Trim()
    $env:PIPELINETRIGGER_EMULATOR_BUILT = $built
    Remove-Item $urlFile
    $env:PIPELINETRIGGER_EMULATOR
}

# The limit is for safety alone: a test waits for what must happen, not for a time.
function Wait-Until([scriptblock]$Condition, [string]$Because = 'it happens', [int]$Seconds = 300) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -gt $Seconds) {
            throw "Waited $Seconds s without success until $Because."
        }

        [Threading.Thread]::Sleep(20)
    }
}

# Three vendors of one test's own: their base URIs, and the admin's address.
function Get-FreshTenant {
    $address = Get-Emulator
    $name = 'pester-' + [guid]::NewGuid().ToString('N').Substring(0, 12)
    [pscustomobject]@{
        Name     = $name
        Address  = $address
        Admin    = "$address/$name/admin"
        Prophecy = "$address/$name/prophecy"
        Mage     = "$address/$name/mage"
        Supaflow = "$address/$name/supaflow"
    }
}

function Invoke-Admin {
    param([Parameter(Mandatory)] $Tenant, [Parameter(Mandatory)] [string]$Path, [string]$Method = 'Get', $Body)

    $call = @{ Uri = "$($Tenant.Admin)/$Path"; Method = $Method }
    if ($Method -ne 'Get') {
        $call.ContentType = 'application/json'
        $call.Body = if ($null -eq $Body) { '{}' } else { ConvertTo-Json $Body -Depth 8 -Compress }
    }

    Invoke-RestMethod @call
}

# A tenant's runs stand still while they have 600 s to go; they end when the test moves their clock.
function Step-Clock($Tenant, [double]$Seconds = 600) {
    [void](Invoke-Admin $Tenant -Path clock -Method Post -Body @{ advanceSeconds = $Seconds })
}

function Add-Fault($Tenant, [hashtable]$Fault) {
    (Invoke-Admin $Tenant -Path faults -Method Post -Body $Fault).id
}

function Add-Proxy($Tenant, [hashtable]$Rule) {
    Invoke-Admin $Tenant -Path proxies -Method Post -Body $Rule
}

# The same vendor by way of a proxy's port.
function Get-ProxiedUri($Tenant, [string]$Vendor, $Proxy) {
    $uri = [UriBuilder]::new($Tenant.$Vendor)
    $uri.Port = $Proxy.port
    $uri.Uri.AbsoluteUri
}

# How often an operation was called; of a vendor, or of all together.
function Get-CallCount($Tenant, [string]$Vendor = '*', [string]$Operation = '*') {
    $count = 0
    foreach ($counted in (Invoke-Admin $Tenant counters).PSObject.Properties | Where-Object Name -Like $Vendor) {
        foreach ($operations in $counted.Value.operations.PSObject.Properties | Where-Object Name -Like $Operation) {
            $count += $operations.Value
        }
    }

    $count
}

# How often a vendor was asked how runs stand: singly, or many at a time.
function Get-LookCount($Tenant, [string]$Vendor) {
    (Get-CallCount $Tenant $Vendor status) + (Get-CallCount $Tenant $Vendor list)
}

function Get-RunCount($Tenant, [string]$Vendor = '*') {
    $count = 0
    foreach ($counted in (Invoke-Admin $Tenant counters).PSObject.Properties | Where-Object Name -Like $Vendor) {
        $count += $counted.Value.runsCreated
    }

    $count
}

# The runs as the vendor's administrator sees them, oldest first.
function Get-VendorRun($Tenant, [string]$Vendor) {
    foreach ($run in Invoke-Admin $Tenant "runs/$($Vendor.ToLowerInvariant())") { $run }
}

# What a run was triggered with.
function Get-Received($Tenant, [string]$Vendor) {
    foreach ($run in Get-VendorRun $Tenant $Vendor) { $run.received }
}

function ConvertTo-Secret([string]$Text) {
    [Net.NetworkCredential]::new('', $Text).SecurePassword
}

# The three vendors of a tenant, as connections prophecy, mage and supaflow of this session.
function Connect-Tenant($Tenant) {
    Connect-PipelineService Prophecy -Name prophecy -BaseUri $Tenant.Prophecy -Token (ConvertTo-Secret $Credentials.Prophecy)
    Connect-PipelineService Mage -Name mage -BaseUri $Tenant.Mage
    Connect-PipelineService Supaflow -Name supaflow -BaseUri $Tenant.Supaflow -Token (ConvertTo-Secret $Credentials.Supaflow)
}

# The parameters of a trigger that works, for Invoke-PipelineRun.
function Get-TriggerParameter([string]$Vendor) {
    switch ($Vendor) {
        'Prophecy' { @{ Connection = 'prophecy'; FabricId = 33290; ProjectId = '41459'; PipelineName = 'bakehouse' } }
        'Mage' { @{ Connection = 'mage'; TriggerId = 1 } }
        'Supaflow' { @{ Connection = 'supaflow'; PipelineId = '11111111-2222-3333-4444-555555555555' } }
    }
}

# What a script gave: its output, errors (that which ended it last) with their ids, and warnings.
function Get-Outcome([scriptblock]$Script) {
    $ErrorActionPreference = 'Continue'
    $WarningPreference = 'Continue'
    $all = [Collections.Generic.List[object]]::new()
    try {
        & $Script 2>&1 3>&1 | ForEach-Object { $all.Add($_) }
    }
    catch {
        $all.Add($_)
    }

    $errors = @($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
    [pscustomobject]@{
        Output   = @($all | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] -and $_ -isnot [System.Management.Automation.WarningRecord] })
        Errors   = $errors
        Ids      = @($errors | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] })
        Messages = @($errors | ForEach-Object { $_.Exception.Message })
        Warnings = @($all | Where-Object { $_ -is [System.Management.Automation.WarningRecord] } | ForEach-Object Message)
    }
}

# Sets environment variables while something is done; $null takes one away.
function Use-Environment([hashtable]$Setting, [scriptblock]$Deed) {
    $before = @{}
    foreach ($variable in $Setting.Keys) {
        $before[$variable] = [Environment]::GetEnvironmentVariable($variable)
        [Environment]::SetEnvironmentVariable($variable, $Setting[$variable])
    }

    try {
        & $Deed
    }
    finally {
        foreach ($variable in $before.Keys) {
            [Environment]::SetEnvironmentVariable($variable, $before[$variable])
        }
    }
}

# A session (runspace) of its own in this process, with the module imported, in a host that cannot ask; it runs until Complete-Session.
function Open-Session {
    param([Parameter(Mandatory)] [scriptblock]$Script, [hashtable]$With = @{})

    $state = [initialsessionstate]::CreateDefault2()
    $state.ImportPSModule($ModulePath)
    $runspace = [runspacefactory]::CreateRunspace($state)
    $runspace.Open()
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    $helpers = { function ConvertTo-Secret([string]$Text) { [Net.NetworkCredential]::new('', $Text).SecurePassword } }
    [void]$shell.AddScript("param(`$With)`n$helpers`n$Script").AddArgument($With)
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $in = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $in.Complete()
    [pscustomobject]@{ Shell = $shell; Output = $output; Handle = $shell.BeginInvoke($in, $output) }
}

# What a session gave, in all its streams; Thrown is what ended it early.
function Complete-Session($Session) {
    $thrown = $null
    try {
        [void]$Session.Shell.EndInvoke($Session.Handle)
    }
    catch {
        $thrown = if ($_.Exception.InnerException -is [System.Management.Automation.IContainsErrorRecord]) { $_.Exception.InnerException.ErrorRecord } else { $_ }
    }

    $streams = $Session.Shell.Streams
    $result = [pscustomobject]@{
        Output   = @($Session.Output)
        Errors   = @($streams.Error)
        Thrown   = $thrown
        Warnings = @($streams.Warning | ForEach-Object Message)
        Verbose  = @($streams.Verbose | ForEach-Object Message)
        Debug    = @($streams.Debug | ForEach-Object Message)
        Progress = @($streams.Progress)
    }
    $Session.Shell.Runspace.Dispose()
    $Session.Shell.Dispose()
    $result
}

function Invoke-Session {
    param([Parameter(Mandatory)] [scriptblock]$Script, [hashtable]$With = @{})

    Complete-Session (Open-Session $Script $With)
}

# The executable of the PowerShell that runs this; nothing where 'dotnet' runs it.
function Get-PowerShellExecutable {
    $name = if ($PSEdition -eq 'Desktop') { 'powershell.exe' } elseif ($env:OS -eq 'Windows_NT') { 'pwsh.exe' } else { 'pwsh' }
    $file = Join-Path $PSHOME $name
    if ((Test-Path $file) -and [IO.Path]::GetFileName([Diagnostics.Process]::GetCurrentProcess().MainModule.FileName) -ne $(if ($env:OS -eq 'Windows_NT') { 'dotnet.exe' } else { 'dotnet' })) { $file }
}

# Why there are no jobs here; nothing if there are.
function Get-NoJobReason {
    if (-not (Get-PowerShellExecutable)) { 'Start-Job needs the executable of PowerShell, and dotnet runs this one' }
}

# A PowerShell process with a home of its own and no vendor's environment variables; $With and what the script returns cross as CLIXML.
# $With.ModulePath is the module, which the script imports when it wants it. It runs until Complete-Child.
function Open-Child {
    param([Parameter(Mandatory)] [scriptblock]$Script, [hashtable]$With = @{}, [hashtable]$Environment = @{}, [string]$HomePath, [switch]$Import)

    $folder = Join-Path ([IO.Path]::GetTempPath()) ('pester-' + [guid]::NewGuid().ToString('N'))
    $ownHome = if ($HomePath) { $HomePath } else { Join-Path $folder 'home' }
    foreach ($path in $folder, $ownHome) { [void][IO.Directory]::CreateDirectory($path) }
    $With = $With.Clone()
    $With.ModulePath = $ModulePath
    $With.Folder = $folder
    Export-Clixml (Join-Path $folder 'with.xml') -InputObject $With -Depth 6
    $lines = @(
        "`$With = Import-Clixml '$folder/with.xml'"
        "function ConvertTo-Secret([string]`$Text) { [Net.NetworkCredential]::new('', `$Text).SecurePassword }"
        if ($Import) { 'Import-Module $With.ModulePath' }
        "& {`n$Script`n} | Export-Clixml '$folder/result.xml' -Depth 6"
    )
    $file = Join-Path $folder 'script.ps1'
    Set-Content $file $lines -Encoding utf8

    $executable = Get-PowerShellExecutable
    $start = [Diagnostics.ProcessStartInfo]::new()
    $start.FileName = if ($executable) { $executable } else { [Diagnostics.Process]::GetCurrentProcess().MainModule.FileName }
    $arguments = @(
        if (-not $executable) { 'exec', '--roll-forward', 'Major', (Join-Path $PSHOME 'pwsh.dll') }
        '-NoLogo', '-NoProfile', '-NonInteractive'
        if ($env:OS -eq 'Windows_NT') { '-ExecutionPolicy', 'Bypass' }
        '-File', $file
    )
    $start.Arguments = ($arguments | ForEach-Object { "`"$_`"" }) -join ' '
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $own = @{
        HOME = $ownHome; XDG_DATA_HOME = (Join-Path $ownHome 'data'); XDG_CONFIG_HOME = (Join-Path $ownHome 'config'); XDG_CACHE_HOME = (Join-Path $ownHome 'cache')
        PROPHECY_PAT = $null; PROPHECY_URL = $null; SUPAFLOW_API_KEY = $null; SUPAFLOW_APP_URL = $null; PIPELINETRIGGER_LEDGER = $null; NO_COLOR = '1'
        POWERSHELL_UPDATECHECK = 'Off'; POWERSHELL_TELEMETRY_OPTOUT = '1'
    }
    if ($env:OS -eq 'Windows_NT') { $own.PIPELINETRIGGER_LEDGER = Join-Path $ownHome 'ledger' }
    foreach ($variables in $own, $Environment) {
        foreach ($name in $variables.Keys) {
            if ($null -eq $variables[$name]) { [void]$start.EnvironmentVariables.Remove($name) } else { $start.EnvironmentVariables[$name] = $variables[$name] }
        }
    }

    $process = [Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    [pscustomobject]@{ Process = $process; Folder = $folder; Text = $process.StandardOutput.ReadToEndAsync(); ErrorText = $process.StandardError.ReadToEndAsync() }
}

function Complete-Child($Child, [int]$Seconds = 600) {
    if (-not $Child.Process.WaitForExit($Seconds * 1000)) {
        $Child.Process.Kill()
        throw "A PowerShell of its own had not ended after $Seconds s: $($Child.Text.Result) $($Child.ErrorText.Result)"
    }

    $resultFile = Join-Path $Child.Folder 'result.xml'
    $result = [pscustomobject]@{
        ExitCode  = $Child.Process.ExitCode
        Text      = $Child.Text.Result
        ErrorText = $Child.ErrorText.Result
        Result    = @(if (Test-Path $resultFile) { try { Import-Clixml $resultFile } catch { Write-Verbose 'It ended before it had a result.' } })
    }
    $Child.Process.Dispose()
    Remove-Item $Child.Folder -Recurse -Force
    $result
}

function Invoke-Child {
    param([Parameter(Mandatory)] [scriptblock]$Script, [hashtable]$With = @{}, [hashtable]$Environment = @{}, [string]$HomePath, [switch]$Import)

    Complete-Child (Open-Child @PSBoundParameters)
}

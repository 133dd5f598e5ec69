# Ten triggers of a fresh session, then the first of a second connection: how long each took, what was compiled, which assemblies came in.
[System.Diagnostics.CodeAnalysis.SuppressMessage('PSReviewUnusedParameter', '', Justification = 'The steps use them.')]
param([string] $Manifest, [string] $Server, [string] $Preload)

function Measure-Step([scriptblock] $Step) {
    $compiled = [System.Runtime.JitInfo]::GetCompilationTime($false)
    $methods = [System.Runtime.JitInfo]::GetCompiledMethodCount($false)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $null = . $Step
    $watch.Stop()
    @{
        Elapsed  = $watch.Elapsed.TotalMilliseconds
        Compiled = ([System.Runtime.JitInfo]::GetCompilationTime($false) - $compiled).TotalMilliseconds
        Methods  = [System.Runtime.JitInfo]::GetCompiledMethodCount($false) - $methods
    }
}

function Get-AssemblyName {
    [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { -not $_.IsDynamic } | ForEach-Object { $_.GetName().Name }
}

$null = Measure-Step { 1 }   # this function's own first time
$import = Measure-Step { Import-Module $Manifest }
$connect = Measure-Step { Connect-PipelineService Mage -Name one -BaseUri $Server }
Connect-PipelineService Mage -Name two -BaseUri $Server
$known = @(Get-AssemblyName)
$own = [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -eq PipelineTrigger
$load = Measure-Step {
    foreach ($name in $Preload.Split(',', [System.StringSplitOptions]::RemoveEmptyEntries)) {
        try { $null = $own.LoadFromAssemblyName([System.Reflection.AssemblyName]::new($name)) }
        catch [System.IO.FileNotFoundException] { Write-Verbose "$name was generated, not loaded." }
    }
}
$calls = foreach ($i in 1..10) { Measure-Step { Invoke-PipelineRun -Connection one -TriggerId 1 } }
$loaded = @(Get-AssemblyName | Where-Object { $_ -notin $known })
$second = Measure-Step { Invoke-PipelineRun -Connection two -TriggerId 1 }
ConvertTo-Json -Compress -Depth 4 @{ Import = $import; Connect = $connect; Load = $load; Calls = $calls; Second = $second; Loaded = $loaded }

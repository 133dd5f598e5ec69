param([string]$Module, [string]$Vendor, [string]$BaseUri, [string]$Csv, [int]$HorizonSec)
Import-Module $Module
$token = if ($Vendor -eq 'Mage') { @{} } else { @{ TokenEnvironmentVariable = 'FAULT_SUITE_TOKEN' } }
Connect-PipelineService $Vendor -BaseUri $BaseUri -LateCommitHorizonSec $HorizonSec @token
Import-Csv $Csv | Invoke-PipelineRun -ThrottleLimit 3 -ErrorAction SilentlyContinue -ErrorVariable failures | Wait-PipelineRun -PollIntervalSec 1 | ForEach-Object { "told $($_.IdempotencyKey) $($_.RunId) $($_.Status)" }
foreach ($failure in $failures) { "failed $($failure.TargetObject.IdempotencyKey) $($failure.FullyQualifiedErrorId -replace ',.*') $failure" }

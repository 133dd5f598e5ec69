param([string]$Module, [string]$BaseUri, [string]$Csv, [int]$HorizonSec)
Import-Module $Module
Connect-PipelineService Mage -BaseUri $BaseUri -LateCommitHorizonSec $HorizonSec
Import-Csv $Csv | Invoke-PipelineRun -ThrottleLimit 8 -ErrorAction SilentlyContinue -ErrorVariable failures | ForEach-Object { "told $($_.IdempotencyKey) $($_.RunId)" }
foreach ($failure in $failures) { "failed $($failure.TargetObject.IdempotencyKey) $($failure.FullyQualifiedErrorId -replace ',.*') $failure" }

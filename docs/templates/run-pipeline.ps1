<#
.SYNOPSIS
    Runs one data pipeline and waits for it: the step that both templates share.
.DESCRIPTION
    All that it needs comes in environment variables, so that no value is ever pasted into a script:
    PIPELINE_VENDOR     Prophecy, Mage or Supaflow
    PIPELINE_RUN        what to run, as JSON with the names of the parameters of Invoke-PipelineRun: {"PipelineId": "nightly_sales"}
    PIPELINE_TOKEN      the secret
    PIPELINE_USER       with an e-mail address and a password instead of a token
    PIPELINE_BASE_URI   where the vendor is, if not at its usual address
    PIPELINE_TIMEOUT    how long to wait, in seconds
#>
$ErrorActionPreference = 'Stop'
Import-Module PipelineTrigger

$connection = @{ Vendor = $env:PIPELINE_VENDOR }
if ($env:PIPELINE_BASE_URI) { $connection.BaseUri = $env:PIPELINE_BASE_URI }
if ($env:PIPELINE_USER) {
    $connection.Credential = [pscredential]::new($env:PIPELINE_USER, [Net.NetworkCredential]::new('', $env:PIPELINE_TOKEN).SecurePassword)
}
else {
    $connection.TokenEnvironmentVariable = 'PIPELINE_TOKEN'
}

Connect-PipelineService @connection
ConvertFrom-Json $env:PIPELINE_RUN | Invoke-PipelineRun -Wait -TimeoutSec $env:PIPELINE_TIMEOUT -StopOnCancel

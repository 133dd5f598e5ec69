<#
.SYNOPSIS
    Runs one data pipeline and waits for it: the step that both templates share.
.DESCRIPTION
    It reads its values from environment variables, so that no value is pasted into a script:
    PIPELINE_VENDOR     Prophecy, Mage or Supaflow
    PIPELINE_RUN        what to run, as JSON with the names of the parameters of Invoke-PipelineRun: {"PipelineId": "nightly_sales"}
    PIPELINE_TOKEN      the secret
    PIPELINE_USER       the e-mail address, if PIPELINE_TOKEN is a password
    PIPELINE_BASE_URI   the vendor's address, if it is not the default
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

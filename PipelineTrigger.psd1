@{
    RootModule             = if ($PSEdition -eq 'Core') { 'net8.0/PipelineTrigger.dll' } else { 'net472/PipelineTrigger.dll' }
    ModuleVersion          = '0.1.0'
    GUID                   = '7c0f6a54-2f0e-4a53-9f2e-3a1d6f1b9c58'
    Author                 = 'The PipelineTrigger authors'
    CompanyName            = 'PipelineTrigger'
    Copyright              = '(c) the PipelineTrigger authors. MIT licence.'
    Description            = 'Starts, watches, waits for and stops data-pipeline runs at Prophecy, Mage and Supaflow, the same way at each.'
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    CompatiblePSEditions   = @('Desktop', 'Core')
    TypesToProcess         = @('PipelineTrigger.Types.ps1xml')
    FormatsToProcess       = @('PipelineTrigger.Format.ps1xml')
    FunctionsToExport      = @()
    CmdletsToExport        = @(
        'Connect-PipelineService'
        'Disconnect-PipelineService'
        'Get-PipelineConnection'
        'Test-PipelineConnection'
        'Invoke-PipelineRun'
        'Get-PipelineRunStatus'
        'Wait-PipelineRun'
        'Stop-PipelineRun'
        'Get-Pipeline'
        'Get-PipelineRunHistory'
        'Remove-PipelineRunHistory'
    )
    VariablesToExport      = @()
    AliasesToExport        = @('Start-PipelineRun', 'Get-PipelineRun')
    PrivateData            = @{
        PSData = @{
            Tags       = @('Prophecy', 'Mage', 'Supaflow', 'Pipeline', 'ETL', 'Automation', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}

BeforeAll {
    . "$PSScriptRoot/Emulator.ps1"
    Import-Module $ModulePath
}

Describe 'The module' {
    It 'brings the eleven cmdlets' {
        Get-Command -Module PipelineTrigger -CommandType Cmdlet | Should -HaveCount 11
    }

    It 'meets an emulator that listens' {
        (Invoke-Admin (Get-FreshTenant) counters).mage.requests | Should -Be 0
    }
}

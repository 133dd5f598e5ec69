@{
    Severity     = @('Error', 'Warning')
    ExcludeRules = @(
        # Pester's blocks see each other's variables; the rule does not know that.
        'PSUseDeclaredVarsMoreThanAssignments'
        # Any script block that goes to a helper looks like a new runspace to it.
        'PSUseUsingScopeModifierInNewRunspaces'
        # The helpers of tests change the state of an emulator.
        'PSUseShouldProcessForStateChangingFunctions'
    )
    Rules        = @{
        PSUseCompatibleSyntax      = @{ Enable = $true; TargetVersions = @('5.1', '7.4') }
        PSUseConsistentWhitespace  = @{ Enable = $true; IgnoreAssignmentOperatorInsideHashTable = $true }
        PSPlaceOpenBrace           = @{ Enable = $true; IgnoreOneLineBlock = $true }
    }
}

# What stands in a script that a user copies: its commands and parameters. Dot-source it in BeforeAll.

# What is wrong with the names in a script: errors of its grammar, commands that there are not, parameters that a command does not have.
# A command of another module may be missing on this machine: $Elsewhere names those.
function Get-UnknownName([string]$Script, [string[]]$Elsewhere = @()) {
    $parseErrors = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseInput($Script, [ref]$null, [ref]$parseErrors)
    foreach ($parseError in $parseErrors) { "$parseError" }

    $own = $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true) | ForEach-Object Name
    foreach ($call in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
        $name = $call.GetCommandName()
        if (-not $name -or $name -in $own) { continue }

        $command = Get-Command $name -ErrorAction Ignore
        if (-not $command) {
            if (-not ($Elsewhere | Where-Object { $name -like $_ })) { "There is no command $name." }
            continue
        }

        $known = @($command.Parameters.Keys) + @($command.Parameters.Values.Aliases)
        foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
            if ($parameter.ParameterName -notin $known) { "$name has no parameter -$($parameter.ParameterName)." }
        }
    }
}

# The blocks of one language in a page of Markdown, without their indentation.
function Get-MarkdownBlock([string]$File, [string]$Language) {
    $text = [IO.File]::ReadAllText($File) -replace "`r"
    foreach ($block in [regex]::Matches($text, "(?m)^(?<indent> *)``````$Language\n(?<body>(?s:.*?))^\k<indent>``````\s*$")) {
        $block.Groups['body'].Value -replace "(?m)^$($block.Groups['indent'].Value)"
    }
}

#requires -Version 7.4
<#
.SYNOPSIS
    Makes the help that the module ships of the markdown in docs/en-US: './build.ps1 help' builds the module and runs this.
.DESCRIPTION
    First the markdown is brought up to date with the cmdlets: syntax, types, and a section for each new parameter, whose text is then to be written. Then it becomes
    src/PipelineTrigger/Help/en-US: MAML for the cmdlets, plain text for the about topics. Help/sources.sha256 says of which texts; a test compares.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'

$root = Split-Path $PSScriptRoot
$source = Join-Path $root 'docs/en-US'
$target = Join-Path $root 'src/PipelineTrigger/Help'
$textWidth = 78

function Write-Text([string] $Path, [string] $Text) {
    [IO.File]::WriteAllText($Path, $Text.Replace("`r`n", "`n").TrimEnd() + "`n")
}

function Update-Markdown([System.Management.Automation.CommandInfo] $Command) {
    $file = Join-Path $source "$($Command.Name).md"
    if (Test-Path $file) {
        $null = Update-MarkdownCommandHelp -Path $file -NoBackup
    }
    else {
        $made = New-MarkdownCommandHelp -CommandInfo $Command -OutputFolder $scratch
        Move-Item $made $file
    }

    # A date would make a change of every run, and so would the standard text that is put below one's own.
    $standard = '(?<=\S\n)(Prompts you for confirmation before running the cmdlet|Runs the command in a mode that only reports [^.\n]+)\.\n'
    $text = (Get-Content $file -Raw) -replace '(?s)(?<=\n## SYNTAX\n).*?(?=\n## )', "`n$((Get-SyntaxText $Command) -join "`n")".Replace('$', '$$')
    Write-Text $file ($text -replace '(?m)^ms\.date:.*\n' -replace $standard -replace '[ \t]+(?=\n)' -replace '\n{3,}', "`n`n")
    if (Select-String $file -Pattern '{{' -SimpleMatch) { $file }
}

# PlatyPS brings the first set of parameters up to date, and leaves the others as they are.
function Get-SyntaxText([System.Management.Automation.CommandInfo] $Command) {
    foreach ($set in $Command.ParameterSets | Sort-Object { -not $_.IsDefault }, Name) {
        "### $($set.Name)$(if ($set.IsDefault) { ' (Default)' })", ''
        '```'
        Split-Line ("$($Command.Name) $set" -replace ' (?=<\w+(\[\])?>)', '~') '' ' ' | ForEach-Object { $_.Replace('~', ' ') }
        '```', ''
    }
}

# Markdown's signs are of no use to Get-Help.
function Get-PlainText([string] $Text) {
    $Text -replace '\[([^\]]+)\]\(https?://[^)]*\)', '$1' -replace '\*\*([^*\n]+)\*\*', '$1' -replace '`([^`\n]+)`', '$1'
}

# PlatyPS leaves an example in one piece: its code belongs between what introduces it and what is remarked. It leaves out default values, too.
function Update-Example([Xml.XmlElement] $Example, [Xml.XmlNamespaceManager] $Names) {
    $whole = @($Example.SelectNodes('maml:introduction/maml:para', $Names) | ForEach-Object InnerText | Where-Object { $_ -ne "`u{80}" }) -join "`n`n"
    if ($whole -notmatch '(?s)^(?<before>.*?)```powershell\n(?<code>.*?)\n```(?<after>.*)$') {
        throw "An example has no powershell code: $whole"
    }

    $parts = $Matches
    $Example.SelectSingleNode('dev:code', $Names).InnerText = $parts.code
    foreach ($part in @{ 'maml:introduction' = $parts.before; 'dev:remarks' = $parts.after }.GetEnumerator()) {
        $node = $Example.SelectSingleNode($part.Key, $Names)
        $node.IsEmpty = $false
        $node.InnerXml = ''
        foreach ($paragraph in $part.Value.Trim() -split '\n{2,}' | Where-Object { $_ }) {
            Add-Element $node $Names maml para $paragraph
        }
    }

    # The next example's title shall stand apart.
    Add-Element $Example.SelectSingleNode('dev:remarks', $Names) $Names maml para ''
}

function Add-Element([Xml.XmlElement] $Parent, [Xml.XmlNamespaceManager] $Names, [string] $Prefix, [string] $Name, [string] $Text) {
    $element = $Parent.OwnerDocument.CreateElement($Prefix, $Name, $Names.LookupNamespace($Prefix))
    $element.InnerText = $Text
    $null = $Parent.AppendChild($element)
}

function Update-Maml([string] $Path, $Help) {
    $maml = [xml]::new()
    $maml.Load($Path)
    $names = [Xml.XmlNamespaceManager]::new($maml.NameTable)
    foreach ($prefix in 'maml', 'command', 'dev') { $names.AddNamespace($prefix, $maml.DocumentElement.GetNamespaceOfPrefix($prefix)) }

    foreach ($example in $maml.SelectNodes('//command:example', $names)) { Update-Example $example $names }
    # A page has one sentence a line; Get-Help wraps paragraphs itself.
    foreach ($paragraph in $maml.SelectNodes('//maml:para', $names)) {
        $paragraph.InnerText = (Get-PlainText $paragraph.InnerText) -replace '(?<=\S)\n(?=[^\s-])', ' '
    }
    foreach ($type in $maml.SelectNodes('//command:parameterValue | //dev:type/maml:name', $names)) {
        $type.InnerText = $type.InnerText -replace '^System\.Nullable`1\[(.+)\]$', '$1'
    }

    foreach ($page in $maml.SelectNodes('//maml:navigationLink/maml:uri[not(starts-with(., "http"))]', $names)) { $page.InnerText = '' }
    foreach ($link in $maml.SelectNodes('//maml:navigationLink[maml:linkText = "Online Version" and maml:uri = ""]', $names)) { $null = $link.ParentNode.RemoveChild($link) }
    foreach ($command in $Help) {
        foreach ($parameter in $command.Parameters | Where-Object DefaultValue) {
            $path = "//command:command[command:details/command:name = '$($command.Title)']/command:parameters/command:parameter[maml:name = '$($parameter.Name)']"
            Add-Element $maml.SelectSingleNode($path, $names) $names dev defaultValue $parameter.DefaultValue
        }
    }

    $text = [IO.StringWriter]::new()
    $maml.Save($text)
    Write-Text (Join-Path $target 'en-US/PipelineTrigger.dll-Help.xml') ($text.ToString() -replace 'encoding="utf-16"', 'encoding="utf-8"')
}

function Split-Line([string] $Text, [string] $First, [string] $Others) {
    $line = $First
    foreach ($word in $Text -split '\s+') {
        if ($line.Length + $word.Length -gt $textWidth -and $line.Trim()) {
            $line.TrimEnd()
            $line = $Others
        }

        $line += "$word "
    }

    $line.TrimEnd()
}

function ConvertTo-AboutText([string] $Markdown) {
    $blocks = [regex]::Matches($Markdown, '(?m)^```\w*\n(?<code>(?:.*\n)*?)```$|^(?<hashes>#+) (?<heading>.+)$|^- (?<item>.+(?:\n  .+)*)|^(?<text>[^\n#`-].*(?:\n[^\n#`-].*)*)')
    $wasItem = $wasHeading = $false
    $lines = foreach ($block in $blocks) {
        $is = @{}
        foreach ($name in 'code', 'hashes', 'heading', 'item', 'text') { $is[$name] = $block.Groups[$name] }
        # Get-Help finds the synopsis in the fifth line.
        if ($block.Index -gt 0 -and -not ($wasHeading -and -not $is.heading.Success) -and -not ($wasItem -and $is.item.Success)) { '' }
        $wasItem = $is.item.Success
        $wasHeading = $is.heading.Success
        if ($is.code.Success) { $is.code.Value.TrimEnd() -split '\n' | ForEach-Object { "        $_".TrimEnd() } }
        elseif ($is.hashes.Length -eq 1) { 'TOPIC'; "    $($is.heading.Value)" }
        elseif ($is.hashes.Length -eq 2) { $is.heading.Value }
        elseif ($is.hashes.Success) { "  $($is.heading.Value)" }
        elseif ($is.item.Success) { Split-Line (Get-PlainText $is.item.Value) '    - ' '      ' }
        else { Split-Line (Get-PlainText $is.text.Value) '    ' '    ' }
    }
    $lines -join "`n"
}

# What the test does, too: over the text with lines that end alike everywhere.
function Get-TextHash([string] $Path) {
    $bytes = [Text.Encoding]::UTF8.GetBytes([IO.File]::ReadAllText($Path).Replace("`r`n", "`n"))
    [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)).ToLowerInvariant()
}

if (-not (Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable | Where-Object Version -GE '1.0.0')) {
    throw 'PlatyPS 1.0 or later is missing: Install-PSResource Microsoft.PowerShell.PlatyPS'
}

Import-Module Microsoft.PowerShell.PlatyPS -MinimumVersion 1.0.0
$scratch = Join-Path ([IO.Path]::GetTempPath()) "help-$([guid]::NewGuid().ToString('N'))"
$null = New-Item $scratch, (Join-Path $target 'en-US') -ItemType Directory -Force
try {
    # Without the help that it has: else that is taken for news, too.
    Copy-Item (Join-Path $root 'out/PipelineTrigger') $scratch -Recurse
    Remove-Item (Join-Path $scratch 'PipelineTrigger/en-US') -Recurse -ErrorAction Ignore
    Import-Module (Join-Path $scratch 'PipelineTrigger/PipelineTrigger.psd1')

    $unwritten = Get-Command -Module PipelineTrigger -CommandType Cmdlet | ForEach-Object { Update-Markdown $_ }
    if ($unwritten) { throw "Write what stands in {{ }}, then run this again:`n$($unwritten -join "`n")" }

    $help = Get-ChildItem $source -Filter *-*.md | Sort-Object Name | Import-MarkdownCommandHelp
    $maml = $help | Export-MamlCommandHelp -OutputFolder $scratch
    Update-Maml $maml.FullName $help
    foreach ($about in Get-ChildItem $source -Filter about_*.md) {
        Write-Text (Join-Path $target "en-US/$($about.BaseName).help.txt") (ConvertTo-AboutText ([IO.File]::ReadAllText($about.FullName).Replace("`r`n", "`n")))
    }

    $sums = foreach ($file in @(Get-ChildItem $source -Filter *.md) + @(Get-ChildItem (Join-Path $target 'en-US'))) {
        "$(Get-TextHash $file.FullName)  $([IO.Path]::GetRelativePath($root, $file.FullName).Replace('\', '/'))"
    }
    Write-Text (Join-Path $target 'sources.sha256') ($sums -join "`n")
}
finally { Remove-Item $scratch -Recurse -Force -ErrorAction Ignore }

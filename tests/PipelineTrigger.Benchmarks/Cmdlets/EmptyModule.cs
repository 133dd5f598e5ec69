using PipelineTrigger.Benchmarks.Shells;

namespace PipelineTrigger.Benchmarks.Cmdlets;

/// <summary>The least that a binary module can be: a manifest and an assembly with one cmdlet that does nothing.</summary>
internal sealed class EmptyModule : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("EmptyModule");

    public string Manifest => Path.Combine(folder.FullName, "EmptyModule.psd1");

    public static async Task<EmptyModule> CreateAsync(ShellInfo shell, CancellationToken cancellationToken)
    {
        var module = new EmptyModule();
        var assembly = Path.Combine(module.folder.FullName, "EmptyModule.dll");
        const string source =
            "using System.Management.Automation; [Cmdlet(\"Get\", \"Nothing\")] public sealed class GetNothingCommand : PSCmdlet { }";
        await shell.RunAsync(
            $"Add-Type -TypeDefinition {ShellInfo.Quote(source)} -OutputAssembly {ShellInfo.Quote(assembly)}; "
                + $"New-ModuleManifest {ShellInfo.Quote(module.Manifest)} -RootModule EmptyModule.dll -CmdletsToExport "
                + $"Get-Nothing -FunctionsToExport @() -AliasesToExport @() -VariablesToExport @()",
            cancellationToken
        );
        return module;
    }

    public void Dispose() => folder.Delete(recursive: true);
}

using PipelineTrigger.Packaging;

if (args is not [var moduleFolder, var assetsFile, var packageFolder])
{
    Console.Error.WriteLine("usage: PipelineTrigger.Packaging <module folder> <project.assets.json of the module> <folder for the packages>");
    return 2;
}

var module = Module.Read(moduleFolder);
var time = SourceDate.Find();

// Nothing of an earlier version stays behind.
if (Directory.Exists(packageFolder))
{
    Directory.Delete(packageFolder, recursive: true);
}

Directory.CreateDirectory(packageFolder);
Write("PipelineTrigger.zip", DeterministicZip.Make(module.Files.Select(f => f with { Path = $"PipelineTrigger/{f.Path}" }), time));
Write($"PipelineTrigger.{module.Version}.nupkg", DeterministicZip.Make(NuGetPackage.Files(module), time));
Write("PipelineTrigger.cdx.json", Sbom.Make(module, RestoredPackages.Read(assetsFile), time));
Write("PipelineTrigger.files.json", FileList.Make(module));
Write("SHA256SUMS", FileList.Sums(packageFolder));
return 0;

void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(packageFolder, name), content);

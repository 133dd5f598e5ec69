using PipelineTrigger.Packaging;

if (args is not [var moduleFolder, var assetsFile, var packageFolder])
{
    Console.Error.WriteLine(
        "usage: PipelineTrigger.Packaging <module folder> <project.assets.json of the module> <folder for the packages>"
    );
    return 2;
}

// Nothing of an earlier version stays behind.
if (Directory.Exists(packageFolder))
{
    Directory.Delete(packageFolder, recursive: true);
}

Directory.CreateDirectory(packageFolder);
foreach (var file in Packages.Make(Module.Read(moduleFolder), RestoredPackages.Read(assetsFile), SourceDate.Find()))
{
    File.WriteAllBytes(Path.Combine(packageFolder, file.Path), file.Content);
}

return 0;

using System.Text;
using System.Xml.Linq;

namespace PipelineTrigger.Packaging;

/// <summary>
/// The module as the PowerShell Gallery takes it: its files at the root, a nuspec, and what makes the zip an Open
/// Packaging package.
/// </summary>
internal static class NuGetPackage
{
    private const string NuSpec = $"{Module.Name}.nuspec";

    private static readonly XNamespace Spec = "http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd";
    private static readonly XNamespace Types = "http://schemas.openxmlformats.org/package/2006/content-types";
    private static readonly XNamespace Relations = "http://schemas.openxmlformats.org/package/2006/relationships";

    public static IEnumerable<PackedFile> Files(Module module) =>
        [
            Part("[Content_Types].xml", ContentTypes(module)),
            Part("_rels/.rels", Relationships()),
            Part(NuSpec, Specification(module)),
            .. module.Files,
        ];

    private static XElement Specification(Module module) =>
        new(
            Spec + "package",
            new XElement(
                Spec + "metadata",
                new XElement(Spec + "id", Module.Name),
                new XElement(Spec + "version", module.Version),
                new XElement(Spec + "authors", module.Text("Author")),
                new XElement(Spec + "owners", module.Text("CompanyName")),
                new XElement(Spec + "requireLicenseAcceptance", false),
                new XElement(Spec + "licenseUrl", module.Text("LicenseUri")),
                new XElement(Spec + "description", module.Text("Description")),
                new XElement(Spec + "copyright", module.Text("Copyright")),
                new XElement(Spec + "tags", string.Join(' ', Tags(module)))
            )
        );

    // The Gallery finds a module, its commands and its editions by these.
    private static IEnumerable<string> Tags(Module module) =>
        [
            "PSModule",
            "PSIncludes_Cmdlet",
            .. module.Texts("Tags"),
            .. module.Texts("CmdletsToExport").SelectMany(c => (string[])[$"PSCmdlet_{c}", $"PSCommand_{c}"]),
        ];

    private static XElement ContentTypes(Module module) =>
        new(
            Types + "Types",
            module
                .Files.Select(f => Path.GetExtension(f.Path).TrimStart('.'))
                .Concat(["rels", "nuspec"])
                .Where(e => e.Length > 0)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(e => new XElement(Types + "Default", new XAttribute("Extension", e), ContentType(e))),
            module
                .Files.Where(f => Path.GetExtension(f.Path).Length == 0)
                .Select(f => new XElement(Types + "Override", new XAttribute("PartName", $"/{f.Path}"), ContentType("")))
        );

    private static XAttribute ContentType(string extension) =>
        new("ContentType", extension == "rels" ? "application/vnd.openxmlformats-package.relationships+xml" : "application/octet");

    private static XElement Relationships() =>
        new(
            Relations + "Relationships",
            new XElement(
                Relations + "Relationship",
                new XAttribute("Type", "http://schemas.microsoft.com/packaging/2010/07/manifest"),
                new XAttribute("Target", $"/{NuSpec}"),
                new XAttribute("Id", "manifest")
            )
        );

    private static PackedFile Part(string path, XElement content) =>
        new(path, Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{content}\n".ReplaceLineEndings("\n")));
}

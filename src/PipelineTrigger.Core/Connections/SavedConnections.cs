using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineTrigger.Core.Files;
using PipelineTrigger.Core.Http;
using PipelineTrigger.Core.Text;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Core.Connections;

/// <summary>One saved connection: names and references, never a secret.</summary>
internal sealed record SavedConnection(
    string Name,
    string Vendor,
    string BaseUri,
    string? SecretName,
    string? VaultName,
    string? TokenEnvironmentVariable,
    bool AllowInsecure,
    string? Proxy,
    bool ProxyUseDefaultCredentials,
    string? Ledger = null,
    bool NoTriggerId = false,
    int? LateCommitHorizonSec = null
);

/// <summary>A saved connection that cannot be read.</summary>
/// <param name="Name">Null where it has none.</param>
/// <param name="Error">InvalidInput: what to do about it.</param>
internal sealed record UnreadableConnection(string? Name, PipelineException Error);

/// <summary>
/// The file's shape. Each connection is read on its own, because another version or a user may have written it.
/// </summary>
internal sealed record SavedConnectionsFile(int Version, IReadOnlyList<JsonElement> Connections);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SavedConnectionsFile))]
[JsonSerializable(typeof(SavedConnection))]
internal sealed partial class SavedConnectionsJson : JsonSerializerContext;

/// <summary>The connections saved for later sessions, in a file that only its user can read. Safe with several processes at once.</summary>
/// <param name="path">The file; its folder is created at the first save.</param>
internal sealed class SavedConnections(string path)
{
    private const int Version = 1;
    private const string Scope = "CurrentUser";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>In the user's data folder; null if the account has none.</summary>
    public static string? DefaultPath =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify)
            is { Length: > 0 } folder
            ? Path.Combine(folder, "PipelineTrigger", "connections.json")
            : null;

    /// <summary>The connections that can be read.</summary>
    /// <exception cref="PipelineException">InvalidInput: the file is damaged or may not be read.</exception>
    public IReadOnlyList<PipelineConnection> Load() => [.. Read().Select(Parse).OfType<SavedConnection>().Select(FromSaved)];

    /// <summary>The connections that cannot be read, with their names if they have one.</summary>
    /// <exception cref="PipelineException">InvalidInput: the file is damaged or may not be read.</exception>
    public IReadOnlyList<UnreadableConnection> Unreadable() =>
        [.. Read().Where(entry => Parse(entry) is null).Select(Name).Select(name => new UnreadableConnection(name, CannotBeRead(name)))];

    /// <summary>Saves a connection, and replaces one of the same name.</summary>
    public void Save(PipelineConnection connection) =>
        Change(saved =>
            [
                .. saved.Where(s => !SameName(s, connection.Name)),
                JsonSerializer.SerializeToElement(ToSaved(connection), SavedConnectionsJson.Default.SavedConnection),
            ]
        );

    /// <summary>Removes a connection, if there is one.</summary>
    public void Remove(string name) => Change(saved => [.. saved.Where(s => !SameName(s, name))]);

    private static bool SameName(JsonElement saved, string name) => string.Equals(Name(saved), name, StringComparison.OrdinalIgnoreCase);

    private static string? Name(JsonElement saved) => JsonAnswer.Text(JsonAnswer.Property(saved, "name"));

    private PipelineException CannotBeRead(string? name)
    {
        var (which, remedy) = name is null
            ? ("A saved connection without a name", "Remove it from the file.")
            : (
                $"The saved connection '{SafeText.Clean(name, 100)}'",
                "Connect again under this name to replace it, or remove it from the file."
            );
        return new(
            PipelineErrorId.InvalidInput,
            $"{which} in {path} cannot be read: it lacks its vendor or its address, or they are not valid. {remedy}"
        );
    }

    private static SavedConnection? Parse(JsonElement saved)
    {
        try
        {
            return saved.Deserialize(SavedConnectionsJson.Default.SavedConnection) is { } read && IsWhole(read) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SavedConnection ToSaved(PipelineConnection c) =>
        new(
            c.Name,
            c.Vendor,
            c.BaseUri.AbsoluteUri,
            c.SecretName,
            c.VaultName,
            c.TokenEnvironmentVariable,
            c.AllowInsecure,
            c.Proxy?.AbsoluteUri,
            c.ProxyUseDefaultCredentials,
            c.Ledger,
            c.NoTriggerId,
            c.LateCommitHorizonSec
        );

    private static PipelineConnection FromSaved(SavedConnection s) =>
        new(s.Name, VendorCatalog.Get(s.Vendor).Name, new Uri(s.BaseUri))
        {
            Scope = Scope,
            CredentialType =
                s.SecretName is not null ? "Secret"
                : s.TokenEnvironmentVariable is not null ? "EnvironmentVariable"
                : "None",
            SecretName = s.SecretName,
            VaultName = s.VaultName,
            TokenEnvironmentVariable = s.TokenEnvironmentVariable,
            AllowInsecure = s.AllowInsecure,
            Proxy = s.Proxy is null ? null : new Uri(s.Proxy),
            ProxyUseDefaultCredentials = s.ProxyUseDefaultCredentials,
            Ledger = s.Ledger,
            NoTriggerId = s.NoTriggerId,
            LateCommitHorizonSec = s.LateCommitHorizonSec,
        };

    private static bool IsWhole(SavedConnection s) =>
        s is { Name.Length: > 0 }
        && VendorCatalog.Find(s.Vendor) is not null
        && IsWebAddress(s.BaseUri)
        && (s.Proxy is null || IsWebAddress(s.Proxy));

    private static bool IsWebAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);

    private IReadOnlyList<JsonElement> Read()
    {
        try
        {
            return AtomicFile.Read(path) is { } bytes
                ? JsonSerializer.Deserialize(bytes, SavedConnectionsJson.Default.SavedConnectionsFile)?.Connections ?? []
                : [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(
                PipelineErrorId.InvalidInput,
                $"The saved connections in {path} cannot be read: {e.Message} Correct or delete the file, then connect again."
            );
        }
    }

    private void Change(Func<IReadOnlyList<JsonElement>, IReadOnlyList<JsonElement>> change)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var turn = TakeTurn();
            var written = Written(change(Read()));
            foreach (
                var left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*").Where(AtomicFile.IsDraft)
            )
            {
                File.Delete(left);
            }

            AtomicFile.Replace(path, written, isPrivate: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(
                PipelineErrorId.InvalidInput,
                $"The connection could not be saved in {path}: {e.Message} Connect with -Scope Session where the profile cannot be written."
            );
        }
    }

    // Each connection unchanged, including unknown properties.
    private static byte[] Written(IReadOnlyList<JsonElement> connections)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteStartArray("connections");
            foreach (var connection in connections)
            {
                writer.WriteRawValue(connection.GetRawText());
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private FileStream TakeTurn()
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited < Patience)
            {
                SpinWait.SpinUntil(static () => false, Pause);
            }
        }
    }
}

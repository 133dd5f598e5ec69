using System.Text.Json;
using System.Text.Json.Serialization;
using PipelineTrigger.Core.Files;

namespace PipelineTrigger.Core.Connections;

/// <summary>One saved connection: names and references, never a secret.</summary>
internal sealed record SavedConnection(
    string Name, string Vendor, string BaseUri, string? SecretName, string? VaultName, string? TokenEnvironmentVariable, bool AllowInsecure, string? Proxy, bool ProxyUseDefaultCredentials,
    string? Ledger = null, bool NoTriggerId = false, int? LateCommitHorizonSec = null);

/// <summary>The file's shape.</summary>
internal sealed record SavedConnectionsFile(int Version, IReadOnlyList<SavedConnection> Connections);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SavedConnectionsFile))]
internal sealed partial class SavedConnectionsJson : JsonSerializerContext;

/// <summary>The connections kept for later sessions: a file that only its user can read. Safe with several processes at once.</summary>
/// <param name="path">The file; its folder is made at the first save.</param>
internal sealed class SavedConnections(string path)
{
    private const int Version = 1;
    private const string Scope = "CurrentUser";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>In the user's own data folder; null where the account has none.</summary>
    public static string? DefaultPath =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } folder
            ? Path.Combine(folder, "PipelineTrigger", "connections.json")
            : null;

    /// <exception cref="PipelineException">InvalidInput: the file is damaged or may not be read.</exception>
    public IReadOnlyList<PipelineConnection> Load() => [.. Read().Select(FromSaved)];

    /// <summary>Keeps a connection, in place of one of the same name.</summary>
    public void Save(PipelineConnection connection) =>
        Change(saved => [.. saved.Where(s => !SameName(s, connection.Name)), ToSaved(connection)]);

    /// <summary>Forgets a connection; nothing happens if there is none.</summary>
    public void Remove(string name) => Change(saved => [.. saved.Where(s => !SameName(s, name))]);

    private static bool SameName(SavedConnection saved, string name) => string.Equals(saved.Name, name, StringComparison.OrdinalIgnoreCase);

    private static SavedConnection ToSaved(PipelineConnection c) => new(
        c.Name, c.Vendor, c.BaseUri.AbsoluteUri, c.SecretName, c.VaultName, c.TokenEnvironmentVariable, c.AllowInsecure, c.Proxy?.AbsoluteUri, c.ProxyUseDefaultCredentials,
        c.Ledger, c.NoTriggerId, c.LateCommitHorizonSec);

    private static PipelineConnection FromSaved(SavedConnection s) => new(s.Name, VendorCatalog.Get(s.Vendor).Name, new Uri(s.BaseUri))
    {
        Scope = Scope,
        CredentialType = s.SecretName is not null ? "Secret" : s.TokenEnvironmentVariable is not null ? "EnvironmentVariable" : "None",
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

    private static bool IsWhole(SavedConnection? s) =>
        s is { Name.Length: > 0 } && VendorCatalog.Find(s.Vendor) is not null && Uri.TryCreate(s.BaseUri, UriKind.Absolute, out _) && (s.Proxy is null || Uri.TryCreate(s.Proxy, UriKind.Absolute, out _));

    private IReadOnlyList<SavedConnection> Read()
    {
        try
        {
            var read = AtomicFile.Read(path) is { } bytes ? JsonSerializer.Deserialize(bytes, SavedConnectionsJson.Default.SavedConnectionsFile)?.Connections ?? [] : [];
            return read.All(IsWhole) ? read : throw new JsonException("one of them lacks its name, its vendor or its address.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(PipelineErrorId.InvalidInput, $"The saved connections in {path} cannot be read: {e.Message} Mend or delete the file, then connect again.");
        }
    }

    private void Change(Func<IReadOnlyList<SavedConnection>, IReadOnlyList<SavedConnection>> change)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var turn = TakeTurn();
            var written = JsonSerializer.SerializeToUtf8Bytes(new SavedConnectionsFile(Version, change(Read())), SavedConnectionsJson.Default.SavedConnectionsFile);
            foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*").Where(AtomicFile.IsDraft))
            {
                File.Delete(left);
            }

            AtomicFile.Replace(path, written, isPrivate: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(PipelineErrorId.InvalidInput, $"The connection could not be saved in {path}: {e.Message} Connect with -Scope Session where the profile cannot be written.");
        }
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

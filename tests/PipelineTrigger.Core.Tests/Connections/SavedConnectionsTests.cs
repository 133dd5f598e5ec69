using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Tests.Connections;

public sealed class SavedConnectionsTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "PipelineTrigger-" + Guid.NewGuid().ToString("N"));
    private readonly string path;
    private readonly SavedConnections saved;

    public SavedConnectionsTests()
    {
        path = Path.Combine(folder, "PipelineTrigger", "connections.json");
        saved = new(path);
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_saved_connection_comes_back_with_its_references()
    {
        saved.Save(
            new("nightly", PipelineVendor.Mage, new Uri("https://mage.example.com:6789/base"))
            {
                Scope = "CurrentUser",
                CredentialType = "Secret",
                SecretName = "mage-key",
                VaultName = "ops",
                AllowInsecure = true,
                Proxy = new Uri("http://proxy.example:3128"),
                ProxyUseDefaultCredentials = true,
            }
        );

        var back = Assert.Single(new SavedConnections(path).Load());
        Assert.Equal(
            ("nightly", PipelineVendor.Mage, "https://mage.example.com:6789/base", "CurrentUser", "Secret", "mage-key", "ops"),
            (back.Name, back.Vendor, back.BaseUri.AbsoluteUri, back.Scope, back.CredentialType, back.SecretName, back.VaultName)
        );
        Assert.Equal(
            (true, "http://proxy.example:3128/", true),
            (back.AllowInsecure, back.Proxy?.AbsoluteUri, back.ProxyUseDefaultCredentials)
        );
    }

    [Fact]
    public void A_connection_by_environment_variable_comes_back_as_such()
    {
        saved.Save(
            new("hourly", PipelineVendor.Supaflow, new Uri("https://app.supa-flow.io"))
            {
                Scope = "CurrentUser",
                TokenEnvironmentVariable = "MY_KEY",
            }
        );

        var back = Assert.Single(saved.Load());
        Assert.Equal(("EnvironmentVariable", "MY_KEY"), (back.CredentialType, back.TokenEnvironmentVariable));
    }

    [Fact]
    public void The_file_holds_no_secret()
    {
        var connection = new PipelineConnection("nightly", PipelineVendor.Mage, new Uri("https://mage.example.com"));
        connection.Secrets.Secret = new System.Net.NetworkCredential("", "s3cr3t-word").SecurePassword;
        connection.Secrets.ProxyCredential = new("user", "s3cr3t-word");
        saved.Save(connection);

        Assert.DoesNotContain("s3cr3t-word", File.ReadAllText(path), StringComparison.Ordinal);
    }

#if NET
    [Fact]
    public void The_file_is_its_users_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        saved.Save(new("one", PipelineVendor.Mage, new Uri("https://mage.example.com")));
        saved.Save(new("two", PipelineVendor.Mage, new Uri("https://mage.example.com")));

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }
#endif

    [Fact]
    public void Saving_again_replaces_and_removing_forgets_in_any_case()
    {
        saved.Save(new("nightly", PipelineVendor.Mage, new Uri("https://one.example.com")));
        saved.Save(new("hourly", PipelineVendor.Mage, new Uri("https://two.example.com")));
        saved.Save(new("NIGHTLY", PipelineVendor.Mage, new Uri("https://three.example.com")));
        Assert.Equal(["hourly", "NIGHTLY"], saved.Load().Select(c => c.Name));

        saved.Remove("nightly");
        saved.Remove("never there");
        Assert.Equal(["hourly"], saved.Load().Select(c => c.Name));
    }

    [Fact]
    public void Nothing_saved_is_nothing() => Assert.Empty(saved.Load());

    [Fact]
    public async Task Connections_saved_at_the_same_time_are_all_kept()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i =>
                    Task.Run(() => new SavedConnections(path).Save(new($"c{i}", PipelineVendor.Mage, new Uri("https://mage.example.com"))))
                )
        );

        Assert.Equal(12, saved.Load().Count);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"version":1,"connections":7}""")]
    public void A_file_that_is_none_is_told_with_its_place(string text)
    {
        Write(text);
        Action load = () => saved.Load();

        Assert.Contains(path, load.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    /// <summary>What stands among the connections of a file and is none.</summary>
    public static TheoryData<string, string?> Damaged =>
        new()
        {
            { """{"name":"bad","vendor":"Airflow","baseUri":"https://x.example"}""", "bad" },
            { """{"name":"bad","vendor":"Mage","baseUri":"nowhere"}""", "bad" },
            { """{"name":"bad","vendor":"Mage","baseUri":"ftp://x.example"}""", "bad" },
            { """{"name":"bad","vendor":"Mage","baseUri":"https://x.example","proxy":":"}""", "bad" },
            { """{"name":"bad","vendor":"Mage"}""", "bad" },
            { """{"name":"bad","vendor":"Mage","baseUri":"https://x.example","lateCommitHorizonSec":"soon"}""", "bad" },
            { """{"vendor":"Mage","baseUri":"https://x.example"}""", null },
            { """{"name":7,"vendor":"Mage","baseUri":"https://x.example"}""", null },
            { """{"name":"\ud800","vendor":"Mage","baseUri":"https://x.example"}""", null },
            { "null", null },
            { "7", null },
        };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_connection_that_cannot_be_read_is_told_and_the_others_are_there(string entry, string? name)
    {
        Write($$"""{"version":1,"connections":[{{entry}},{"name":"good","vendor":"Mage","baseUri":"https://mage.example.com"}]}""");

        Assert.Equal("good", Assert.Single(saved.Load()).Name);
        var told = Assert.Single(saved.Unreadable());
        Assert.Equal(name, told.Name);
        Assert.Contains(path, told.Error.Message, StringComparison.Ordinal);
        Assert.Equal(PipelineErrorId.InvalidInput, told.Error.ErrorId);
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void An_unreadable_connection_stays_in_the_file_until_one_of_its_name_replaces_it(string entry, string? name)
    {
        Write($$"""{"version":1,"connections":[{{entry}}]}""");

        saved.Save(new("good", PipelineVendor.Mage, new Uri("https://mage.example.com")));
        Assert.Single(saved.Unreadable());

        saved.Save(new("BAD", PipelineVendor.Mage, new Uri("https://mage.example.com")));
        Assert.Equal(name is null ? 1 : 0, saved.Unreadable().Count);
        Assert.Equal(["good", "BAD"], saved.Load().Select(c => c.Name));
    }

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

using System.Security;
using PipelineTrigger.Core.Connections;
using PipelineTrigger.Core.Runs;
using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Text;

namespace PipelineTrigger.Core.Tests.Connections;

public sealed class ConnectionTableTests : IDisposable
{
    private readonly Dictionary<string, string> environment = [];
    private readonly string folder = Path.Combine(Path.GetTempPath(), "PipelineTrigger-" + Guid.NewGuid().ToString("N"));
    private readonly ConnectionTable table;

    public ConnectionTableTests() =>
        table = new(new SavedConnections(Path.Combine(folder, "connections.json")), name =>
            environment.TryGetValue(name, out var value) ? value : null
        );

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_connection_is_found_by_its_name_in_any_case()
    {
        var nightly = Add("nightly", PipelineVendor.Mage);

        Assert.Same(nightly, table.Named("NIGHTLY"));
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_names_that_are_known()
    {
        Add("nightly", PipelineVendor.Mage);
        Add("hourly", PipelineVendor.Supaflow, saved: true);
        Action find = () => table.Named("nigthly");

        Assert.EndsWith(
            "Specify one with -Connection: hourly (Supaflow, saved), nightly (Mage).",
            find.Fails(PipelineErrorId.ConnectionNotFound).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_only_connection_is_meant_where_none_is_named()
    {
        var nightly = Add("nightly", PipelineVendor.Mage);

        Assert.Same(nightly, table.Choose(null, interactive: false));
        Assert.Same(nightly, table.Choose(PipelineVendor.Mage, interactive: false));
    }

    [Fact]
    public void The_only_connection_of_the_vendor_is_meant_where_the_vendor_is_known()
    {
        Add("nightly", PipelineVendor.Mage);
        var hourly = Add("hourly", PipelineVendor.Supaflow);

        Assert.Same(hourly, table.Choose(PipelineVendor.Supaflow, interactive: false));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(PipelineVendor.Mage)]
    public void Where_more_than_one_could_be_meant_all_are_named(string? vendor)
    {
        Add("one", PipelineVendor.Mage);
        Add("two", PipelineVendor.Mage);
        Action choose = () => table.Choose(vendor, interactive: true);

        var error = choose.Fails(PipelineErrorId.ConnectionNotFound);
        Assert.Contains("There is more than one connection", error.Message, StringComparison.Ordinal);
        Assert.Contains("one (Mage), two (Mage)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_saved_connection_is_chosen_only_in_an_interactive_session()
    {
        Add("nightly", PipelineVendor.Mage, saved: true);
        var later = new ConnectionTable(new SavedConnections(Path.Combine(folder, "connections.json")), _ => null);
        Action choose = () => later.Choose(PipelineVendor.Mage, interactive: false);

        choose.Fails(PipelineErrorId.ConnectionNotFound);
        Assert.Equal("nightly", later.Choose(PipelineVendor.Mage, interactive: true).Name);
        Assert.Equal("nightly", later.Named("nightly").Name);
    }

    [Theory]
    [InlineData("PROPHECY_PAT", PipelineVendor.Prophecy, "https://app.prophecy.io/")]
    [InlineData("SUPAFLOW_API_KEY", PipelineVendor.Supaflow, "https://app.supa-flow.io/")]
    public void With_no_connection_at_all_the_vendors_own_variables_make_one(string variable, string vendor, string baseUri)
    {
        environment[variable] = "x";

        var connection = table.Choose(null, interactive: false);

        Assert.Equal(
            (vendor, baseUri, "Environment", variable),
            (connection.Vendor, connection.BaseUri.AbsoluteUri, connection.Scope, connection.TokenEnvironmentVariable)
        );
        Assert.Same(connection, table.Choose(vendor, interactive: false));
    }

    [Fact]
    public void The_vendors_own_address_variable_is_honoured_and_checked()
    {
        environment["PROPHECY_PAT"] = "x";
        environment["PROPHECY_URL"] = "https://prophecy.example.com/base/";
        Assert.Equal("https://prophecy.example.com/base", table.Choose(PipelineVendor.Prophecy, interactive: false).BaseUri.AbsoluteUri);

        environment["PROPHECY_URL"] = "http://prophecy.example.com";
        Action insecure = () => table.Choose(PipelineVendor.Prophecy, interactive: false);
        insecure.Fails(PipelineErrorId.InsecureEndpoint);

        environment["PROPHECY_URL"] = "nowhere";
        Action none = () => table.Choose(PipelineVendor.Prophecy, interactive: false);
        none.Fails(PipelineErrorId.InvalidInput);
    }

    [Fact]
    public void Variables_of_several_vendors_are_ambiguous_unless_the_vendor_is_known()
    {
        environment["PROPHECY_PAT"] = "x";
        environment["SUPAFLOW_API_KEY"] = "x";
        Action choose = () => table.Choose(null, interactive: false);

        Assert.Contains(
            "PROPHECY_PAT, SUPAFLOW_API_KEY",
            choose.Fails(PipelineErrorId.ConnectionNotFound).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(PipelineVendor.Supaflow, table.Choose(PipelineVendor.Supaflow, interactive: false).Vendor);
    }

    [Fact]
    public void With_nothing_at_all_the_error_says_what_to_do()
    {
        Action choose = () => table.Choose(null, interactive: true);

        Assert.Contains("Connect-PipelineService", choose.Fails(PipelineErrorId.ConnectionNotFound).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_another_process_finds_its_connection_by_name_and_installation()
    {
        var nightly = Add("nightly", PipelineVendor.Mage);
        var other = Add("other", PipelineVendor.Mage, "https://other.example.com/base");

        Assert.Same(nightly, table.Of(Run("nightly", PipelineVendor.Mage, "https://mage.example.com/")));
        Assert.Same(other, table.Of(Run("nightly", PipelineVendor.Mage, "https://other.example.com/base")));
        Assert.Same(other, table.Of(Run("gone", PipelineVendor.Mage, "https://OTHER.example.com/base/")));
        Assert.Same(other, table.Of(Run(null, PipelineVendor.Mage, "https://other.example.com/base")));
    }

    [Theory]
    [InlineData("nightly", PipelineVendor.Mage, "https://third.example.com")]
    [InlineData("nightly", PipelineVendor.Supaflow, "https://mage.example.com")]
    [InlineData("gone", PipelineVendor.Mage, null)]
    public void A_run_of_another_installation_is_never_asked_for_at_this_one(string name, string vendor, string? baseUri)
    {
        Add("nightly", PipelineVendor.Mage);
        Action find = () => table.Of(Run(name, vendor, baseUri));

        find.Fails(PipelineErrorId.ConnectionNotFound);
    }

    [Fact]
    public void A_run_finds_the_connection_of_the_vendors_own_variables()
    {
        environment["PROPHECY_PAT"] = "x";

        Assert.Equal("Environment", table.Of(Run("Prophecy", PipelineVendor.Prophecy, "https://app.prophecy.io")).Scope);
    }

    [Fact]
    public void A_connection_replaces_one_of_the_same_name_whose_secrets_are_removed()
    {
        var old = Add("nightly", PipelineVendor.Mage);
        old.Secrets.Secret = new SecureString();
        var client = new Client();
        old.Secrets.Client = client;

        var nightly = Add("Nightly", PipelineVendor.Supaflow);

        Assert.Same(nightly, Assert.Single(table.All));
        Assert.True(client.IsDisposed);
        Assert.Null(old.Secrets.Secret);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_connection_that_was_removed_is_gone(bool saved)
    {
        var connection = Add("nightly", PipelineVendor.Mage, saved: saved);
        connection.Secrets.Secret = new SecureString();

        table.Remove(connection);

        Assert.Empty(table.All);
        Assert.Null(connection.Secrets.Secret);
    }

    [Fact]
    public void An_account_without_a_data_folder_can_keep_none()
    {
        var homeless = new ConnectionTable(null, _ => null);
        Action add = () =>
            homeless.Add(new PipelineConnection("n", PipelineVendor.Mage, new Uri("https://mage.example.com")) { Scope = "CurrentUser" });

        Assert.Contains("-Scope Session", add.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_an_unknown_connection_gets_none_of_several_to_its_installation()
    {
        Add("alpha", PipelineVendor.Mage);
        Add("beta", PipelineVendor.Mage, saved: true);
        Action find = () => table.Of(Run("gone", PipelineVendor.Mage, "https://mage.example.com"));

        Assert.EndsWith(
            "Specify one with -Connection: alpha (Mage), beta (Mage, saved).",
            find.Fails(PipelineErrorId.ConnectionNotFound).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_run_of_several_users_of_one_installation_gets_the_connection_of_its_name()
    {
        Add("alpha", PipelineVendor.Mage);
        var beta = Add("beta", PipelineVendor.Mage);

        Assert.Same(beta, table.Of(Run("Beta", PipelineVendor.Mage, "https://mage.example.com")));
    }

    [Theory]
    [InlineData("PROPHECY_PAT", PipelineVendor.Prophecy)]
    [InlineData("SUPAFLOW_API_KEY", PipelineVendor.Supaflow)]
    public void A_vendors_own_variable_that_was_changed_ends_the_sign_in_by_its_old_value(string variable, string vendor)
    {
        environment[variable] = "one";
        using var client = new Client();
        table.Choose(vendor, interactive: false).Secrets.Client = client;

        Assert.Same(client, table.Choose(vendor, interactive: false).Secrets.Client);
        environment[variable] = "two";

        Assert.Null(table.Choose(vendor, interactive: false).Secrets.Client);
        Assert.True(client.IsDisposed);
    }

    [Fact]
    public void A_changed_variable_of_a_vendor_applies_to_its_connection_and_its_runs()
    {
        environment["PROPHECY_PAT"] = "one";
        var run = Run("Prophecy", PipelineVendor.Prophecy, "https://app.prophecy.io");
        foreach (var find in new Func<PipelineConnection>[] { () => table.Named("prophecy"), () => table.Of(run) })
        {
            using var client = new Client();
            table.Choose(PipelineVendor.Prophecy, interactive: false).Secrets.Client = client;
            environment["PROPHECY_PAT"] += "x";

            Assert.Null(find().Secrets.Client);
        }

        environment.Remove("PROPHECY_PAT");
        Action gone = () => table.Named("prophecy");
        gone.Fails(PipelineErrorId.ConnectionNotFound);
    }

    [Fact]
    public void A_vendors_own_address_that_was_changed_ends_the_sign_in_at_the_old_one()
    {
        environment["PROPHECY_PAT"] = "one";
        using var client = new Client();
        table.Choose(PipelineVendor.Prophecy, interactive: false).Secrets.Client = client;
        environment["PROPHECY_URL"] = "https://prophecy.example.com";

        Assert.Equal("prophecy.example.com", table.Named("prophecy").BaseUri.Host);
        Assert.True(client.IsDisposed);
    }

    [Fact]
    public void An_unreadable_saved_connection_is_an_error_only_if_it_is_named()
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, "connections.json"),
            """
            {"version":1,"connections":[
            {"name":"bad","vendor":"Airflow","baseUri":"https://x.example"},{"name":"good","vendor":"Mage","baseUri":"https://x.example"}]}
            """
        );
        Action find = () => table.Named("BAD");

        Assert.Contains("'bad'", find.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
        Assert.Equal("good", table.Named("good").Name);
        Assert.Equal("good", Assert.Single(table.All).Name);

        var replaced = Add("bad", PipelineVendor.Mage);
        Assert.Same(replaced, table.Named("bad"));
    }

    private static PipelineRun Run(string? connection, string vendor, string? baseUri) =>
        new()
        {
            RunId = "1",
            Connection = connection,
            Vendor = vendor,
            BaseUri = baseUri,
        };

    private PipelineConnection Add(string name, string vendor, string? address = null, bool saved = false)
    {
        var connection = new PipelineConnection(name, vendor, new Uri(address ?? $"https://{vendor}.example.com"))
        {
            Scope = saved ? "CurrentUser" : "Session",
        };
        table.Add(connection);
        return connection;
    }

    private sealed class Client : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}

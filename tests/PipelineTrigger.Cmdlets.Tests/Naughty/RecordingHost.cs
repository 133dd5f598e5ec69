using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace PipelineTrigger.Cmdlets.Tests.Naughty;

/// <summary>A host that keeps what is written to it, and cannot ask.</summary>
internal sealed class RecordingHost : PSHost
{
    private readonly RecordingUI ui = new();

    /// <summary>What was written since it was last taken.</summary>
    public IReadOnlyList<string> Take()
    {
        var written = ui.Written.ToList();
        ui.Written.Clear();
        return written;
    }

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => nameof(RecordingHost);

    public override PSHostUserInterface UI => ui;

    public override Version Version { get; } = new(1, 0);

    public override void EnterNestedPrompt() => throw new HostException();

    public override void ExitNestedPrompt() => throw new HostException();

    public override void NotifyBeginApplication() { }

    public override void NotifyEndApplication() { }

    public override void SetShouldExit(int exitCode) { }

    private sealed class RecordingUI : PSHostUserInterface
    {
        public List<string> Written { get; } = [];

        public override PSHostRawUserInterface? RawUI => null;

        public override void Write(string value) => Written.Add(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Written.Add(value);

        public override void WriteLine(string value) => Written.Add(value);

        public override void WriteErrorLine(string value) => Written.Add(value);

        public override void WriteDebugLine(string message) => Written.Add(message);

        public override void WriteVerboseLine(string message) => Written.Add(message);

        public override void WriteWarningLine(string message) => Written.Add(message);

        public override void WriteProgress(long sourceId, ProgressRecord record) { }

        public override string ReadLine() => throw new HostException();

        public override SecureString ReadLineAsSecureString() => throw new HostException();

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            throw new HostException();

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            throw new HostException();

        public override PSCredential PromptForCredential(
            string caption,
            string message,
            string userName,
            string targetName,
            PSCredentialTypes allowedCredentialTypes,
            PSCredentialUIOptions options
        ) => throw new HostException();

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Written.Add(caption);
            Written.Add(message);
            throw new HostException();
        }
    }
}

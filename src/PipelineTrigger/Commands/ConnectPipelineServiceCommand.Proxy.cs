using System.Management.Automation;
using PipelineTrigger.Input;

namespace PipelineTrigger.Commands;

/// <content>The proxy on the way to the vendor.</content>
public sealed partial class ConnectPipelineServiceCommand
{
    /// <summary>The proxy; the system's own if left out.</summary>
    [Parameter]
    [AddressArgument]
    public Uri? Proxy { get; set; }

    /// <summary>The proxy's credential.</summary>
    [Parameter]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Gives the proxy the signed-in user's credentials.</summary>
    [Parameter]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }
}

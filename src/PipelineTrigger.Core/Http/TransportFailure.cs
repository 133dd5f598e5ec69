using System.Net.Sockets;
using System.Security.Authentication;

namespace PipelineTrigger.Core.Http;

/// <summary>What an exception of the transport says about the request.</summary>
internal static class TransportFailure
{
    /// <summary>Whether a retry would fail in the same way, because TLS could not be agreed on or the certificate is not trusted.</summary>
    public static bool IsLasting(Exception e) =>
        Causes(e).FirstOrDefault(c => c is AuthenticationException or SocketException or IOException) is AuthenticationException;

    /// <summary>Whether no connection was made, so that nothing was sent.</summary>
    public static bool CouldNotConnect(Exception e) =>
        Causes(e).OfType<SocketException>().FirstOrDefault()?.SocketErrorCode
            is SocketError.ConnectionRefused
                or SocketError.HostNotFound
                or SocketError.TryAgain
                or SocketError.NoData
                or SocketError.HostUnreachable
                or SocketError.NetworkUnreachable;

    /// <summary>The exception and its inner exceptions.</summary>
    public static IEnumerable<Exception> Causes(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}

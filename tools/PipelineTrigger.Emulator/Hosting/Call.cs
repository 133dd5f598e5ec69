using Microsoft.AspNetCore.Http;
using PipelineTrigger.Emulator.Tenants;

namespace PipelineTrigger.Emulator.Hosting;

/// <summary>One request, its time taken once.</summary>
internal sealed class Call(HttpContext http, Tenant tenant, string[] path)
{
    public Tenant Tenant { get; } = tenant;

    /// <summary>The decoded segments after the vendor's.</summary>
    public string[] Path { get; } = path;

    public byte[] Body { get; set; } = [];

    public DateTimeOffset Now { get; } = tenant.Clock.GetUtcNow();

    /// <summary>How long the run that this call makes stays invisible to reads.</summary>
    public TimeSpan Hide { get; set; }

    /// <summary>How long a run must be there before a list shows it.</summary>
    public TimeSpan Stale { get; set; }

    /// <summary>The same request, at this moment.</summary>
    public Call Again() => new(http, Tenant, Path) { Body = Body, TargetLength = TargetLength };

    public string Method => http.Request.Method;

    public IQueryCollection Query => http.Request.Query;

    public IHeaderDictionary Headers => http.Request.Headers;

    public string Origin => $"{http.Request.Scheme}://{http.Request.Host}";

    public int TargetLength { get; init; }

    public bool HasJsonBody => http.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;

    public string? BearerToken
    {
        get
        {
            string? authorization = Headers.Authorization;
            return authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true
                ? authorization["Bearer ".Length..].Trim()
                : null;
        }
    }
}

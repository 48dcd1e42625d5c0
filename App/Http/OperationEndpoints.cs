using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Downbeat.Http;

/// <summary>GET /health (live) · GET /health/ready (each dependency) · GET /metrics, all at the root.</summary>
internal static class OperationEndpoints
{
    public static void MapOperations(this WebApplication app)
    {
        app.MapHealthChecks("/health", new() { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous().DisableRateLimiting();
        app.MapHealthChecks("/health/ready", new() { ResponseWriter = WriteAsync }).AllowAnonymous().DisableRateLimiting();
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous().DisableRateLimiting();
    }

    private static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(
        new
        {
            Status = report.Status,
            Checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { entry.Value.Status, entry.Value.Description }),
        },
        ApiJson.Options);
}

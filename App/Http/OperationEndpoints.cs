using Downbeat.Telemetry;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Downbeat.Http;

/// <summary>GET /health (live) · GET /health/ready (each dependency) · GET /metrics, all at the root.</summary>
internal static class OperationEndpoints
{
    public static void MapOperations(this WebApplication app)
    {
        app.MapHealthChecks("/health", new() { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous().DisableRateLimiting().DisableHttpMetrics();
        app.MapHealthChecks("/health/ready", new() { ResponseWriter = WriteAsync }).AllowAnonymous().DisableRateLimiting().DisableHttpMetrics();
        app.MapWhen(http => http.Request.Path == "/metrics" && WantsJson(http.Request), json => json.Run(WriteMetricsAsync));
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous().DisableHttpMetrics();
    }

    private static bool WantsJson(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(wanted => wanted.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase));

    private static Task WriteMetricsAsync(HttpContext http) =>
        http.Response.WriteAsJsonAsync(http.RequestServices.GetRequiredService<MetricSnapshot>().Read(), ApiJson.Options);

    private static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(
        new
        {
            Status = report.Status,
            Checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { entry.Value.Status, entry.Value.Description }),
        },
        ApiJson.Options);
}

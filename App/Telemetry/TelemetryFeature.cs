using System.Diagnostics;
using OpenTelemetry.Metrics;

namespace Downbeat.Telemetry;

/// <summary>The door to measuring: it measures everyone and knows no room.</summary>
internal static class TelemetryFeature
{
    /// <summary>Registers the meters and the Prometheus text of them.</summary>
    public static void AddTelemetry(this IServiceCollection services) =>
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(StudioMeter.Name, "Microsoft.EntityFrameworkCore", "Npgsql")
            .AddAspNetCoreInstrumentation()
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());

    /// <summary>Puts <c>X-Request-Id</c>, <c>X-Process-Time</c> and the database's share on every answer.</summary>
    public static void UseRequestTiming(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var started = Stopwatch.GetTimestamp();
        var queries = QueryCount.Begin();
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers["X-Request-Id"] = context.TraceIdentifier;
            headers["X-Process-Time"] = Stopwatch.GetElapsedTime(started).TotalSeconds.ToString("0.000");
            headers["Server-Timing"] = $"db;dur={queries.Duration.TotalMilliseconds:0.0};desc=\"{queries.Queries} queries\"";
            return Task.CompletedTask;
        });
        return next(context);
    });
}

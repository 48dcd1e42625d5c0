using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Downbeat.Telemetry;

/// <summary>The door to measuring: it measures everyone and knows no room.</summary>
internal static class TelemetryFeature
{
    private const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Blazor's own: circuits, what a click costs, and the traces that begin with it.
    private static readonly string[] Components = ["Microsoft.AspNetCore.Components", "Microsoft.AspNetCore.Components.Lifecycle", "Microsoft.AspNetCore.Components.Server.Circuits"];

    /// <summary>Registers meters and traces, their Prometheus text and JSON, and, where OpenTelemetry's own setting <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to, their export.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        // One id from a click to the line of an encoder; the ids of single spans would only make the lines longer.
        builder.Logging.Configure(logging => logging.ActivityTrackingOptions = ActivityTrackingOptions.TraceId);
        builder.Services.AddSingleton<SampleBook>();
        builder.Services.AddSingleton<SlowRequests>();
        builder.Services.AddSingleton<MetricSnapshot>();
        var isExported = builder.Configuration[OtlpSetting] is { Length: > 0 };
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
            {
                metrics.AddMeter([StudioMeter.Name, "Microsoft.EntityFrameworkCore", "Npgsql", .. Components])
                    .AddAspNetCoreInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddPrometheusExporter()
                    .AddReader(services => services.GetRequiredService<MetricSnapshot>().Reader);
                if (isExported)
                {
                    metrics.AddOtlpExporter();
                }
            })
            .WithTracing(traces =>
            {
                traces.AddSource([StudioMeter.Name, "Npgsql", .. Components]).AddAspNetCoreInstrumentation();
                if (isExported)
                {
                    traces.AddOtlpExporter();
                }
            });
        if (isExported)
        {
            telemetry.WithLogging(logs => logs.AddOtlpExporter());
        }
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Features;

namespace Downbeat.Telemetry;

/// <summary>Measures every request: headers on every answer, queries by route, and a line in the log, with the cause, for those that were slow.</summary>
internal static class RequestTiming
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    private static readonly Histogram<int> Queries = StudioMeter.Instance.CreateHistogram<int>("downbeat.http.queries", "{query}", "Database commands of a request.");

    /// <summary>Puts <c>X-Request-Id</c> (the id of the trace), <c>X-Process-Time</c> and the database's share on every answer.</summary>
    public static void UseRequestTiming(this IApplicationBuilder app)
    {
        var slowRequests = app.ApplicationServices.GetRequiredService<SlowRequests>();
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Downbeat.Requests");
        app.Use(async (context, next) =>
        {
            var started = Stopwatch.GetTimestamp();
            var answered = 0L;
            // What goes on over a live connection is not the work of the request that opened it.
            var isConnection = context.Request.Path.StartsWithSegments("/_blazor") || context.Request.Path.StartsWithSegments("/hubs");
            var tally = isConnection ? new Tally() : Tally.Begin();

            // The id that the logs, the traces and the problem documents name.
            context.TraceIdentifier = Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;
            context.Response.OnStarting(() =>
            {
                answered = Stopwatch.GetTimestamp();
                var (headers, counts) = (context.Response.Headers, tally.Counts);
                headers["X-Request-Id"] = context.TraceIdentifier;
                headers["X-Process-Time"] = Stopwatch.GetElapsedTime(started, answered).TotalSeconds.ToString("0.000");
                headers["Server-Timing"] = $"db;dur={counts.DatabaseSeconds * 1000:0.0};desc=\"{counts.Queries} queries\"";
                return Task.CompletedTask;
            });
            await next(context);
            if (isConnection || context.Features.Get<IHttpMetricsTagsFeature>() is { MetricsDisabled: true })
            {
                // A connection may stay for hours; and whether we are alive is asked all the time.
                return;
            }

            // How long a slow line takes for the rest of the answer is not ours.
            var took = Stopwatch.GetElapsedTime(started, answered == 0 ? Stopwatch.GetTimestamp() : answered);
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
            var total = tally.Counts;
            Queries.Record(total.Queries, new KeyValuePair<string, object?>("http.route", route));
            slowRequests.Take(context, route, took, total);
            if (took > Slow)
            {
                logger.LogWarning(
                    "{Method} {Path} took {Seconds:0.00} s ({Status}): {Cause}",
                    context.Request.Method, context.Request.Path, took.TotalSeconds, context.Response.StatusCode, total.Cause(took.TotalSeconds));
            }
        });
    }
}

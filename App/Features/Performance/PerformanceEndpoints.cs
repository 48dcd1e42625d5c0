using System.Text;
using Downbeat.Caching;
using Downbeat.Components.Circuits;
using Downbeat.Features.Accounts;
using Downbeat.Features.Compositions;
using Downbeat.Features.Performance.Promises;
using Downbeat.Features.Performance.Samples;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Networks;
using Downbeat.Telemetry;

namespace Downbeat.Features.Performance;

/// <summary>
/// For administrators: GET /performance/stats · /insights · /report?category=&amp;hours=&amp;format= · /requests/slowest · /slow-queries?hours= · /jobs · /jobs/{id} · /encoders · /estimates · /admission · /promises ·
/// GET|DELETE /performance/models · GET|DELETE /performance/caches[/{region}]. For everybody else there is nothing here. GET /encoders, for everybody who chooses one.
/// </summary>
internal static class PerformanceEndpoints
{
    private const int MostHours = 168;
    private const int MostRows = 100;

    /// <summary>Maps them.</summary>
    /// <param name="app">Where the pages are.</param>
    /// <param name="api">For those who are signed in.</param>
    public static void MapPerformance(this IEndpointRouteBuilder app, IEndpointRouteBuilder api)
    {
        api.MapGet("/encoders", (EncoderTrials trials, CancellationToken stop) => trials.StatesAsync(stop)).WithTags("Compositions");
        var performance = HiddenGroup(api);
        HiddenGroup(app);
        performance.MapGet("/stats", (Overview overview, CancellationToken stop) => overview.ReadAsync(stop));
        performance.MapGet("/insights", (Insights insights, CancellationToken stop) => insights.ReadAsync(stop));
        performance.MapGet("/report", ReportAsync).Produces<Report>();
        performance.MapGet("/requests/slowest", (SlowRequests requests) => requests.Slowest(MostRows));
        performance.MapGet("/slow-queries", (SlowQueries queries, int? hours, CancellationToken stop) => queries.ListAsync(SpanOf(hours), stop));
        performance.MapGet("/jobs", (Traces traces, string? kind, bool? slowest, CancellationToken stop) => traces.ListAsync(Choices.Read<JobKind>(kind, "kind"), slowest == true, MostRows, stop));
        performance.MapGet("/jobs/{id:guid}", (Traces traces, Guid id, CancellationToken stop) => traces.GetAsync(id, stop));
        performance.MapGet("/encoders", (EncoderTrials trials, CancellationToken stop) => trials.StatesAsync(stop));
        performance.MapGet("/estimates", (RenderForecasts forecasts, CancellationToken stop) => forecasts.AccuracyAsync(stop));
        performance.MapGet("/admission", (Budget budget, CircuitSeats seats) => AdmissionView.Of(budget, seats));
        performance.MapGet("/promises", (PublishedPromises promises, CancellationToken stop) => promises.ReadAsync(stop));
        performance.MapGet("/caches", (CacheRegions caches) => caches.States());
        performance.MapGet("/caches/{region}", (CacheRegions caches, string region) => caches.States().FirstOrDefault(state => state.Name == region) ?? throw StudioProblem.NotFound("cache"));
        performance.MapDelete("/caches", async (CacheRegions caches) =>
        {
            await caches.ClearAllAsync();
            return caches.States();
        });
        performance.MapDelete("/caches/{region}", async (CacheRegions caches, string region) =>
        {
            await caches.ClearAsync(region);
            return caches.States().First(state => state.Name == region);
        });
        performance.MapGet("/models", (ModelShelf shelf) => shelf.States);
        performance.MapDelete("/models", (ModelShelf shelf) => new ReleasedModels(shelf.Release(), shelf.States));
    }

    // Also the API's description is for everybody; and where nothing takes a method, that answer would tell that something takes another.
    private static RouteGroupBuilder HiddenGroup(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/performance").ExcludeFromDescription()
            .RequireAuthorization(policy => policy.RequireRole(Registrar.Administrator))
            .WithMetadata(new HiddenFromOthersAttribute());
        group.Map("/{**path}", () => Results.NotFound());
        return group;
    }

    private static async Task<IResult> ReportAsync(Reports reports, string? category, int? hours, string? format, CancellationToken stop)
    {
        var wanted = Choices.Read<SampleCategory>(category, "category") ?? SampleCategory.Api;
        var report = await reports.ReadAsync(wanted, SpanOf(hours), null, stop);
        return format?.ToLowerInvariant() switch
        {
            null or "json" => Results.Ok(report),
            "csv" => Results.File(Encoding.UTF8.GetBytes(report.ToCsv()), "text/csv; charset=utf-8", $"downbeat-{wanted.ToString().ToLowerInvariant()}-{report.To:yyyyMMdd-HHmm}.csv"),
            _ => throw StudioProblem.Field("format", "format is json or csv."),
        };
    }

    private static TimeSpan SpanOf(int? hours) => hours is null or (>= 1 and <= MostHours)
        ? TimeSpan.FromHours(hours ?? 24)
        : throw StudioProblem.Field("hours", $"hours lies between 1 and {MostHours}.");
}

/// <summary>What a release of the networks' memory did.</summary>
/// <param name="Bytes">Given back at once; a network in use follows when its last user is done.</param>
/// <param name="Models">How it stands with them now.</param>
internal sealed record ReleasedModels(long Bytes, IReadOnlyList<NetworkState> Models);

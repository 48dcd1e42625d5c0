using Downbeat.Features.Performance.Promises;
using Downbeat.Features.Performance.Samples;
using Downbeat.Jobs;

namespace Downbeat.Features.Performance;

/// <summary>The door to the administrators' page: what was slow, and why.</summary>
internal static class PerformanceFeature
{
    /// <summary>Registers what keeps and reads the measurements.</summary>
    public static void AddPerformance(this IServiceCollection services)
    {
        services.AddSingleton<SampleKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<SampleKeeper>());
        services.AddSingleton<Reports>();
        services.AddSingleton<Pulse>();
        services.AddSingleton<Vitals>();
        services.AddHostedService(provider => provider.GetRequiredService<Vitals>());
        services.AddSingleton<Overview>();
        services.AddSingleton<SlowQueries>();
        services.AddSingleton<Insights>();
        services.AddSingleton<Traces>();
        services.AddSingleton<PublishedPromises>();
        services.AddSingleton(provider => new HourlyWork("Tidying the samples", provider.GetRequiredService<SampleKeeper>().TidyAsync));
    }
}

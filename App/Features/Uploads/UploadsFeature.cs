using Downbeat.Jobs;

namespace Downbeat.Features.Uploads;

/// <summary>The door to files that come in parts.</summary>
internal static class UploadsFeature
{
    // Nobody writes a row as long after its file.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>Registers the desk and its settings. What uploads may become is registered by the rooms that take them.</summary>
    public static void AddUploads(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<UploadOptions>().Bind(configuration.GetSection("Uploads")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<UploadTargets>();
        services.AddSingleton<PartWriter>();
        services.AddSingleton<UploadDesk>();
        services.AddSingleton(provider => new HourlyWork(
            "Removing abandoned uploads",
            stop => provider.GetRequiredService<UploadDesk>().SweepAsync(provider.GetRequiredService<TimeProvider>().GetUtcNow() - Abandoned, stop)));
    }
}

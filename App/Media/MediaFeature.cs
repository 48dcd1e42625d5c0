namespace Downbeat.Media;

/// <summary>The door of the media room.</summary>
internal static class MediaFeature
{
    /// <summary>Adds everything that runs ffmpeg. Settings section <c>Media</c>.</summary>
    public static IServiceCollection AddMedia(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MediaOptions>().Bind(configuration.GetSection("Media")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<FfmpegHealth>();
        services.AddHealthChecks().AddCheck<FfmpegHealth>("ffmpeg");
        return services
            .AddSingleton<Ffmpeg>()
            .AddSingleton<MediaTools>()
            .AddSingleton<MediaProbe>()
            .AddSingleton<AudioDecoder>()
            .AddSingleton<SoundCoder>()
            .AddSingleton<SongCheck>()
            .AddSingleton<ClipCheck>()
            .AddSingleton<Loudness>()
            .AddSingleton<Pictures>()
            .AddSingleton<CoverArt>()
            .AddSingleton<PreviewLoops>()
            .AddSingleton<Remux>()
            .AddSingleton(HardwareEncoder.All)
            .AddSingleton<EncoderTrials>()
            .AddHostedService(provider => provider.GetRequiredService<EncoderTrials>());
    }
}

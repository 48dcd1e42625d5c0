using Downbeat.Http;

namespace Downbeat.Features.Compositions;

/// <summary>Where a video is to be shown.</summary>
internal enum Platform
{
    /// <summary>YouTube in 1080p.</summary>
    YouTube,

    /// <summary>YouTube in 2160p.</summary>
    YouTube4K,

    /// <summary>YouTube Shorts.</summary>
    Shorts,

    /// <summary>Instagram Reels.</summary>
    Reels,

    /// <summary>TikTok.</summary>
    TikTok,

    /// <summary>Feeds that show squares.</summary>
    Square,
}

/// <summary>What a platform wants, as it publishes it. It recodes whatever it gets, so more than it recommends gains nothing.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Name">Its name.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Kbps">Rate of the pictures up to 30 frames a second, kilobits a second; null where none is recommended, and the quality of the preset decides.</param>
/// <param name="FastKbps">The same above 30 frames a second.</param>
/// <param name="Preset">Where no rate is recommended: fine enough to be coded once more. With a rate it is the bits that decide, and speed is what the preset says.</param>
internal sealed record PlatformPreset(Platform Platform, string Name, int Width, int Height, int? Kbps, int? FastKbps, string Preset)
{
    /// <summary>
    /// YouTube, <em>Recommended upload encoding settings</em> (support.google.com/youtube/answer/1722171): H.264 High, AAC-LC 48 kHz stereo, table of contents first; in standard range 8 Mbit/s for 1080p and
    /// 35 to 45 for 2160p at up to 30 frames a second, 12 and 53 to 68 above; Shorts are 9:16 by the same page. Instagram, <em>Reel specifications</em> of its platform's documentation: 9:16, 23 to 60 frames a
    /// second, at most 1920 high, closed groups, 25 Mbit/s at most. TikTok, <em>Media transfer guide</em>: H.264 in MP4, 23 to 60 frames a second; its full-screen size is 1080 × 1920. Squares: Instagram's feed, 1080 × 1080.
    /// None of them publishes a loudness; they turn louder sound down to about −14 LUFS, which is the default of every video here.
    /// </summary>
    public static IReadOnlyList<PlatformPreset> All { get; } =
    [
        new(Platform.YouTube, "YouTube 1080p", 1920, 1080, 8_000, 12_000, "balanced"),
        new(Platform.YouTube4K, "YouTube 4K", 3840, 2160, 40_000, 60_000, "fast"),
        new(Platform.Shorts, "YouTube Shorts", 1080, 1920, 8_000, 12_000, "balanced"),
        new(Platform.Reels, "Instagram Reels", 1080, 1920, null, null, "high"),
        new(Platform.TikTok, "TikTok", 1080, 1920, null, null, "high"),
        new(Platform.Square, "Square", 1080, 1080, null, null, "high"),
    ];

    /// <summary>How the API calls it.</summary>
    public string Word => char.ToLowerInvariant($"{Platform}"[0]) + $"{Platform}"[1..];

    /// <summary>The settings with all that they leave open and the platform has a word on; what they name stays.</summary>
    public CompositionSettings Fill(CompositionSettings settings)
    {
        var fps = settings.Fps ?? 30;
        return settings with
        {
            Width = settings.Width ?? (settings.Height is { } height ? CompositionSettings.Even((double)height * Width / Height) : Width),
            Height = settings.Height ?? (settings.Width is { } width ? CompositionSettings.Even((double)width * Height / Width) : Height),
            Fps = fps,
            Preset = settings.Preset ?? Preset,
            TargetBitrateKbps = settings.TargetBitrateKbps ?? (settings.Preset is not null ? null : RateAt(fps)),
            LoudnessLufs = settings.KeepLoudness == true ? settings.LoudnessLufs : settings.LoudnessLufs ?? CompositionSettings.DefaultLoudnessLufs,
        };
    }

    /// <summary>Whether the bit rate of these settings is the one that <see cref="Fill"/> sets.</summary>
    public bool SetsRateOf(CompositionSettings settings) => settings.Preset == Preset && settings.TargetBitrateKbps == RateAt(settings.Fps ?? 30);

    /// <summary>The platform that a word names; null for none.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: it is none of them.</exception>
    public static PlatformPreset? Read(string? word) =>
        Choices.Read<Platform>(word, "platform") is { } platform ? All.First(preset => preset.Platform == platform) : null;

    private int? RateAt(int fps) => fps > 30 ? FastKbps : Kbps;
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Http;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions;

/// <summary>What a person chooses for a video. Null means the default.</summary>
public sealed record CompositionSettings
{
    private const int MostClips = 1000;
    private const int MostEffects = 16;

    /// <summary>What the large platforms turn louder songs down to.</summary>
    internal const double DefaultLoudnessLufs = -14;

    private static readonly int[] FrameRates = [24, 25, 30, 50, 60];

    /// <summary>Clips to use, in this order, at most 1000; all clips of the song when null.</summary>
    public IReadOnlyList<Guid>? ClipIds { get; init; }

    /// <summary>Start of the part, seconds; the song's start when null.</summary>
    public double? Start { get; init; }

    /// <summary>End of the part, seconds; the song's end when null.</summary>
    public double? End { get; init; }

    /// <summary>Width in pixels, even, 128 to 3840; when null 16:9 with the height, or 1920.</summary>
    public int? Width { get; init; }

    /// <summary>Height in pixels, even, 128 to 3840; when null 16:9 with the width, or 1080.</summary>
    public int? Height { get; init; }

    /// <summary>Frames per second: 24, 25, 30, 50 or 60; 30 when null.</summary>
    public int? Fps { get; init; }

    /// <summary>contain, cover, blur or stretch; cover when null.</summary>
    public string? Fit { get; init; }

    /// <summary>draft, fast, balanced or high; fast when null.</summary>
    public string? Preset { get; init; }

    /// <summary>x264, the software encoder; auto for the best hardware encoder that works here, and x264 where none does; or one by name: nvenc, qsv, vaapi, videotoolbox, amf. x264 when null.</summary>
    public string? Encoder { get; init; }

    /// <summary>Where it is to be shown: youTube, youTube4K, shorts, reels, tikTok or square. It sets size, preset and bit rate where these are left open; null sets nothing.</summary>
    public string? Platform { get; init; }

    /// <summary>Bit rate that the pictures are to have, kilobits a second, 100 to 100000, reached in passes over the whole film; when null the preset's quality decides.</summary>
    public int? TargetBitrateKbps { get; init; }

    /// <summary>beat, downbeat, section, energy or vocals (where somebody begins to sing and where they pause); energy when null.</summary>
    public string? CutOn { get; init; }

    /// <summary>Shortest shot, seconds, 0.1 to 60; 1 when null.</summary>
    public double? MinShotSeconds { get; init; }

    /// <summary>Longest shot, seconds, 0.2 to 600, at least twice the shortest; 8 when null, or twice the shortest where that is more.</summary>
    public double? MaxShotSeconds { get; init; }

    /// <summary>What is done with clips that are shorter than their shots: auto, loop, hold, slow or pingPong; auto when null.</summary>
    public string? ShortClips { get; init; }

    /// <summary>How shots go over into each other; hard cuts when null.</summary>
    public TransitionWish? Transition { get; init; }

    /// <summary>What is seen on the hits of the music, at most 16 rules; nothing when null.</summary>
    public IReadOnlyList<EffectWish>? Effects { get; init; }

    /// <summary>Words over the pictures; none when null.</summary>
    public CaptionWish? Captions { get; init; }

    /// <summary>A title at the beginning; none when null.</summary>
    public CardWish? TitleCard { get; init; }

    /// <summary>A title at the end; none when null.</summary>
    public CardWish? EndCard { get; init; }

    /// <summary>A picture over the whole video; none when null.</summary>
    public WatermarkWish? Watermark { get; init; }

    /// <summary>The view moves slowly over stills; true when null.</summary>
    public bool? Motion { get; init; }

    /// <summary>What is heard: song; or of its stems, once it is split: mix (as the mixer has them), instrumental (without the voice) or vocals (the voice alone). song when null.</summary>
    public string? Music { get; init; }

    /// <summary>How loud the finished video is to be, LUFS, -30 to -6; -14 when null. Peaks stay below -1 dBTP.</summary>
    public double? LoudnessLufs { get; init; }

    /// <summary>true leaves the song as loud as it is; <see cref="LoudnessLufs"/> then has no say and is left out.</summary>
    public bool? KeepLoudness { get; init; }

    /// <summary>How long picture and sound take to come out of black and silence, 0 to 30; 0 when null.</summary>
    public double? FadeInSeconds { get; init; }

    /// <summary>How long picture and sound take to end in black and silence, 0 to 30; 0 when null.</summary>
    public double? FadeOutSeconds { get; init; }

    /// <summary>What is heard of the clips under the song; nothing when null.</summary>
    public ClipSoundWish? ClipSound { get; init; }

    /// <summary>0 (last) to 9 (first); 5 when null.</summary>
    public int? Priority { get; init; }

    /// <summary>Same seed, same cut; 0 when null.</summary>
    public int? Seed { get; init; }

    /// <summary>Whether effects are weakened until the video keeps the limits for flashing pictures; true when null. Either way the finished video says whether it does.</summary>
    public bool? FlashSafe { get; init; }

    /// <summary>What else the request named. It is refused, not ignored: nobody should wait for a video without what they asked for.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>How finely it is coded.</summary>
    internal RenderPreset RenderPreset => Choices.Read<RenderPreset>(Preset, "preset") ?? RenderPreset.Fast;

    /// <summary>The settings with everything named that the platform has a word on.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: there is no such platform.</exception>
    internal CompositionSettings WithPlatform => PlatformPreset.Read(Platform)?.Fill(this) ?? this;

    /// <summary>Width and height in pixels, also where they are left open.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: there is no such platform.</exception>
    internal (int Width, int Height) Size
    {
        get
        {
            var (width, height) = (WithPlatform.Width, WithPlatform.Height);
            return (width ?? (height is { } lines ? Even(lines * 16.0 / 9) : 1920), height ?? (width is { } columns ? Even(columns * 9.0 / 16) : 1080));
        }
    }

    /// <summary>The settings with a preset that is named only now; a bit rate that the platform set gives way to it, one of one's own stays.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: there is no such platform.</exception>
    internal CompositionSettings WithPreset(string preset) =>
        this with { Preset = preset, TargetBitrateKbps = PlatformPreset.Read(Platform)?.SetsRateOf(this) == true ? null : TargetBitrateKbps };

    /// <summary>The planner's request for a song that was heard and its clips.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c> for a value out of range; 404 <c>clip.not_found</c>.</exception>
    internal CutRequest ToRequest(SongAnalysis analysis, IReadOnlyList<Clip> clips)
    {
        RefuseUnknown(Unknown, "");
        if (Platform is not null)
        {
            return (WithPlatform with { Platform = null }).ToRequest(analysis, clips);
        }

        _ = RenderPreset;
        _ = InRange(TargetBitrateKbps ?? 100, 100, 100_000, "targetBitrateKbps");
        _ = InRange(Priority ?? 5, 0, 9, "priority");
        if (ClipIds?.Count > MostClips)
        {
            throw StudioProblem.Field("clipIds", $"clipIds names at most {MostClips} clips.");
        }

        List<string> parts = [.. analysis.Sections.Select(section => section.Label).Distinct(StringComparer.OrdinalIgnoreCase)];
        var byId = clips.ToDictionary(clip => clip.Id);
        var chosen = ClipIds is null ? clips : [.. ClipIds.Select(id => byId.GetValueOrDefault(id) ?? throw StudioProblem.NotFound("clip"))];
        return new()
        {
            Grid = analysis.ToBeatGrid(),
            Clips = [.. chosen.Select(CutClip.Of)],
            StartSeconds = Start,
            EndSeconds = End,
            CutOn = Choices.Read<CutOn>(CutOn, "cutOn") ?? Planning.CutOn.Energy,
            MinShotSeconds = InRange(MinShotSeconds ?? 1, 0.1, 60, "minShotSeconds"),
            MaxShotSeconds = MaxShotSeconds is { } longest ? InRange(longest, 0.2, 600, "maxShotSeconds") : null,
            ShortClips = Choices.Read<ShortClips>(ShortClips, "shortClips") ?? Planning.ShortClips.Auto,
            Transition = Transition?.Read(),
            TransitionSeconds = InRange(Transition?.Seconds ?? 0.5, 0.05, 5, "transition.seconds"),
            Effects = Effects is { Count: > MostEffects }
                ? throw StudioProblem.Field("effects", $"effects has at most {MostEffects} rules.")
                : [.. (Effects ?? []).Select((effect, i) => (effect ?? new()).ToRule($"effects[{i}]", parts))],
            IsFlashSafe = FlashSafe ?? true,
            MovesStills = Motion ?? true,
            KickSeconds = analysis.Hits.Kick,
            SnareSeconds = analysis.Hits.Snare,
            BassSeconds = analysis.Hits.Bass,
            Sections = [.. analysis.Sections.Select(section => new CutSection(section.Start, section.End, section.Label))],
            FadeInSeconds = InRange(FadeInSeconds ?? 0, 0, 30, "fadeInSeconds"),
            FadeOutSeconds = InRange(FadeOutSeconds ?? 0, 0, 30, "fadeOutSeconds"),
            Sound = new() { Music = Choices.Read<SongMusic>(Music, "music") ?? SongMusic.Song, LoudnessLufs = ReadLoudness(), Clips = ClipSound?.Read() },
            VoiceSeconds = [.. analysis.Voice.Select(span => (span.Start, span.End))],
            Seed = Seed ?? 0,
            Rate = FrameRate.Of(FrameRates.Contains(Fps ?? 30) ? Fps ?? 30 : throw StudioProblem.Field("fps", "fps is 24, 25, 30, 50 or 60.")),
            Width = Side(Size.Width, "width"),
            Height = Side(Size.Height, "height"),
            Fit = Choices.Read<Fit>(Fit, "fit") ?? Planning.Fit.Cover,
        };
    }

    private double? ReadLoudness() => (KeepLoudness, LoudnessLufs) switch
    {
        (true, null) => null,
        (true, _) => throw StudioProblem.Field("loudnessLufs", "keepLoudness leaves the song as loud as it is; leave out one of keepLoudness and loudnessLufs."),
        _ => InRange(LoudnessLufs ?? DefaultLoudnessLufs, -30, -6, "loudnessLufs"),
    };

    /// <summary>The even side nearest to a length in pixels.</summary>
    internal static int Even(double pixels) => 2 * (int)Math.Round(pixels / 2);

    private static int Side(int pixels, string field) =>
        pixels is >= 128 and <= 3840 && pixels % 2 == 0 ? pixels : throw StudioProblem.Field(field, $"{field} is an even number from 128 to 3840.");

    internal static void RefuseUnknown(Dictionary<string, JsonElement>? fields, string within)
    {
        if (fields?.FirstOrDefault(field => field.Value.ValueKind is not JsonValueKind.Null).Key is { } unknown)
        {
            throw StudioProblem.Field(within + unknown, $"This studio does not know {within}{unknown}; leave it out.");
        }
    }

    internal static double InRange(double value, double least, double most, string field) =>
        value >= least && value <= most ? value : throw StudioProblem.Field(field, FormattableString.Invariant($"{field} lies between {least} and {most}."));
}

/// <summary>A transition as it is asked for.</summary>
/// <param name="Kind">How it looks: fade, dissolve, wipeLeft …; cut means none.</param>
/// <param name="Seconds">How long it lasts, 0.05 to 5, never longer than the shorter of its shots; 0.5 when null.</param>
public sealed record TransitionWish(string? Kind, double? Seconds)
{
    /// <summary>What else was named; it is refused.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }

    internal TransitionKind? Read()
    {
        CompositionSettings.RefuseUnknown(Unknown, "transition.");
        return string.Equals(Kind, "cut", StringComparison.OrdinalIgnoreCase)
            ? null
            : Choices.Read<TransitionKind>(Kind, "transition.kind") ?? throw StudioProblem.Field("transition.kind", "transition.kind says how it looks: fade, wipeLeft, or cut for none.");
    }
}

using System.Text.Json.Serialization;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>Where a film is hit: the effect is full at the first frame and has died away after the last.</summary>
/// <param name="Kind">What is seen.</param>
/// <param name="Frame">First frame, of the film.</param>
/// <param name="Frames">How many frames it lasts, at least 1.</param>
/// <param name="Strength">0 to 1.</param>
internal sealed record EffectHit(EffectKind Kind, int Frame, int Frames, double Strength)
{
    /// <summary>Frames from one white of a strobe to the next: half of them are white.</summary>
    public const int StrobeFrames = 4;

    /// <summary>The frame after the last that it is seen in.</summary>
    [JsonIgnore]
    public int End => Frame + Frames;
}

/// <summary>Which hits of the music are seen, and how.</summary>
/// <param name="Kind">What is seen.</param>
/// <param name="On">What it follows.</param>
internal sealed record EffectRule(EffectKind Kind, EffectOn On)
{
    /// <summary>Every which of them, counted from the first one in the song; 1 is each.</summary>
    public int Every { get; init; } = 1;

    /// <summary>0 to 1.</summary>
    public double Strength { get; init; } = 0.5;

    /// <summary>How long one takes to die away.</summary>
    public double Seconds { get; init; } = 0.25;

    /// <summary>Names of the parts of the song that it is seen in; null for all.</summary>
    public IReadOnlyList<string>? Sections { get; init; }
}

/// <summary>What is seen on a beat.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EffectKind>))]
internal enum EffectKind
{
    /// <summary>White, fading.</summary>
    [JsonStringEnumMemberName("flash")] Flash,

    /// <summary>Colours glow up.</summary>
    [JsonStringEnumMemberName("colorBurst")] ColorBurst,

    /// <summary>The picture jumps nearer and falls back.</summary>
    [JsonStringEnumMemberName("zoomPulse")] ZoomPulse,

    /// <summary>The picture is lit up.</summary>
    [JsonStringEnumMemberName("brightnessPulse")] BrightnessPulse,

    /// <summary>Red and blue come apart.</summary>
    [JsonStringEnumMemberName("glitch")] Glitch,

    /// <summary>The picture trembles.</summary>
    [JsonStringEnumMemberName("shake")] Shake,

    /// <summary>White, on and off.</summary>
    [JsonStringEnumMemberName("strobe")] Strobe,
}

/// <summary>What an effect follows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EffectOn>))]
internal enum EffectOn
{
    /// <summary>Beats.</summary>
    [JsonStringEnumMemberName("beat")] Beat,

    /// <summary>The first beat of each bar.</summary>
    [JsonStringEnumMemberName("downbeat")] Downbeat,

    /// <summary>Beats that are louder than most around them.</summary>
    [JsonStringEnumMemberName("strong")] Strong,

    /// <summary>Strokes of the bass drum.</summary>
    [JsonStringEnumMemberName("kick")] Kick,

    /// <summary>Strokes of the snare.</summary>
    [JsonStringEnumMemberName("snare")] Snare,

    /// <summary>Beginnings of notes of the bass, where its stem was heard.</summary>
    [JsonStringEnumMemberName("bass")] Bass,

    /// <summary>The beginning of each phrase of the voice.</summary>
    [JsonStringEnumMemberName("vocals")] Vocals,

    /// <summary>The start of each part.</summary>
    [JsonStringEnumMemberName("section")] Section,
}

using System.Text.Json.Serialization;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>What is heard under a film. The default is the song alone, as loud as it is.</summary>
internal sealed record CutSound
{
    /// <summary>Which music is heard.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public SongMusic Music { get; init; }

    /// <summary>How loud the finished film is to be, in LUFS; null leaves the song as it is.</summary>
    public double? LoudnessLufs { get; init; }

    /// <summary>What is heard of the clips; null for nothing.</summary>
    public ClipSound? Clips { get; init; }
}

/// <summary>The music of a film.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SongMusic>))]
internal enum SongMusic
{
    /// <summary>The song.</summary>
    [JsonStringEnumMemberName("song")] Song,

    /// <summary>Its stems as the mixer has them.</summary>
    [JsonStringEnumMemberName("mix")] Mix,

    /// <summary>All of its stems but the voice.</summary>
    [JsonStringEnumMemberName("instrumental")] Instrumental,

    /// <summary>The voice alone.</summary>
    [JsonStringEnumMemberName("vocals")] Vocals,
}

/// <summary>The sound of the clips, each heard while it is seen.</summary>
/// <param name="LevelDb">How much louder (or, below 0, quieter) than it was recorded, in dB.</param>
/// <param name="Ducking">What it gives way to.</param>
internal sealed record ClipSound(double LevelDb, Ducking Ducking)
{
    /// <summary>Where somebody sings, in frames of the film, rising and apart; empty unless it gives way to vocals.</summary>
    public IReadOnlyList<FrameRange> Voice { get; init; } = [];

    /// <summary>The same with the voices that are heard in the film.</summary>
    /// <param name="voiceSeconds">Where somebody sings in the song, in order.</param>
    /// <param name="rate">Frame rate of the film.</param>
    /// <param name="startSeconds">Time in the song of frame 0.</param>
    /// <param name="frames">Length of the film.</param>
    public ClipSound Under(IEnumerable<(double Start, double End)> voiceSeconds, FrameRate rate, double startSeconds, int frames) => Ducking != Ducking.Vocals
        ? this
        : this with
        {
            Voice =
            [
                .. voiceSeconds
                    .Select(span => new FrameRange(Math.Max(0, rate.FrameAt(span.Start - startSeconds)), Math.Min(frames, rate.FrameAt(span.End - startSeconds))))
                    .Where(span => span.End > span.Start),
            ],
        };

    /// <summary>The same where some of those voices are not heard.</summary>
    /// <param name="silent">Where not, in frames of the film, rising and apart.</param>
    public ClipSound Without(IReadOnlyList<FrameRange> silent) => this with
    {
        Voice = silent.Aggregate(Voice, (voice, gap) =>
        [
            .. voice
                .SelectMany(span => (FrameRange[])[new(span.Start, Math.Min(span.End, gap.Start)), new(Math.Max(span.Start, gap.End), span.End)])
                .Where(span => span.End > span.Start),
        ]),
    };
}

/// <summary>What the sound of clips gives way to: it becomes quieter while the other is heard.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Ducking>))]
internal enum Ducking
{
    /// <summary>The whole song, the more the louder it is.</summary>
    [JsonStringEnumMemberName("music")] Music,

    /// <summary>The song where somebody sings.</summary>
    [JsonStringEnumMemberName("vocals")] Vocals,

    /// <summary>Nothing.</summary>
    [JsonStringEnumMemberName("off")] Off,
}

using System.Text.Json.Serialization;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>Everything that shapes a cut.</summary>
internal sealed record CutRequest
{
    /// <summary>The song's beats.</summary>
    public required BeatGrid Grid { get; init; }

    /// <summary>Clips in the user's order; the same one may stand there twice.</summary>
    public required IReadOnlyList<CutClip> Clips { get; init; }

    /// <summary>Start of the part in the song; null means its beginning.</summary>
    public double? StartSeconds { get; init; }

    /// <summary>End of the part in the song; null means its end.</summary>
    public double? EndSeconds { get; init; }

    /// <summary>What the cuts follow.</summary>
    public CutOn CutOn { get; init; } = CutOn.Beat;

    /// <summary>Shortest shot; kept to within one frame.</summary>
    public double MinShotSeconds { get; init; } = 1;

    /// <summary>Longest shot, at least twice the shortest one; null means 8 seconds, or twice the shortest one where that is more.</summary>
    public double? MaxShotSeconds { get; init; }

    /// <summary>What is done with clips that are shorter than their shots.</summary>
    public ShortClips ShortClips { get; init; }

    /// <summary>How shots go over into each other; null for hard cuts.</summary>
    public TransitionKind? Transition { get; init; }

    /// <summary>How long that takes; less where shots are shorter.</summary>
    public double TransitionSeconds { get; init; } = 0.5;

    /// <summary>What is seen on the hits of the music.</summary>
    public IReadOnlyList<EffectRule> Effects { get; init; } = [];

    /// <summary>Whether hits that would flash more than people can bear are left out.</summary>
    public bool IsFlashSafe { get; init; } = true;

    /// <summary>Strokes of the bass drum, rising; empty when not known.</summary>
    public IReadOnlyList<double> KickSeconds { get; init; } = [];

    /// <summary>Strokes of the snare, rising; empty when not known.</summary>
    public IReadOnlyList<double> SnareSeconds { get; init; } = [];

    /// <summary>Beginnings of notes of the bass, rising; empty when not known.</summary>
    public IReadOnlyList<double> BassSeconds { get; init; } = [];

    /// <summary>The parts of the song, in order; empty when not known.</summary>
    public IReadOnlyList<CutSection> Sections { get; init; } = [];

    /// <summary>The words of the song, or others; null for none.</summary>
    public Captions? Captions { get; init; }

    /// <summary>The title at the film's beginning, its frames counted from 0; null for none.</summary>
    public Card? TitleCard { get; init; }

    /// <summary>The title at the film's end, its frames counted from 0; null for none.</summary>
    public Card? EndCard { get; init; }

    /// <summary>The picture that lies over the whole film; null for none.</summary>
    public Watermark? Watermark { get; init; }

    /// <summary>The view moves over stills.</summary>
    public bool MovesStills { get; init; } = true;

    /// <summary>How long the film takes to come out of black and silence.</summary>
    public double FadeInSeconds { get; init; }

    /// <summary>How long it takes to end in black and silence.</summary>
    public double FadeOutSeconds { get; init; }

    /// <summary>What is heard.</summary>
    public CutSound Sound { get; init; } = new();

    /// <summary>Where somebody sings, in order and apart; empty when not known.</summary>
    public IReadOnlyList<(double Start, double End)> VoiceSeconds { get; init; } = [];

    /// <summary>Same seed, same places in the clips.</summary>
    public int Seed { get; init; }

    /// <summary>Frame rate of the film.</summary>
    public FrameRate Rate { get; init; } = FrameRate.Of(30);

    /// <summary>Width in pixels, even.</summary>
    public int Width { get; init; } = 1920;

    /// <summary>Height in pixels, even.</summary>
    public int Height { get; init; } = 1080;

    /// <summary>How pictures of another shape are fitted.</summary>
    public Fit Fit { get; init; } = Fit.Cover;
}

/// <summary>A clip as the planner sees it.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="DurationSeconds">Length of its pictures; ignored for a still.</param>
/// <param name="IsStill">One picture.</param>
/// <param name="SongStartSeconds">Where in the song it was drawn for; null for what knows nothing of the song.</param>
internal sealed record CutClip(Guid Id, double DurationSeconds, bool IsStill, double? SongStartSeconds = null)
{
    /// <summary>A clip of a song as the planner sees it.</summary>
    public static CutClip Of(Clips.Clip clip) => new(clip.Id, clip.DurationSeconds ?? 0, clip.IsStill, clip.SongStart);
}

/// <summary>A part of the song as the planner sees it.</summary>
/// <param name="StartSeconds">Its start.</param>
/// <param name="EndSeconds">Its end.</param>
/// <param name="Label">Its name, such as chorus.</param>
internal sealed record CutSection(double StartSeconds, double EndSeconds, string Label);

/// <summary>What the cuts follow.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CutOn>))]
internal enum CutOn
{
    /// <summary>Every beat that leaves the shortest shot; strong beats where there is a choice.</summary>
    [JsonStringEnumMemberName("beat")] Beat,

    /// <summary>The first beat of each bar.</summary>
    [JsonStringEnumMemberName("downbeat")] Downbeat,

    /// <summary>The start of each part of the song, and bars inside long parts.</summary>
    [JsonStringEnumMemberName("section")] Section,

    /// <summary>Every start of a part; between them the faster, the more energy the beats have.</summary>
    [JsonStringEnumMemberName("energy")] Energy,

    /// <summary>Where somebody begins to sing and where they pause; bars in what is long between that.</summary>
    [JsonStringEnumMemberName("vocals")] Vocals,
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>
/// A film as a plan: which clip shows from which frame to which. A pure value; the same request gives the same cut, and it can be stored and read again.
/// Shots cover the film from frame 0 to <paramref name="Frames"/> without gap or overlap.
/// </summary>
/// <param name="Rate">Frame rate of the film.</param>
/// <param name="Width">Width in pixels, even.</param>
/// <param name="Height">Height in pixels, even.</param>
/// <param name="Fit">How pictures of another shape are fitted.</param>
/// <param name="StartSeconds">Where in the song the film begins; frame 0 shows then.</param>
/// <param name="Frames">Length of the film.</param>
/// <param name="Shots">In order.</param>
internal sealed record Cut(FrameRate Rate, int Width, int Height, Fit Fit, double StartSeconds, int Frames, IReadOnlyList<Shot> Shots)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Where the film is hit, by rising frames; of one kind no two at one frame.</summary>
    public IReadOnlyList<EffectHit> Hits { get; init; } = [];

    /// <summary>The words that are shown; null for none.</summary>
    public Captions? Captions { get; init; }

    /// <summary>Titles over the pictures, in order.</summary>
    public IReadOnlyList<Card> Cards { get; init; } = [];

    /// <summary>The picture that lies over the whole film; null for none.</summary>
    public Watermark? Watermark { get; init; }

    /// <summary>How many hits were made weaker or left out so that the film does not flash more than people can bear.</summary>
    public int WeakenedHits { get; init; }

    /// <summary>How long picture and sound take to come out of black and silence; 0 for none.</summary>
    public int FadeInFrames { get; init; }

    /// <summary>How long picture and sound take to end in black and silence; 0 for none.</summary>
    public int FadeOutFrames { get; init; }

    /// <summary>What is heard.</summary>
    public CutSound Sound { get; init; } = new();

    /// <summary>A person has changed it: a fresh plan would not be the same. Null where nobody knows: such cuts were stored before this was noted.</summary>
    public bool? IsByHand { get; init; }

    /// <summary>Length of the film: whole frames.</summary>
    [JsonIgnore]
    public double DurationSeconds => Rate.SecondsAt(Frames);

    /// <summary>The cut as JSON; equal cuts give equal text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static Cut FromJson(string json) => JsonSerializer.Deserialize<Cut>(json, Json) ?? throw new JsonException("The cut is empty.");
}

/// <summary>One clip, seen from one cut to the next.</summary>
/// <param name="Index">Place in the film, from 0.</param>
/// <param name="ClipId">The clip.</param>
/// <param name="Frames">Where it shows, in frames of the film.</param>
/// <param name="SourceStartSeconds">Where in the clip it begins.</param>
/// <param name="BeatIndex">The beat of the analysis that its first frame falls on; null for the first shot and for cuts made where no beat was heard.</param>
/// <param name="PlannedSeconds">Time in the song that its first frame is meant to show at: the beat's time where there is one.</param>
/// <param name="Filling">What happens when the clip ends before the shot does.</param>
internal sealed record Shot(int Index, Guid ClipId, FrameRange Frames, double SourceStartSeconds, int? BeatIndex, double PlannedSeconds, Filling Filling)
{
    /// <summary>How fast the clip runs; 1 as it was recorded.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Where the clip ends, seconds, when the shot outlasts it: its last picture stays, or it turns back there. Null when it does not.</summary>
    public double? SourceEndSeconds { get; init; }

    /// <summary>How the shot before goes over into this one; null for a hard cut, and for the first shot.</summary>
    public Transition? Transition { get; init; }

    /// <summary>How the view moves over a still, from the shot's first frame to its last, and on at the same pace in transitions; null where it rests.</summary>
    public Motion? Motion { get; init; }

    /// <summary>A person wants it as it is: a fresh plan keeps it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLocked { get; init; }
}

/// <summary>How a picture of another shape is brought into the film.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Fit>))]
internal enum Fit
{
    /// <summary>All of it is seen, with black bars.</summary>
    [JsonStringEnumMemberName("contain")] Contain,

    /// <summary>It fills the frame; what stands out is cropped evenly.</summary>
    [JsonStringEnumMemberName("cover")] Cover,

    /// <summary>All of it is seen, on a blurred copy of itself.</summary>
    [JsonStringEnumMemberName("blur")] Blur,

    /// <summary>It is pulled to the shape of the frame.</summary>
    [JsonStringEnumMemberName("stretch")] Stretch,
}

/// <summary>What fills a shot when its clip is too short.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Filling>))]
internal enum Filling
{
    /// <summary>The last picture stays. Also stands where the clip is long enough.</summary>
    [JsonStringEnumMemberName("hold")] Hold,

    /// <summary>The clip starts again.</summary>
    [JsonStringEnumMemberName("loop")] Loop,

    /// <summary>The clip runs backward from its end, and forward again from its beginning.</summary>
    [JsonStringEnumMemberName("pingPong")] PingPong,
}

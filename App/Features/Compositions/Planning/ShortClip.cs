using System.Text.Json.Serialization;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>What is done with a clip that is shorter than its shot.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ShortClips>))]
internal enum ShortClips
{
    /// <summary>Slowed down where half speed is enough, otherwise to and fro where it is short enough for that, otherwise again and again.</summary>
    [JsonStringEnumMemberName("auto")] Auto,

    /// <summary>It starts again.</summary>
    [JsonStringEnumMemberName("loop")] Loop,

    /// <summary>Its last picture stays.</summary>
    [JsonStringEnumMemberName("hold")] Hold,

    /// <summary>It is slowed down, to a quarter at most; then its last picture stays.</summary>
    [JsonStringEnumMemberName("slow")] Slow,

    /// <summary>It runs to its end and back; one that is too long for that starts again.</summary>
    [JsonStringEnumMemberName("pingPong")] PingPong,
}

/// <summary>Fills a shot whose clip is too short for it.</summary>
internal static class ShortClip
{
    /// <summary>Slower than this, movement falls apart into pictures.</summary>
    public const double LeastSpeed = 0.25;

    /// <summary>Down to this nobody minds.</summary>
    private const double GoodSpeed = 0.5;

    /// <summary>Whoever turns a clip round holds all of its pictures, 3 MB each at 1080p: as much again as an encoder needs.</summary>
    private const long TurnedBytes = 256 << 20;

    /// <summary>The shot with its speed, its filling and its place in the clip.</summary>
    /// <param name="request">Rate and size of the film, and the wish.</param>
    /// <param name="clip">The clip; it is no still.</param>
    /// <param name="shot">A shot that outlasts it.</param>
    /// <param name="leadSeconds">How long the clip is seen before the shot's first frame.</param>
    /// <param name="seconds">How long it is seen in all.</param>
    public static Shot Filled(CutRequest request, CutClip clip, Shot shot, double leadSeconds, double seconds)
    {
        // Whole thousandths, rounded down: the last frame still lies in the clip.
        var speed = Math.Floor(clip.DurationSeconds / seconds * 1000) / 1000;
        var ending = shot with { SourceStartSeconds = leadSeconds, SourceEndSeconds = clip.DurationSeconds };
        return Choose(request, clip, speed) switch
        {
            ShortClips.Slow when Math.Max(LeastSpeed, speed) is var slow => ending with { SourceStartSeconds = leadSeconds * slow, Speed = slow },
            ShortClips.PingPong => ending with { Filling = Filling.PingPong },
            ShortClips.Loop => ending with { Filling = Filling.Loop },
            _ => ending,
        };
    }

    /// <summary>Whether a clip is short enough to be turned round in a film of this rate and size.</summary>
    /// <param name="rate">Frame rate of the film.</param>
    /// <param name="width">Its width in pixels.</param>
    /// <param name="height">Its height in pixels.</param>
    /// <param name="clipSeconds">Length of the clip.</param>
    public static bool CanTurn(FrameRate rate, int width, int height, double clipSeconds) => (rate.FrameAt(clipSeconds) + 1) * (3L * width * height / 2) <= TurnedBytes;

    private static ShortClips Choose(CutRequest request, CutClip clip, double speed)
    {
        var canTurn = CanTurn(request.Rate, request.Width, request.Height, clip.DurationSeconds);
        return request.ShortClips switch
        {
            ShortClips.Auto => speed >= GoodSpeed ? ShortClips.Slow : canTurn ? ShortClips.PingPong : ShortClips.Loop,
            ShortClips.PingPong => canTurn ? ShortClips.PingPong : ShortClips.Loop,
            var wish => wish,
        };
    }
}

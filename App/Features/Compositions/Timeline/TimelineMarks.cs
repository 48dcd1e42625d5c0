using System.Text.Json.Serialization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>A place in a film that a cut may stand at.</summary>
/// <param name="Frame">Frame of the film.</param>
/// <param name="Seconds">Time in the song that the frame was rounded from.</param>
/// <param name="BeatIndex">The beat there; null where there is none.</param>
/// <param name="Rank">What of the music begins there.</param>
internal sealed record TimelineMark(int Frame, double Seconds, int? BeatIndex, Snap Rank);

/// <summary>What a cut is moved to; each holds those after it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Snap>))]
public enum Snap
{
    /// <summary>Any beat.</summary>
    [JsonStringEnumMemberName("beat")] Beat,

    /// <summary>The start of a bar.</summary>
    [JsonStringEnumMemberName("bar")] Bar,

    /// <summary>The start of a part of the song.</summary>
    [JsonStringEnumMemberName("section")] Section,
}

/// <summary>The places in a film that a cut may stand at: beats, bars and parts of the song. Where no beat was heard at all, every whole second of the song is one.</summary>
internal sealed class TimelineMarks
{
    private const double SectionToBeatSeconds = 0.4;

    private readonly Cut cut;
    private readonly TimelineMark[] all;

    private TimelineMarks(Cut cut, TimelineMark[] all) => (this.cut, this.all) = (cut, all);

    /// <summary>By rising frames, inside the film, no two at one frame.</summary>
    public IReadOnlyList<TimelineMark> All => all;

    /// <summary>The places in a film.</summary>
    public static TimelineMarks Of(BeatGrid grid, Cut cut)
    {
        var bars = grid.DownbeatIndexes.ToHashSet();
        var beats = grid.BeatSeconds.Select((seconds, i) => MarkAt(seconds, i, bars.Contains(i) ? Snap.Bar : Snap.Beat)).ToList();
        if (beats.Count == 0)
        {
            beats.AddRange(Enumerable.Range(1, (int)grid.DurationSeconds).Select(second => MarkAt(second, null, Snap.Beat)));
        }

        foreach (var start in grid.SectionStartSeconds)
        {
            var near = BeatGrid.Nearest(grid.BeatSeconds, start);
            var isOnBeat = near >= 0 && Math.Abs(grid.BeatSeconds[near] - start) <= SectionToBeatSeconds;
            beats.Add(isOnBeat ? beats[near] with { Rank = Snap.Section } : MarkAt(start, null, Snap.Section));
        }

        return new(cut, [.. beats.Where(mark => mark.Frame > 0 && mark.Frame < cut.Frames).GroupBy(mark => mark.Frame).Select(same => same.MaxBy(mark => mark.Rank)!).OrderBy(mark => mark.Frame)]);

        TimelineMark MarkAt(double seconds, int? beat, Snap rank) => new(cut.Rate.FrameAt(seconds - cut.StartSeconds), seconds, beat, rank);
    }

    /// <summary>Whether something of the music begins at a frame.</summary>
    public bool Has(int frame) => Array.Exists(all, mark => mark.Frame == frame);

    /// <summary>What stands at a frame; without a beat where there is none.</summary>
    public TimelineMark At(int frame) => Array.Find(all, mark => mark.Frame == frame) ?? new(frame, cut.StartSeconds + cut.Rate.SecondsAt(frame), null, Snap.Beat);

    /// <summary>The place nearest to a moment of the song, or null when there is none.</summary>
    /// <param name="seconds">The moment.</param>
    /// <param name="snap">Which places count.</param>
    /// <param name="least">First frame that it may stand at.</param>
    /// <param name="most">Last frame that it may stand at.</param>
    public TimelineMark? Nearest(double seconds, Snap snap, int least, int most) => Within(snap, least, most).MinBy(mark => Math.Abs(mark.Seconds - seconds));

    /// <summary>The next place from a frame, or null when there is none.</summary>
    /// <param name="frame">Where from.</param>
    /// <param name="direction">1 for later, −1 for earlier.</param>
    /// <param name="snap">Which places count.</param>
    /// <param name="least">First frame that it may stand at.</param>
    /// <param name="most">Last frame that it may stand at.</param>
    public TimelineMark? Next(int frame, int direction, Snap snap, int least, int most) => direction > 0
        ? Within(snap, Math.Max(least, frame + 1), most).FirstOrDefault()
        : Within(snap, least, Math.Min(most, frame - 1)).LastOrDefault();

    private IEnumerable<TimelineMark> Within(Snap snap, int least, int most) => all.Where(mark => mark.Rank >= snap && mark.Frame >= least && mark.Frame <= most);
}

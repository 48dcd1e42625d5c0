using System.Globalization;
using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Tests.Benchmark;

/// <summary>A film that is made in every way: shots of about a second, from twelve clips.</summary>
/// <param name="Name">What it is called by on the command line and in the table.</param>
/// <param name="Shots">How many.</param>
/// <param name="HasEffects">Zoom, light, glitch or shake on every beat, and a flash on every other cut.</param>
/// <param name="HasAll">Also a transition at every cut and words all the time, each filled while it is sung.</param>
internal sealed record BenchmarkFilm(string Name, int Shots, bool HasEffects = false, bool HasAll = false)
{
    private const int EffectFrames = 6;
    private const double TransitionSeconds = 0.3;
    private const double LineSeconds = 2;
    private static readonly EffectKind[] OnBeats = [EffectKind.ZoomPulse, EffectKind.BrightnessPulse, EffectKind.Glitch, EffectKind.Shake];

    /// <summary>Those that are measured when none is named.</summary>
    public static IReadOnlyList<BenchmarkFilm> All { get; } =
    [
        new("8-effects", 8, HasEffects: true), new("24", 24), new("24-effects", 24, HasEffects: true), new("24-all", 24, HasEffects: true, HasAll: true), new("60-effects", 60, HasEffects: true),
    ];

    /// <summary>The plan.</summary>
    public Cut Plan(IReadOnlyList<CutClip> clips, int height)
    {
        // Two beats a shot, at a tempo that wanders between 114 and 126 beats a minute; bars of two, so that every second beat is taken.
        var beats = new List<double> { 0 };
        while (beats.Count <= 2 * Shots)
        {
            beats.Add(beats[^1] + (60 / (120 + (6 * Math.Sin(beats.Count / 7.0)))));
        }

        var planned = CutPlanner.Plan(new()
        {
            Grid = new(beats, [.. Enumerable.Range(0, Shots).Select(i => 2 * i)], [], [], beats[^1]),
            Clips = clips,
            MinShotSeconds = 0.9,
            Transition = HasAll ? TransitionKind.Fade : null,
            TransitionSeconds = TransitionSeconds,
            Width = height * 16 / 9 / 2 * 2,
            Height = height,
            Fit = Fit.Contain,
        });
        return planned with
        {
            // On the film's frames, where all ways show the same picture of a clip.
            Shots = [.. planned.Shots.Select(shot => shot with { SourceStartSeconds = Math.Round(Math.Floor((shot.SourceStartSeconds * 30) + 1e-6) / 30, 6) })],
            Hits = HasEffects ? [.. beats.SkipLast(1).SelectMany((beat, i) => Hits(planned.Rate.FrameAt(beat), i))] : [],
            Captions = HasAll ? new(CaptionStyle.Karaoke, 0.06, null, Lines(beats[^1])) : null,
        };
    }

    private static IEnumerable<EffectHit> Hits(int frame, int beat) =>
        [.. beat % 4 == 0 ? (EffectHit[])[new(EffectKind.Flash, frame, EffectFrames, 0.5)] : [], new(OnBeats[beat % OnBeats.Length], frame, EffectFrames, 0.6)];

    private static List<Caption> Lines(double seconds)
    {
        var words = new[] { "every ", "cut ", "falls ", "on ", "the ", "beat" };
        var lines = new List<Caption>();
        for (var at = 0.0; at + LineSeconds <= seconds; at += LineSeconds)
        {
            var start = at;
            lines.Add(new(at, at + LineSeconds, $"{string.Concat(words)} {lines.Count.ToString(CultureInfo.InvariantCulture)}")
            {
                Words =
                [
                    .. words.Select((word, i) => new CaptionWord(start + (i * 0.25), start + ((i + 1) * 0.25), word)),
                    new(start + 1.5, start + LineSeconds, $" {lines.Count.ToString(CultureInfo.InvariantCulture)}"),
                ],
            });
        }

        return lines;
    }
}

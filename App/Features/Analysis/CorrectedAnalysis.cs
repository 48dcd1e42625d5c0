using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis;

/// <summary>
/// What is in effect: corrections laid over what was heard, and everything that follows from them. Pure, and made from the start each time: the same two give the same analysis, whatever
/// came between.
/// </summary>
internal static class CorrectedAnalysis
{
    private const double LineReach = 0.75;

    /// <summary>Lays corrections over an analysis.</summary>
    /// <param name="heard">What was heard.</param>
    /// <param name="curves">How the song moves; null when that is not known: energies are then carried over from the beats that were heard, and drums and voice have no curves.</param>
    /// <param name="hand">What was set.</param>
    public static SongAnalysis Of(SongAnalysis heard, Curves? curves, Corrections hand)
    {
        var analysis = hand.Grid is { } grid ? OnGrid(heard, curves, grid.Inside(heard.DurationSeconds)) : heard;
        if (hand.Grid is not null || hand.Sections is not null)
        {
            var sections = hand.Sections?.Select((part, n) => new SongSection(n, part.Start, part.End, part.Label, part.Group, 0, 1)) ?? heard.Sections;
            analysis = analysis with { Sections = OnBars([.. sections], analysis, heard, curves) };
        }

        return analysis with
        {
            Key = hand.Key?.Tonic ?? heard.Key,
            Mode = hand.Key?.Mode ?? heard.Mode,
            KeyConfidence = hand.Key is null ? heard.KeyConfidence : 1,
            Mood = hand.Mood ?? heard.Mood,
            Genre = hand.Genre is { } genre ? new(genre, 1) : heard.Genre,
            IsCorrected = !hand.IsNone,
            Corrected = hand.Parts,
        };
    }

    private static SongAnalysis OnGrid(SongAnalysis heard, Curves? curves, HandGrid grid)
    {
        var atBeats = curves?.PerBeat(grid.Beats, heard.DurationSeconds);
        double[] borders = [.. grid.Set.SelectMany(stretch => (double[])[stretch.From - Reach.GraceSeconds, stretch.To - Reach.GraceSeconds])];
        return heard with
        {
            Beats = grid.Beats,
            Downbeats = [.. grid.Downbeats.Select(index => grid.Beats[index])],
            BeatsPerBar = grid.BeatsPerBar,
            MetreConfidence = 1,
            Bpm = TempoStretches.MainBpm(grid.Beats, borders),
            BpmConfidence = 1,
            Tempos = [.. TempoStretches.Find(grid.Beats, borders).Select(tempo => new SongTempo(tempo.StartSeconds, tempo.EndSeconds, tempo.Bpm))],
            Chords = [.. OnBeats(heard.Chords, grid.Beats)],
            Energy = atBeats?.Energy ?? EnergyAt(heard, grid.Beats),
            Curves = atBeats is null ? new([], [], [], [], []) : new(atBeats.Kick, atBeats.Snare, atBeats.Hats, atBeats.Bass, atBeats.Voice),
        };
    }

    /// <summary>Parts with their borders on the nearest bars of the day; of two borders on the same bar line the part between is gone.</summary>
    private static List<SongSection> OnBars(SongSection[] sections, SongAnalysis analysis, SongAnalysis heard, Curves? curves)
    {
        double[] starts = [.. sections.Select((section, n) => n == 0 ? 0 : OnLine(section.Start, analysis.Downbeats))];
        var energies = curves?.PerBeat(starts, analysis.DurationSeconds).Energy ?? [.. starts.Select(start => heard.Sections.LastOrDefault(part => part.Start <= start)?.Energy ?? 0)];
        var placed = new List<SongSection>();
        for (var n = 0; n < starts.Length; n++)
        {
            var end = n + 1 < starts.Length ? starts[n + 1] : analysis.DurationSeconds;
            if (end > starts[n])
            {
                placed.Add(sections[n] with { Index = placed.Count, Start = starts[n], End = end, Energy = energies[n] });
            }
        }

        return placed;
    }

    /// <summary>Chords with their borders on the nearest beats of the day; what begins and ends on the same beat is gone.</summary>
    private static IEnumerable<SongChord> OnBeats(IEnumerable<SongChord> chords, IReadOnlyList<double> beats) =>
        chords.Select(chord => chord with { Start = OnLine(chord.Start, beats), End = OnLine(chord.End, beats) }).Where(chord => chord.End > chord.Start);

    /// <summary>The nearest bar line or beat where one is near, as long as such lines are there; elsewhere the moment itself.</summary>
    public static double OnLine(double seconds, IReadOnlyList<double> lines)
    {
        var n = Timing.BeatGrid.Nearest(lines, seconds);

        // The shorter side: a gap in the beat is no bar.
        var next = n + 1 < lines.Count ? lines[n + 1] - lines[n] : double.PositiveInfinity;
        var previous = n > 0 ? lines[n] - lines[n - 1] : double.PositiveInfinity;
        var gap = lines.Count < 2 ? 0 : Math.Min(next, previous);
        return n >= 0 && Math.Abs(lines[n] - seconds) <= LineReach * gap ? lines[n] : seconds;
    }

    private static double[] EnergyAt(SongAnalysis heard, IReadOnlyList<double> times) =>
        [.. heard.Energy.Count < heard.Beats.Count || heard.Beats.Count == 0 ? [] : times.Select(time => heard.Energy[Timing.BeatGrid.Nearest(heard.Beats, time)])];
}

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Everything that was heard in a song. No value is ever NaN.</summary>
/// <param name="DurationSeconds">Length of the sound, 0 or more.</param>
/// <param name="TempoBpm">Beats a minute by straight-line fit; 0 when there is no steady beat.</param>
/// <param name="TempoConfidence">0 to 1.</param>
/// <param name="BeatSeconds">Strictly rising, inside [0, duration]; empty when there is no beat.</param>
/// <param name="DownbeatIndexes">Which beats are the first of their bar, rising; may be empty.</param>
/// <param name="BeatsPerBar">2, 3, 4 or 6; 0 when there is no beat.</param>
/// <param name="MetreConfidence">How clearly metre and first beats stand out, 0 to 1.</param>
/// <param name="Key">The key; without a name when nothing tonal was heard.</param>
/// <param name="BeatEnergy">One value per beat, 0 to 1.</param>
/// <param name="Sections">Cover [0, duration] without gaps; empty when the duration is 0.</param>
/// <param name="Mood">The feel.</param>
/// <param name="Genre">A guess.</param>
/// <param name="Tempos">Stretches of one tempo each; empty when there is no beat.</param>
/// <param name="Chords">Clear chords in order; where none is clear there is a gap. Empty for sounds without chords.</param>
/// <param name="Curves">How the song moves, in even steps.</param>
/// <param name="Hits">When drums strike.</param>
/// <param name="Voice">Where somebody seems to sing, in order and apart from each other; empty where nobody does.</param>
internal sealed record Heard(
    double DurationSeconds,
    double TempoBpm,
    double TempoConfidence,
    double[] BeatSeconds,
    int[] DownbeatIndexes,
    int BeatsPerBar,
    double MetreConfidence,
    KeyEstimate Key,
    double[] BeatEnergy,
    Section[] Sections,
    Mood Mood,
    GenreEstimate Genre,
    TempoStretch[] Tempos,
    ChordSpan[] Chords,
    Curves Curves,
    Hits Hits,
    VoiceSpan[] Voice)
{
    /// <summary>What is heard in a sound with nothing in it: one quiet part as long as the sound.</summary>
    public static Heard Nothing(double durationSeconds) =>
        new(durationSeconds, 0, 0, [], [], 0, 0, KeyEstimate.None, [], Silent(durationSeconds), Mood.None, GenreEstimate.None, [], [], Curves.None, Hits.None, []);

    /// <summary>The same in a longer recording of which the part that was listened to is a piece.</summary>
    /// <param name="startSeconds">Where in the recording the times that were heard begin; below 0 when it begins later than they do.</param>
    /// <param name="durationSeconds">Length of the recording; nothing stays outside it.</param>
    public Heard Within(double startSeconds, double durationSeconds)
    {
        var (beats, curves) = (All(BeatSeconds), Curves.Within(startSeconds, durationSeconds));
        return this with
        {
            DurationSeconds = durationSeconds,
            BeatSeconds = beats,
            BeatEnergy = curves.PerBeat(beats, durationSeconds).Energy,
            Sections = [.. Sections.Select((section, n) => section with
            {
                StartSeconds = n == 0 ? 0 : Moved(section.StartSeconds),
                EndSeconds = n == Sections.Length - 1 ? durationSeconds : Moved(section.EndSeconds),
            })],
            Tempos = [.. Tempos.Select(tempo => tempo with { StartSeconds = Moved(tempo.StartSeconds), EndSeconds = Moved(tempo.EndSeconds) })],
            Chords = [.. Chords.Select(chord => chord with { StartSeconds = Moved(chord.StartSeconds), EndSeconds = Moved(chord.EndSeconds) })],
            Curves = curves,
            Hits = new(All(Hits.Kick), All(Hits.Snare), All(Hits.Hats)),
            Voice = [.. Voice.Select(span => new VoiceSpan(Moved(span.StartSeconds), Moved(span.EndSeconds)))],
        };

        double Moved(double seconds) => Math.Clamp(startSeconds + seconds, 0, durationSeconds);

        double[] All(double[] times) => [.. times.Select(Moved)];
    }

    private static Section[] Silent(double durationSeconds) => durationSeconds > 0 ? [new(0, 0, durationSeconds, "verse", 0, 0, 0)] : [];
}

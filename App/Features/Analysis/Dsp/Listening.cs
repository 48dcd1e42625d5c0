namespace Downbeat.Features.Analysis.Dsp;

/// <summary>Downbeat's own listening engine: from samples to tempo, beats, bars, sections, key and mood. Pure: no files, no clock, no randomness.</summary>
internal static class Listening
{
    /// <summary>Sample rate that songs must be decoded to, in hertz.</summary>
    public const int SampleRateHz = Level.SampleRate;

    /// <summary>Listens to a song.</summary>
    /// <param name="mono">Samples at <see cref="SampleRateHz"/> (22 050), any level; samples that are not finite count as zero. May be empty.</param>
    /// <param name="networks">What beat networks heard in the same sound, or null where there are none.</param>
    /// <param name="report">Told the stage, in words for the listener, and the share of the whole that is done, 0 to 1, rising.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static Heard Listen(ReadOnlyMemory<float> mono, BeatActivations? networks, Action<string, double>? report, CancellationToken stop)
    {
        var duration = (double)mono.Length / Level.SampleRate;
        if (Sounding.Find(mono.Span) is not { } part || Level.Measure(mono.Span[part.First..part.End]) is not { IsSilent: false } level)
        {
            report?.Invoke("Finding the parts", 1);
            return Heard.Nothing(duration);
        }

        return Listen(part.Cut(mono.Span, level), level, networks?.From(part.StartSeconds), report, stop).Within(part.StartSeconds, duration);
    }

    /// <summary>Listens to the part that sounds, margins included; times count from the beginning of the first margin.</summary>
    private static Heard Listen(float[] mono, Level level, BeatActivations? networks, Action<string, double>? report, CancellationToken stop)
    {
        var duration = (double)mono.Length / Level.SampleRate;
        var (onsets, strokes, voice, harmonies, notes) = Hear(mono, level, share => report?.Invoke("Hearing rhythm and harmony", 0.7 * share), stop);
        report?.Invoke("Finding the beats", 0.7);
        var beats = BeatGrid.Find(onsets, harmonies, networks, Sounding.MarginSeconds, duration - Sounding.MarginSeconds, stop);
        var bars = Bars.Find(beats.Seconds, onsets, harmonies, networks);
        report?.Invoke("Finding the parts", 0.9);
        stop.ThrowIfCancellationRequested();
        var heard = Assemble(duration, onsets, beats, bars, strokes, voice, notes);
        report?.Invoke("Finding the parts", 1);
        return heard;
    }

    /// <summary>The two halves of the ear at the same time; each takes about as long as the other.</summary>
    private static (Onsets Onsets, Strokes Strokes, float[] Voice, Harmonies Harmonies, Notes Notes) Hear(
        float[] mono, Level level, Action<double> report, CancellationToken stop)
    {
        var heard = (Onsets: default(Onsets)!, Strokes: default(Strokes)!, Voice: default(float[])!, Harmonies: default(Harmonies)!, Notes: default(Notes)!);
        var told = new Lock();
        var (rhythm, harmony) = (0.0, 0.0);
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = stop },
            () =>
            {
                heard.Onsets = OnsetStrength.Compute(mono, level, share => Tell(ref rhythm, share), stop);
                heard.Strokes = Strokes.Compute(mono, level, stop);
                heard.Voice = Singing.Compute(mono, level, stop);
            },
            () =>
            {
                heard.Harmonies = Chroma.Compute(mono, level, share => Tell(ref harmony, share), stop);
                heard.Notes = NoteStrengths.Compute(mono, level, heard.Harmonies.TuningCents, stop);
            });
        return heard;

        void Tell(ref double half, double share)
        {
            lock (told)
            {
                half = share;
                report((rhythm + harmony) / 2);
            }
        }
    }

    private static Heard Assemble(double duration, Onsets onsets, Beats beats, BarLines bars, Strokes strokes, float[] voice, Notes notes)
    {
        var energy = new Energy(onsets);
        var features = BarFeatures.Describe([.. bars.Downbeats.Select(line => beats.Seconds[line])], duration, onsets, notes, energy);
        var stretches = Structure.Cut(features);
        double[] energies = [.. stretches.Select(stretch => energy.Between(features.Edges[stretch.FirstBar], features.Edges[stretch.EndBar]))];
        var sections = SectionNames.Name(features, stretches, Structure.Group(features, stretches, energies), energies);
        var chords = Chords.Find(notes, beats.Seconds, bars.Downbeats, duration);
        var key = Key.Find(notes, chords);
        var traits = Traits.Of(onsets, beats, key);
        var curves = Curves.Of(energy, strokes, voice);
        return new(
            duration,
            beats.TempoBpm,
            beats.Confidence,
            beats.Seconds,
            bars.Downbeats,
            bars.BeatsPerBar,
            bars.Confidence,
            key,
            curves.PerBeat(beats.Seconds, duration).Energy,
            sections,
            Mood.Of(traits),
            GenreEstimate.Of(traits),
            TempoStretches.Find(beats.Seconds),
            [.. chords.Where(chord => key.Tonic.Length > 0 && chord.Confidence >= Chords.Clear)],
            curves,
            Hits.Pick(strokes),
            Singing.Spans(voice, curves.Energy, duration));
    }
}

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
    public static Heard Listen(ReadOnlySpan<float> mono, BeatActivations? networks, Action<string, double>? report, CancellationToken stop)
    {
        var duration = (double)mono.Length / Level.SampleRate;
        var level = Level.Measure(mono);
        if (level.IsSilent)
        {
            report?.Invoke("Finding the parts", 1);
            return Heard.Nothing(duration);
        }

        var onsets = OnsetStrength.Compute(mono, level, share => report?.Invoke("Hearing the rhythm", 0.4 * share), stop);
        var harmonies = Chroma.Compute(mono, level, share => report?.Invoke("Hearing the harmony", 0.4 + (0.3 * share)), stop);
        report?.Invoke("Finding the beats", 0.7);
        var beats = BeatGrid.Find(onsets, harmonies, networks, duration, stop);
        var bars = Bars.Find(beats.Seconds, onsets, harmonies, networks);
        report?.Invoke("Finding the parts", 0.9);
        stop.ThrowIfCancellationRequested();
        var heard = Assemble(duration, onsets, harmonies, beats, bars);
        report?.Invoke("Finding the parts", 1);
        return heard;
    }

    private static Heard Assemble(double duration, Onsets onsets, Harmonies harmonies, Beats beats, BarLines bars)
    {
        var energy = new Energy(onsets);
        var features = BarFeatures.Describe([.. bars.Downbeats.Select(line => beats.Seconds[line])], duration, onsets, harmonies, energy);
        var stretches = Structure.Cut(features);
        double[] energies = [.. stretches.Select(stretch => energy.Between(features.Edges[stretch.FirstBar], features.Edges[stretch.EndBar]))];
        var sections = SectionNames.Name(features, stretches, Structure.Group(features, stretches, energies), energies);
        var key = Key.Find(harmonies);
        var traits = Traits.Of(onsets, beats, key);
        return new(
            duration,
            beats.TempoBpm,
            beats.Confidence,
            beats.Seconds,
            bars.Downbeats,
            bars.BeatsPerBar,
            bars.Confidence,
            key,
            energy.PerBeat(beats.Seconds, duration),
            sections,
            Mood.Of(traits),
            GenreEstimate.Of(traits));
    }
}

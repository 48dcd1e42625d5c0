namespace Downbeat.Features.Analysis.Dsp;

/// <summary>The beats of a song.</summary>
/// <param name="Seconds">Times, strictly rising, inside the song; empty when there is no beat.</param>
/// <param name="TempoBpm">Tempo by straight-line fit; 0 when there is no beat.</param>
/// <param name="Confidence">How far to trust the tempo, 0 to 1.</param>
internal sealed record Beats(double[] Seconds, double TempoBpm, double Confidence)
{
    /// <summary>No beat.</summary>
    public static Beats None { get; } = new([], 0, 0);
}

/// <summary>
/// From onsets and harmony to beats: a first tracking learns how steady the song is, a second one holds on to that, the metrical level is settled, the beats
/// move onto the onsets that they mean, and stretches without a pulse lose theirs.
/// </summary>
internal static class BeatGrid
{
    private const double HarmonySpanSeconds = 0.25;
    private const float HarmonyWeight = 0.5f;
    private const float NetworkWeight = 0.7f;
    private const double LoosestTolerance = 0.09;
    private const double TightestTolerance = 0.008;
    private const int FitBeats = 16;
    private const int FewestBeats = 6;
    private const double ChanceClarity = 0.4;
    private const double EvenClarity = 0.2;
    private const double ClaritySpread = 0.03;

    /// <summary>Finds the beats.</summary>
    /// <param name="onsets">Onset strength.</param>
    /// <param name="harmonies">Pitch-class profiles.</param>
    /// <param name="networks">What beat networks heard, or null.</param>
    /// <param name="fromSeconds">Where the sound begins.</param>
    /// <param name="toSeconds">Where it ends.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static Beats Find(Onsets onsets, Harmonies harmonies, BeatActivations? networks, double fromSeconds, double toSeconds, CancellationToken stop)
    {
        // Better no tempo than one that is more likely wrong than right. Chance alone repeats itself somewhere, the more so the less there is to hear; and networks, who
        // learnt from music only, find a pulse in noise too.
        var path = Tempo.Find(onsets.All, []);
        if (path.Clarity < EvenClarity + (ChanceClarity / Math.Max(1, path.Bpm.Length)))
        {
            return Beats.None;
        }

        path = networks is null ? path : Tempo.Find(onsets.All, NetworkEvidence.Pulse(networks, onsets.Count));
        var pulses = Pulses(path, onsets, harmonies, networks, stop);
        var (level, certainty) = MetricalLevel.Choose([.. pulses.Select(pulse => Inside(pulse.Beats, fromSeconds, toSeconds))], onsets, harmonies, networks);
        if (level.Length < FewestBeats)
        {
            return Beats.None;
        }

        var steady = pulses.All(pulse => pulse.IsSteady);
        var beats = Placement.Settle(level, steady, onsets, fromSeconds, toSeconds);
        beats = Silence.Leave(beats, steady, path, onsets);
        return beats.Length < FewestBeats ? Beats.None : new(beats, TempoOf(beats), Confidence(path, certainty));
    }

    /// <summary>
    /// Tempo in beats a minute: the slope of a straight line through the beats against their number, counted through pauses; or of the middle interval where
    /// no line fits.
    /// </summary>
    /// <param name="beats">At least two times in seconds, rising.</param>
    public static double TempoOf(IReadOnlyList<double> beats)
    {
        var middle = Line.Median(beats.Zip(beats.Skip(1), (a, b) => b - a));
        var numbers = new double[beats.Count];
        for (var n = 1; n < numbers.Length; n++)
        {
            numbers[n] = numbers[n - 1] + Math.Max(1, Math.Round((beats[n] - beats[n - 1]) / middle));
        }

        var (number, time) = (numbers.Average(), beats.Average());
        var period = numbers.Zip(beats, (x, y) => (x - number) * (y - time)).Sum() / numbers.Sum(x => (x - number) * (x - number));
        var stray = Math.Sqrt(numbers.Zip(beats, (x, y) => Math.Pow(y - time - ((x - number) * period), 2)).Average());
        return 60 / (stray < 0.2 * period ? period : middle);
    }

    /// <summary>
    /// Probability that the tempo is right: that there is a pulse (logistic in its clarity; where it is below 0.15 tempi of real pieces were wrong, above 0.25
    /// right) times that its level and phase are the ones meant (what the log-linear model gives, which is a probability by construction).
    /// </summary>
    private static double Confidence(TempoPath path, double certainty) => certainty / (1 + Math.Exp((EvenClarity - path.Clarity) / ClaritySpread));

    /// <summary>The pulses that trackers follow, and whether they keep one tempo: one from the sound alone and, where networks spoke, one that heeds them too.</summary>
    public static (double[] Beats, bool IsSteady)[] Pulses(TempoPath path, Onsets onsets, Harmonies harmonies, BeatActivations? networks, CancellationToken stop) =>
        [.. Rewards(onsets, harmonies, networks).Select(reward => Follow(reward, path, stop))];

    /// <summary>Tracks a pulse, learns how steady it is, and tracks once more, holding on to that.</summary>
    private static (double[] Beats, bool IsSteady) Follow(float[] reward, TempoPath path, CancellationToken stop)
    {
        var first = Seconds(BeatTracker.Track(reward, path, LoosestTolerance, stop));
        var (learnt, tolerance) = Learn(first, path);
        return (Seconds(BeatTracker.Track(reward, learnt, tolerance, stop)), tolerance <= TightestTolerance);
    }

    /// <summary>
    /// What a beat at each frame is worth: onset strength and harmonic change, each without its local mean and by its own spread. Where networks spoke, a
    /// second series takes them in; they are sometimes sure of the off-beat, so that neither replaces the other.
    /// </summary>
    private static IEnumerable<float[]> Rewards(Onsets onsets, Harmonies harmonies, BeatActivations? networks)
    {
        var rise = Standardise(Smoothing.Gaussian(onsets.All, 2));
        var change = Standardise(HarmonicChange.PerFrame(harmonies, onsets.Count, HarmonySpanSeconds));
        float[] heard = [.. rise.Zip(change, (a, b) => a + (HarmonyWeight * b))];
        return networks is null ? [heard] : [heard, [.. heard.Zip(NetworkEvidence.Reward(networks, heard.Length), (a, b) => a + (NetworkWeight * b))]];
    }

    private static float[] Standardise(float[] series)
    {
        var around = Smoothing.MovingMean(series, (int)(2 * Onsets.FramesPerSecond));
        var spread = Math.Sqrt(series.Select((value, n) => Math.Pow(value - around[n], 2)).DefaultIfEmpty(0).Average());
        return [.. series.Select((value, n) => spread > 1e-6 ? (float)Math.Clamp((value - around[n]) / spread, -1, 4) : 0)];
    }

    /// <summary>Beats of the sound itself: what the silence around it says of them is nothing.</summary>
    private static double[] Inside(double[] beats, double fromSeconds, double toSeconds) => [.. beats.Where(beat => beat >= fromSeconds && beat < toSeconds)];

    private static double[] Seconds(int[] frames) => [.. frames.Select(frame => frame / Onsets.FramesPerSecond)];

    /// <summary>The tempo from the beats themselves, and how far it strays over sixteen beats: steady songs are then held to it.</summary>
    private static (TempoPath Path, double Tolerance) Learn(double[] beats, TempoPath path)
    {
        if (beats.Length <= FitBeats)
        {
            return (path, LoosestTolerance);
        }

        var (middle, spread) = Periods(beats, FitBeats);
        // A tempo that sways and comes back looks steady over its own swing; over few beats it does not.
        var steady = spread < TightestTolerance && Periods(beats, FitBeats / 4).Spread < 3 * TightestTolerance;
        return steady
            ? (path with { Bpm = [.. path.Bpm.Select(_ => 60 / middle)] }, TightestTolerance)
            : (path, Math.Clamp(2 * spread, 2 * TightestTolerance, LoosestTolerance));
    }

    private static (double Middle, double Spread) Periods(double[] beats, int span)
    {
        double[] periods = [.. Enumerable.Range(0, beats.Length - span).Select(n => (beats[n + span] - beats[n]) / span)];
        var middle = Line.Median(periods);
        return (middle, 1.48 * Line.Median(periods.Select(period => Math.Abs(Math.Log(period / middle)))));
    }
}

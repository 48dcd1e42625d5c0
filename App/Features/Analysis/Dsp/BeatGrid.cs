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
/// From onsets and harmony to beats: a first tracking learns how steady the song is, a second one holds on to that, and a last look settles the half beat.
/// </summary>
internal static class BeatGrid
{
    private const double HarmonySpanSeconds = 0.25;
    private const float HarmonyWeight = 0.5f;
    private const float NetworkWeight = 1;
    private const double LoosestTolerance = 0.09;
    private const double TightestTolerance = 0.008;
    private const int FitBeats = 16;
    private const int SteadyReach = 8;
    private const int FewestBeats = 4;
    private const double LeastClarity = 0.05;
    private const double ChanceClarity = 0.4;
    private const double TypicalClarity = 0.2;
    private const double AudibleShare = 1e-5;

    /// <summary>Finds the beats.</summary>
    /// <param name="onsets">Onset strength.</param>
    /// <param name="harmonies">Pitch-class profiles.</param>
    /// <param name="networks">What beat networks heard, or null.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static Beats Find(Onsets onsets, Harmonies harmonies, BeatActivations? networks, CancellationToken stop)
    {
        var path = Tempo.Find(onsets.All, networks is null ? [] : NetworkEvidence.Pulse(networks, onsets.Count));
        // Chance alone repeats itself somewhere, the more so the less there is to hear.
        if (path.Bpm.Length == 0 || path.Clarity < LeastClarity + (ChanceClarity / path.Bpm.Length))
        {
            return Beats.None;
        }

        var reward = Reward(onsets, harmonies, networks);
        var first = Seconds(BeatTracker.Track(reward, path, LoosestTolerance, stop));
        var (learnt, tolerance) = Learn(first, path);
        var beats = Seconds(BeatTracker.Track(reward, learnt, tolerance, stop));
        if (tolerance <= TightestTolerance)
        {
            beats = Straighten(beats);
        }

        beats = Audible(new Accents(onsets, harmonies).Settle(beats), onsets);
        var confidence = 1 - Math.Exp(-Math.Pow((path.Clarity - (LeastClarity / 2)) / TypicalClarity, 1.5));
        return beats.Length < FewestBeats ? Beats.None : new(beats, TempoOf(beats), confidence);
    }

    /// <summary>Tempo in beats a minute: the slope of a straight line through the beats, or of the middle interval where no line fits.</summary>
    /// <param name="beats">At least two times in seconds, rising.</param>
    public static double TempoOf(IReadOnlyList<double> beats)
    {
        var (start, period) = Line.Fit(beats, 0, beats.Count - 1);
        var stray = Math.Sqrt(beats.Select((beat, n) => Math.Pow(beat - start - (n * period), 2)).Average());
        var middle = Line.Median(beats.Zip(beats.Skip(1), (a, b) => b - a));
        return 60 / (stray < 0.2 * period ? period : middle);
    }

    /// <summary>
    /// What a beat at each frame is worth: onset strength and harmonic change, each without its local mean and by its own spread, and what networks say.
    /// </summary>
    private static float[] Reward(Onsets onsets, Harmonies harmonies, BeatActivations? networks)
    {
        var rise = Standardise(Smoothing.Gaussian(onsets.All, 2));
        var change = Standardise(HarmonicChange.PerFrame(harmonies, onsets.Count, HarmonySpanSeconds));
        for (var frame = 0; frame < rise.Length; frame++)
        {
            rise[frame] += HarmonyWeight * change[frame];
        }

        if (networks is not null)
        {
            var said = NetworkEvidence.Reward(networks, rise.Length);
            for (var frame = 0; frame < rise.Length; frame++)
            {
                rise[frame] += NetworkWeight * said[frame];
            }
        }

        return rise;
    }

    private static float[] Standardise(float[] series)
    {
        var around = Smoothing.MovingMean(series, (int)(2 * Onsets.FramesPerSecond));
        var spread = Math.Sqrt(series.Select((value, n) => Math.Pow(value - around[n], 2)).DefaultIfEmpty(0).Average());
        return [.. series.Select((value, n) => spread > 1e-6 ? (float)Math.Clamp((value - around[n]) / spread, -1, 4) : 0)];
    }

    private static double[] Seconds(int[] frames) => [.. frames.Select(frame => frame / Onsets.FramesPerSecond)];

    /// <summary>The tempo from the beats themselves, and how far it strays: steady songs are then held to it.</summary>
    private static (TempoPath Path, double Tolerance) Learn(double[] beats, TempoPath path)
    {
        if (beats.Length <= FitBeats)
        {
            return (path, LoosestTolerance);
        }

        double[] periods = [.. Enumerable.Range(0, beats.Length - FitBeats).Select(n => (beats[n + FitBeats] - beats[n]) / FitBeats)];
        var middle = Line.Median(periods);
        var spread = 1.48 * Line.Median(periods.Select(period => Math.Abs(Math.Log(period / middle))));
        return spread < TightestTolerance
            ? (path with { Bpm = [.. path.Bpm.Select(_ => 60 / middle)] }, TightestTolerance)
            : (path, Math.Min(LoosestTolerance, 2 * spread));
    }

    /// <summary>In a steady song the grid is smoother than any one onset: each beat moves onto the line through its neighbours.</summary>
    private static double[] Straighten(double[] beats)
    {
        var straight = new double[beats.Length];
        for (var n = 0; n < beats.Length; n++)
        {
            var (from, to) = (Math.Max(0, n - SteadyReach), Math.Min(beats.Length - 1, n + SteadyReach));
            var (start, period) = Line.Fit(beats, from, to);
            straight[n] = Math.Max(0, start + ((n - from) * period));
        }

        return straight;
    }

    /// <summary>Without the beats that were counted into the silence before and after the music.</summary>
    private static double[] Audible(double[] beats, Onsets onsets)
    {
        var floor = AudibleShare * Smoothing.Quantile(onsets.Loudness, 0.95);
        var first = Array.FindIndex(onsets.Loudness, power => power > floor) / Onsets.RowsPerSecond;
        var last = (Array.FindLastIndex(onsets.Loudness, power => power > floor) + 1) / Onsets.RowsPerSecond;
        const double grace = 0.07;
        return [.. beats.Where(beat => beat >= first - grace && beat <= last + grace)];
    }
}

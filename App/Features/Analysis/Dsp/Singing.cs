using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>A stretch of time in which somebody seems to sing or speak.</summary>
/// <param name="StartSeconds">Where it begins.</param>
/// <param name="EndSeconds">Where it ends.</param>
internal readonly record struct VoiceSpan(double StartSeconds, double EndSeconds);

/// <summary>
/// Where somebody sings, by how partials move: those of a voice glide and tremble together by fractions of a semitone from one moment to the next, those of most instruments stand
/// still (the idea of the fluctogram: Lehner, Widmer and Sonnleitner, "On the reduction of false positives in singing voice detection", ICASSP 2014). The peaks of noise dance too, but none
/// of them stands out: without partials there is no voice.
/// </summary>
internal sealed class Singing
{
    /// <summary>Samples in a block.</summary>
    public const int WindowSamples = 2048;

    /// <summary>So much of the sound of a voice stands out as partials, at least.</summary>
    public const double HarmonicShare = 0.05;

    private const double LowestHz = 200;
    private const double HighestHz = 3500;
    private const double StillCents = 6;
    private const double FurthestCents = 70;
    private const float Faintest = 0.1f;
    private const double AroundSeconds = 0.5;
    private const int AroundBins = 24;
    private const float OutstandingOverMean = 3;
    private const double ClearShare = 0.5;
    private const double LeastRange = 0.3;
    private const double LeastVoice = 0.3;
    private const float Sounding = 0.1f;
    private const double ShortestSeconds = 0.6;
    private const double LongestPauseSeconds = 0.6;

    private readonly RealFft fft = new(WindowSamples);
    private readonly float[] block = new float[WindowSamples];
    private readonly float[] power = new float[(WindowSamples / 2) + 1];
    private readonly float[] magnitude = new float[(WindowSamples / 2) + 1];
    private List<(double Cents, float Strength)> before = [];
    private List<(double Cents, float Strength)> now = [];

    /// <summary>What the samples of a block are multiplied by.</summary>
    public static float[] Window { get; } = WindowFunctions.Hann(WindowSamples);

    /// <summary>Listens to a whole recording.</summary>
    /// <param name="mono">Samples at <see cref="Level.SampleRate"/>.</param>
    /// <param name="level">Its measured level.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns>One value per step of <see cref="Curves.PerSecond"/>, 0 (no voice) to 1.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static float[] Compute(ReadOnlySpan<float> mono, Level level, CancellationToken stop)
    {
        var singing = new Singing();
        var count = (mono.Length / Curves.HopSamples) + 1;
        var (moved, strength, harmonic) = (new float[count], new float[count], new float[count]);
        for (var n = 0; n < count; n++)
        {
            if (n % 512 == 0)
            {
                stop.ThrowIfCancellationRequested();
            }

            level.Cut(mono, n * Curves.HopSamples, Window, singing.block);
            (moved[n], strength[n], harmonic[n]) = singing.Hear(singing.block);
        }

        var width = (int)(AroundSeconds * Curves.PerSecond);
        var (movedAround, strengthAround, harmonicAround) = (Smoothing.MovingMean(moved, width), Smoothing.MovingMean(strength, width), Smoothing.MovingMean(harmonic, width));
        var loud = Math.Max(1e-6, Smoothing.Quantile(strengthAround, 0.95));
        return [.. movedAround.Select((value, n) => strengthAround[n] > 0.02 * loud
            ? (float)(Math.Min(1, value / strengthAround[n] / ClearShare) * Math.Min(1, Math.Sqrt(strengthAround[n] / loud)) * Math.Min(1, harmonicAround[n] / HarmonicShare))
            : 0)];
    }

    /// <summary>
    /// Stretches with a voice: where its curve lies in the upper half of its own range, at least 0.6 s long, pauses of less not counted. Where the curve hardly varies somebody sings all
    /// the time or never, by its height.
    /// </summary>
    /// <param name="voice">What <see cref="Compute"/> gives.</param>
    /// <param name="energy">Loudness, as many values, 0 to 1.</param>
    /// <param name="durationSeconds">Length of the song.</param>
    public static VoiceSpan[] Spans(float[] voice, float[] energy, double durationSeconds)
    {
        var (low, high) = (Smoothing.Quantile(voice, 0.1), Smoothing.Quantile(voice, 0.9));
        var least = high - low >= LeastRange ? (low + high) / 2 : LeastVoice;
        var spans = new List<VoiceSpan>();
        for (var n = 0; n < voice.Length; n++)
        {
            if (energy[n] < Sounding || voice[n] < least)
            {
                continue;
            }

            var (start, end) = (n / Curves.PerSecond, Math.Min(durationSeconds, (n + 1) / Curves.PerSecond));
            if (spans.Count > 0 && start - spans[^1].EndSeconds < LongestPauseSeconds)
            {
                spans[^1] = spans[^1] with { EndSeconds = end };
            }
            else
            {
                spans.Add(new(start, end));
            }
        }

        return [.. spans.Where(span => span.EndSeconds - span.StartSeconds >= ShortestSeconds)];
    }

    /// <summary>Listens to one block after another.</summary>
    /// <param name="samples"><see cref="WindowSamples"/> samples at about the working level, times the <see cref="Window"/>, <see cref="Curves.HopSamples"/> after the block before.</param>
    /// <returns>Strength of the partials that moved as a voice moves them since the block before, of all, and how much of the sound stands out as partials, 0 to 1.</returns>
    public (float Moved, float All, float Harmonic) Hear(ReadOnlySpan<float> samples)
    {
        var outstanding = Read(samples);
        var (moved, all) = Movement();
        return (moved, all, (float)outstanding);
    }

    private double Read(ReadOnlySpan<float> samples)
    {
        fft.Power(samples, power);
        Vectors.SquareRoots(power, magnitude);
        (before, now) = (now, before);
        now.Clear();
        var (first, last) = ((int)(LowestHz * WindowSamples / Level.SampleRate), (int)(HighestHz * WindowSamples / Level.SampleRate));
        var around = Vectors.Sum(magnitude.AsSpan(0, first + AroundBins));
        var standing = 0f;
        for (var bin = first; bin < last; bin++)
        {
            // The sum of the bins around moves along with the bin.
            around += magnitude[bin + AroundBins] - (bin > AroundBins ? magnitude[bin - AroundBins - 1] : 0);
            if (magnitude[bin] > Faintest && magnitude[bin] > magnitude[bin - 1] && magnitude[bin] >= magnitude[bin + 1])
            {
                now.Add((Cents(bin), magnitude[bin]));
                standing += magnitude[bin] * ((2 * AroundBins) + 1) > OutstandingOverMean * around ? magnitude[bin] : 0;
            }
        }

        return standing / (Vectors.Sum(magnitude.AsSpan(first, last - first)) + 1);
    }

    /// <summary>Strength of the partials that moved as a voice moves them, and of all.</summary>
    private (float Moved, float All) Movement()
    {
        float moved = 0, all = 0;
        var at = 0;
        foreach (var (cents, strength) in now)
        {
            all += strength;
            while (at + 1 < before.Count && Math.Abs(before[at + 1].Cents - cents) <= Math.Abs(before[at].Cents - cents))
            {
                at++;
            }

            var shift = at < before.Count ? Math.Abs(before[at].Cents - cents) : double.PositiveInfinity;
            moved += shift is > StillCents and < FurthestCents ? strength : 0;
        }

        return (moved, all);
    }

    private double Cents(int bin)
    {
        var (left, here, right) = (Math.Log(magnitude[bin - 1] + 1e-9), Math.Log(magnitude[bin] + 1e-9), Math.Log(magnitude[bin + 1] + 1e-9));
        var curve = left - (2 * here) + right;
        var shift = curve < -1e-9 ? Math.Clamp(0.5 * (left - right) / curve, -0.5, 0.5) : 0;
        return 1200 * Math.Log2(bin + shift);
    }
}

using Downbeat.Features.Analysis;
using Downbeat.Signals;
using Downbeat.Timing;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>
/// A stretch of a song as drawings hear it: strokes and beats from what was heard in the song, or in its stems where those are in use; bands and wave from the sound itself.
/// </summary>
internal sealed class Pulse
{
    /// <summary>Bands between 40 Hz and 10 kHz.</summary>
    public const int BandCount = 32;

    /// <summary>Values of a wave.</summary>
    public const int WaveCount = 512;

    /// <summary>Samples in a second of the sound that it wants.</summary>
    public const int SampleRate = 22_050;

    /// <summary>How much of the song before the clip is heard too.</summary>
    public const double LeadSeconds = 2;

    private const int WindowSamples = 2048;
    private const double LowestHertz = 40;
    private const double HighestHertz = 10_000;

    private const double LoudShare = 0.98;
    private const double QuietShare = 0.2;
    // As the transform counts: a sine 50 dB below full scale.
    private const float SilentDecibels = 10;
    private const float AudibleDecibels = 45;
    private const float LeastRangeDecibels = 10;
    private const float MostRangeDecibels = 36;

    // Light answers at most three times a second, as flashing must be no faster to be safe for everybody (WCAG 2.3.1).
    private const double LeastGapSeconds = 0.335;
    // A picture is seen for a thirtieth of a second: what falls into its first half belongs to it, so that light and cut come in the same picture.
    private const double AheadSeconds = 1 / 60.0;
    private const double StrokeFallSeconds = 0.16;
    private const double RememberedSeconds = 4;

    private readonly SongAnalysis analysis;
    private readonly double start;
    private readonly double length;
    private readonly float pace;
    private readonly float[] sound;
    private readonly float[] loudness;
    private readonly float[][] spectra;
    private readonly float peak;
    private readonly (double Seconds, float Strength)[] strokes;
    private readonly float[] flow;

    /// <summary>Listens.</summary>
    /// <param name="analysis">What is known of the song.</param>
    /// <param name="sound">The song at <see cref="SampleRate"/>, one channel, from <see cref="LeadSeconds"/> before the stretch to its end; zeros where the song has not begun.</param>
    /// <param name="start">Where the stretch begins, in seconds.</param>
    /// <param name="length">Its length in seconds.</param>
    /// <param name="pace">How fast pictures flow; 1 is usual.</param>
    public Pulse(SongAnalysis analysis, float[] sound, double start, double length, float pace)
    {
        (this.analysis, this.sound, this.start, this.length, this.pace) = (analysis, sound, start, length, pace);
        spectra = Spectra(sound);
        loudness = [.. spectra.Select(bands => MathF.Sqrt(Vectors.Sum([.. bands.Select(band => band * band)]) / BandCount))];
        peak = Math.Max(0.02f, sound.Length == 0 ? 0 : sound.Max(MathF.Abs));
        strokes = [.. Strokes()];
        flow = Flow();
    }

    /// <summary>What is heard at a time.</summary>
    /// <param name="seconds">Since the stretch began, from −<see cref="LeadSeconds"/>.</param>
    public Moment At(double seconds)
    {
        var song = start + seconds;
        var struck = song + AheadSeconds;
        var level = LevelAt(seconds);
        return new()
        {
            Seconds = (float)seconds,
            Flow = FlowAt(seconds),
            Part = (float)Math.Clamp(seconds / length, 0, 1),
            Energy = (float)AtBeats(analysis.Energy, song, level),
            Level = level,
            Hit = Envelope(strokes, struck, StrokeFallSeconds),
            Snare = Envelope(analysis.Hits.Snare, analysis.Curves.Snare, struck, 0.14),
            Hats = Envelope(analysis.Hits.Hats, analysis.Curves.Hats, struck, 0.07),
            Bass = Math.Max(Envelope(analysis.Hits.Bass, analysis.Curves.Bass, struck, 0.25), 0.8f * BandsAt(seconds)[2]),
            Voice = (float)(analysis.StemEnergy.FirstOrDefault(stem => stem.Name == "vocals") is { } voice ? AtBeats(voice.Energy, song, 0) : AtBeats(analysis.Curves.Voice, song, 0)),
            Beats = (float)PlaceIn(analysis.Beats, song, 0.5),
            Bars = (float)PlaceIn(analysis.Downbeats, song, 2),
            Strokes = [.. strokes
                .Select((stroke, number) => new Stroke(number, (float)(struck - stroke.Seconds), stroke.Strength))
                .Where(stroke => stroke.Age >= 0 && stroke.Age < RememberedSeconds)
                .OrderBy(stroke => stroke.Age)],
            Bands = BandsAt(seconds),
            BandsAgo = ago => BandsAt(seconds - ago),
            Wave = WaveAt(seconds),
        };
    }

    private static float[][] Spectra(float[] sound)
    {
        var fft = new RealFft(WindowSamples);
        var window = WindowFunctions.Hann(WindowSamples);
        const int hop = SampleRate / 60;
        var (block, power) = (new float[WindowSamples], new float[fft.Bins]);
        var edges = Enumerable.Range(0, BandCount + 1).Select(band => LowestHertz * Math.Pow(HighestHertz / LowestHertz, band / (double)BandCount) * WindowSamples / SampleRate).ToArray();
        var frames = new float[(sound.Length / hop) + 1][];
        for (var frame = 0; frame < frames.Length; frame++)
        {
            for (var i = 0; i < WindowSamples; i++)
            {
                var at = (frame * hop) + i - (WindowSamples / 2);
                block[i] = at >= 0 && at < sound.Length ? sound[at] * window[i] : 0;
            }

            fft.Power(block, power);
            frames[frame] = [.. Enumerable.Range(0, BandCount).Select(band => Decibels(power, edges[band], edges[band + 1]))];
        }

        return Levelled(frames);
    }

    private static float Decibels(float[] power, double from, double to)
    {
        var (first, last) = ((int)from, Math.Max((int)from + 1, (int)to));
        return 10 * MathF.Log10(1e-9f + (Vectors.Sum(power.AsSpan(first, last - first)) / (last - first)));
    }

    /// <summary>
    /// Each band between its own quiet and loud moments, 0 to 1, so that high ones move as far as low ones and steady music moves too; nothing where the stretch as a whole is far below its loudest band.
    /// </summary>
    private static float[][] Levelled(float[][] frames)
    {
        var sorted = Enumerable.Range(0, BandCount).Select(band => frames.Select(frame => frame[band]).Order().ToArray()).ToArray();
        var most = Math.Max(SilentDecibels, sorted.Max(band => band[(int)(LoudShare * (band.Length - 1))]));
        var (tops, ranges) = (new float[BandCount], new float[BandCount]);
        for (var band = 0; band < BandCount; band++)
        {
            tops[band] = Math.Max(sorted[band][(int)(LoudShare * (frames.Length - 1))], most - AudibleDecibels);
            ranges[band] = Math.Clamp(tops[band] - sorted[band][(int)(QuietShare * (frames.Length - 1))], LeastRangeDecibels, MostRangeDecibels);
        }

        return [.. frames.Select(frame => frame.Select((value, band) => Math.Clamp(1 + ((value - tops[band]) / ranges[band]), 0, 1)).ToArray())];
    }

    private float[] BandsAt(double seconds) => spectra[FrameAt(seconds)];

    private float LevelAt(double seconds) => loudness[FrameAt(seconds)];

    private int FrameAt(double seconds) => Math.Clamp((int)Math.Round((seconds + LeadSeconds) * 60), 0, spectra.Length - 1);

    private ReadOnlyMemory<float> WaveAt(double seconds)
    {
        // Two sound samples for each value; from a rise through zero near by, so that the wave does not jump about.
        var wave = new float[WaveCount];
        var from = (int)((seconds + LeadSeconds) * SampleRate) - WaveCount;
        for (var shift = 0; shift < 256; shift++)
        {
            if (Sample(from + shift) < 0 && Sample(from + shift + 1) >= 0)
            {
                from += shift;
                break;
            }
        }

        for (var i = 0; i < WaveCount; i++)
        {
            wave[i] = Sample(from + (2 * i)) / peak;
        }

        return wave;
    }

    private float Sample(int at) => at >= 0 && at < sound.Length ? sound[at] : 0;

    /// <summary>Strokes of the bass drum; beats where there are none for a while; rises of the sound where there are no beats either. Never nearer to each other than is safe.</summary>
    private IEnumerable<(double Seconds, float Strength)> Strokes()
    {
        var from = start - LeadSeconds - RememberedSeconds;
        var to = start + length + 1;
        var kicks = analysis.Hits.Kick.Where(Within).Select(time => (Seconds: time, Strength: (float)Math.Clamp(0.35 + (0.65 * AtBeats(analysis.Curves.Kick, time, 1)), 0, 1)));
        var beats = analysis.Beats.Where(Within).Select(time => (Seconds: time, Strength: 0.3f + (0.35f * (float)AtBeats(analysis.Energy, time, 0.5))));
        var rises = analysis.Beats.Count > 0 ? [] : Rises();
        var last = double.NegativeInfinity;
        foreach (var stroke in Merge(kicks.ToList(), beats.Concat(rises)).OrderBy(stroke => stroke.Seconds))
        {
            if (stroke.Seconds - last >= LeastGapSeconds)
            {
                last = stroke.Seconds;
                yield return stroke;
            }
        }

        bool Within(double time) => time >= from && time <= to;
    }

    // A beat right beside a bass drum is that drum.
    private static IEnumerable<(double Seconds, float Strength)> Merge(List<(double Seconds, float Strength)> strong, IEnumerable<(double Seconds, float Strength)> weak) =>
        strong.Concat(weak.Where(stroke => strong.Count == 0 || Math.Abs(strong[BeatGrid.Nearest([.. strong.Select(other => other.Seconds)], stroke.Seconds)].Seconds - stroke.Seconds) > LeastGapSeconds));

    private IEnumerable<(double Seconds, float Strength)> Rises()
    {
        for (var frame = 3; frame < loudness.Length - 1; frame++)
        {
            var rise = loudness[frame] - loudness[frame - 3];
            if (rise > 0.12f && rise >= loudness[frame + 1] - loudness[frame - 2] && rise > loudness[frame - 1] - loudness[Math.Max(0, frame - 4)])
            {
                yield return (start - LeadSeconds + ((frame - 2) / 60.0), Math.Min(1, 0.3f + (2 * rise)));
            }
        }
    }

    /// <summary>Time that has flowed at each sixtieth of a second since the lead began.</summary>
    private float[] Flow()
    {
        var flowed = new float[(int)((length + LeadSeconds + 1) * 60) + 2];
        for (var step = 1; step < flowed.Length; step++)
        {
            var song = start - LeadSeconds + (step / 60.0);
            var energy = AtBeats(analysis.Energy, song, 0.5);
            flowed[step] = flowed[step - 1] + (float)(pace * (0.35 + (0.75 * energy) + (1.1 * Envelope(strokes, song, StrokeFallSeconds))) / 60);
        }

        return flowed;
    }

    private float FlowAt(double seconds)
    {
        var at = Math.Clamp((seconds + LeadSeconds) * 60, 0, flow.Length - 1.001);
        return (float)(flow[(int)at] + ((flow[(int)at + 1] - flow[(int)at]) * (at - (int)at)));
    }

    private static float Envelope((double Seconds, float Strength)[] strokes, double song, double fall)
    {
        float most = 0;
        foreach (var (seconds, strength) in strokes)
        {
            most = seconds > song ? most : Math.Max(most, strength * (float)Math.Exp(-(song - seconds) / fall));
        }

        return most;
    }

    private float Envelope(IReadOnlyList<double> times, IReadOnlyList<double> strengths, double song, double fall)
    {
        var last = times.Count == 0 ? -1 : BeatGrid.Nearest(times, song);
        last -= last >= 0 && times[last] > song ? 1 : 0;
        return last < 0 ? 0 : (float)(Math.Clamp(0.3 + (0.7 * AtBeats(strengths, times[last], 1)), 0, 1) * Math.Exp(-(song - times[last]) / fall));
    }

    /// <summary>A value that is known at each beat, between beats; what is given where there are none.</summary>
    private double AtBeats(IReadOnlyList<double> values, double song, double otherwise)
    {
        if (values.Count == 0 || values.Count != analysis.Beats.Count)
        {
            return otherwise;
        }

        var place = PlaceIn(analysis.Beats, song, 1);
        var below = (int)Math.Clamp(Math.Floor(place), 0, values.Count - 1);
        var above = Math.Min(below + 1, values.Count - 1);
        return values[below] + ((values[above] - values[below]) * Math.Clamp(place - below, 0, 1));
    }

    /// <summary>How many of the times have passed, less one, with the part of the way to the next.</summary>
    private static double PlaceIn(IReadOnlyList<double> times, double seconds, double stepSeconds)
    {
        if (times.Count < 2)
        {
            return seconds / stepSeconds;
        }

        if (seconds <= times[0])
        {
            return (seconds - times[0]) / (times[1] - times[0]);
        }

        if (seconds >= times[^1])
        {
            return times.Count - 1 + ((seconds - times[^1]) / (times[^1] - times[^2]));
        }

        var nearest = BeatGrid.Nearest(times, seconds);
        var before = times[nearest] <= seconds ? nearest : nearest - 1;
        return before + ((seconds - times[before]) / (times[before + 1] - times[before]));
    }
}

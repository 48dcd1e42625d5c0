using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// How a song moves, in even steps and without regard to its beats, so that a corrected grid gets values of its own without the song being decoded again. All series have the same
/// length and start at time 0; value n stands for the time from n / <see cref="PerSecond"/> to (n + 1) / <see cref="PerSecond"/>.
/// </summary>
/// <param name="Energy">Loudness against the song's own loud parts, 0 to 1, on the scale of <see cref="Dsp.Energy"/>.</param>
/// <param name="Kick">How strongly a bass drum strikes, 0 to 1.</param>
/// <param name="Snare">The same of the snare drum.</param>
/// <param name="Hats">The same of hi-hats and cymbals.</param>
/// <param name="Bass">How strongly a bass note begins, 0 to 1.</param>
/// <param name="Voice">Energy of the voice's band where the sound moves as a voice does, 0 to 1.</param>
internal sealed record Curves(float[] Energy, float[] Kick, float[] Snare, float[] Hats, float[] Bass, float[] Voice)
{
    /// <summary>Samples that one value covers.</summary>
    public const int HopSamples = 4 * Onsets.HopSamples;

    /// <summary>Values in a second (43.07).</summary>
    public const double PerSecond = (double)Level.SampleRate / HopSamples;

    private const byte Format = 1;
    private const int Series = 6;
    private const int HeaderBytes = 5;
    private const double OnBeatSeconds = 0.05;

    /// <summary>Of a sound with nothing in it.</summary>
    public static Curves None { get; } = new([], [], [], [], [], []);

    /// <summary>Brings all that was measured to the same steps and to 0..1.</summary>
    /// <param name="energy">Loudness of the song.</param>
    /// <param name="strokes">Strength of drums and bass; 1 is what the song's strong strokes have.</param>
    /// <param name="voice">The voice, one value per step, 0 to 1.</param>
    public static Curves Of(Energy energy, Strokes strokes, float[] voice)
    {
        var count = voice.Length;
        return new(
            [.. Enumerable.Range(0, count).Select(n => (float)energy.Between(n / PerSecond, (n + 1) / PerSecond))],
            Strongest(strokes.Kick, count),
            Strongest(strokes.Snare, count),
            Strongest(strokes.Hats, count),
            Strongest(strokes.Bass, count),
            voice);
    }

    /// <summary>Values in each series.</summary>
    public int Count => Energy.Length;

    /// <summary>
    /// One value per beat, for the time up to the next beat (for the last one, up to the end of the song): mean loudness and voice, strongest stroke. A stroke up to 50 ms early
    /// belongs to the beat that it announces.
    /// </summary>
    /// <param name="beats">Times in seconds, rising; may be empty.</param>
    /// <param name="durationSeconds">Length of the song.</param>
    public CurveAtBeats PerBeat(IReadOnlyList<double> beats, double durationSeconds)
    {
        return new(
            Each((from, to) => Loudness(Energy, from, to)),
            Each((from, to) => Strongest(Kick, from, to)),
            Each((from, to) => Strongest(Snare, from, to)),
            Each((from, to) => Strongest(Hats, from, to)),
            Each((from, to) => Strongest(Bass, from, to)),
            Each((from, to) => Mean(Voice, from, to)));

        double[] Each(Func<double, double, double> value) =>
            [.. beats.Select((beat, n) => Math.Round(value(beat, n + 1 < beats.Count ? beats[n + 1] : durationSeconds), 3))];
    }

    /// <summary>The same with what was heard of drums, bass and voice in stems in its place; what they do not say stays.</summary>
    public Curves With(StemFindings stems) => this with
    {
        Kick = Fitted(stems.Drums?.Kick.Curve, Kick),
        Snare = Fitted(stems.Drums?.Snare.Curve, Snare),
        Hats = Fitted(stems.Drums?.Hats.Curve, Hats),
        Bass = Fitted(stems.Bass?.Curve, Bass),
        Voice = Fitted(stems.Voice?.Curve, Voice),
    };

    /// <summary>The same curves in a longer recording; 0 where that is silent.</summary>
    /// <param name="startSeconds">Where in the recording they begin, to the nearest step; below 0 when it begins later than they do.</param>
    /// <param name="durationSeconds">Length of the recording.</param>
    public Curves Within(double startSeconds, double durationSeconds)
    {
        var count = (int)(durationSeconds * PerSecond) + 1;
        var first = (int)Math.Round(startSeconds * PerSecond);
        return new(Moved(Energy), Moved(Kick), Moved(Snare), Moved(Hats), Moved(Bass), Moved(Voice));

        float[] Moved(float[] series)
        {
            var moved = new float[count];
            var from = Math.Max(0, -first);
            var length = Math.Min(series.Length - from, count - (first + from));
            series.AsSpan(from, length).CopyTo(moved.AsSpan(first + from));
            return moved;
        }
    }

    /// <summary>Packs the series for storage: a format number, the length, one byte per value; 155 kB for ten minutes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderBytes + (Series * Count)];
        bytes[0] = Format;
        BitConverter.TryWriteBytes(bytes.AsSpan(1), Count);
        var at = HeaderBytes;
        foreach (var value in (IEnumerable<float>)[.. Energy, .. Kick, .. Snare, .. Hats, .. Bass, .. Voice])
        {
            bytes[at++] = (byte)Math.Round(255 * Math.Clamp(value, 0, 1));
        }

        return bytes;
    }

    /// <summary>Unpacks what <see cref="ToBytes"/> made; each value is within 1/510 of what it was.</summary>
    /// <exception cref="InvalidDataException">These are no curves of this format.</exception>
    public static Curves FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || bytes[0] != Format || BitConverter.ToInt32(bytes[1..]) is var count && bytes.Length != HeaderBytes + ((long)Series * count))
        {
            throw new InvalidDataException($"{bytes.Length} bytes are no curves of format {Format}.");
        }

        var series = new float[Series][];
        for (var n = 0; n < Series; n++)
        {
            series[n] = new float[count];
            var packed = bytes.Slice(HeaderBytes + (n * count), count);
            for (var k = 0; k < count; k++)
            {
                series[n][k] = packed[k] / 255f;
            }
        }

        return new(series[0], series[1], series[2], series[3], series[4], series[5]);
    }

    /// <summary>Strength of strokes in even steps, 0 to 1; 1 is what the song's strong strokes have.</summary>
    /// <param name="strength">One value for each frame of <see cref="Strokes"/>.</param>
    /// <param name="count">How many steps.</param>
    public static float[] Strongest(float[] strength, int count) => Strongest(strength, count, Strokes.Strong(strength));

    /// <summary>The same where it is known what strong strokes have.</summary>
    /// <param name="strength">One value for each frame of <see cref="Strokes"/>.</param>
    /// <param name="count">How many steps.</param>
    /// <param name="strong">What strong strokes have.</param>
    public static float[] Strongest(float[] strength, int count, float strong)
    {
        const int framesPerValue = HopSamples / Strokes.HopSamples;
        var curve = new float[count];
        for (var frame = 0; frame < strength.Length; frame++)
        {
            var n = Math.Min(frame / framesPerValue, count - 1);
            curve[n] = Math.Max(curve[n], Math.Min(1, strength[frame] / strong));
        }

        return curve;
    }

    // Two decoders may differ by a little at the end of a song.
    private static float[] Fitted(float[]? series, float[] known)
    {
        if (series is not null)
        {
            Array.Resize(ref series, known.Length);
        }

        return series ?? known;
    }

    private static ReadOnlySpan<float> Between(float[] series, double fromSeconds, double toSeconds)
    {
        if (series.Length == 0)
        {
            return [];
        }

        var from = Math.Clamp((int)Math.Round(fromSeconds * PerSecond), 0, series.Length - 1);
        return series.AsSpan(from, Math.Clamp((int)Math.Round(toSeconds * PerSecond), from + 1, series.Length) - from);
    }

    private static double Strongest(float[] series, double from, double to)
    {
        float strongest = 0;
        foreach (var value in Between(series, from - OnBeatSeconds, Math.Max(from, to - OnBeatSeconds)))
        {
            strongest = Math.Max(strongest, value);
        }

        return strongest;
    }

    private static double Mean(float[] series, double from, double to)
    {
        var values = Between(series, from, to);
        return values.IsEmpty ? 0 : Vectors.Sum(values) / values.Length;
    }

    /// <summary>Loudness of a stretch of time, 0 to 1: mean of powers, not of loudnesses, so that a short stroke in a silent second is loud.</summary>
    /// <param name="series">Loudness in steps of <see cref="PerSecond"/>, 0 to 1.</param>
    /// <param name="from">Seconds.</param>
    /// <param name="to">Seconds.</param>
    public static double Loudness(float[] series, double from, double to)
    {
        var values = Between(series, from, to);
        double power = 0;
        foreach (var value in values)
        {
            power += Math.Pow(value, 1 / Dsp.Energy.SoneExponent);
        }

        return values.IsEmpty ? 0 : Math.Pow(power / values.Length, Dsp.Energy.SoneExponent);
    }
}

/// <summary>The curves at each beat, every value 0 to 1; one value per beat in each series.</summary>
/// <param name="Energy">Mean loudness of the beat.</param>
/// <param name="Kick">Strongest stroke of the bass drum within the beat.</param>
/// <param name="Snare">Strongest stroke of the snare drum.</param>
/// <param name="Hats">Strongest stroke of hi-hats and cymbals.</param>
/// <param name="Bass">Strongest beginning of a bass note.</param>
/// <param name="Voice">Mean of the voice.</param>
internal sealed record CurveAtBeats(double[] Energy, double[] Kick, double[] Snare, double[] Hats, double[] Bass, double[] Voice);

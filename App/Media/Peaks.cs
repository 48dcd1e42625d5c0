using System.Buffers.Binary;
using System.Text.Json.Serialization;

namespace Downbeat.Media;

/// <summary>A drawing of sound: one lowest and one highest sample for each point, -1..1.</summary>
/// <param name="DurationSeconds">Length of the whole song in seconds.</param>
/// <param name="Min">Lowest sample of each point.</param>
/// <param name="Max">Highest sample of each point.</param>
internal sealed record Waveform([property: JsonPropertyName("duration")] double DurationSeconds, float[] Min, float[] Max);

/// <summary>
/// The lowest and the highest sample of every 256, from which a waveform of any width is drawn. Ten minutes are 51,680 pairs (207 KB), read through in well
/// under a millisecond, so coarser levels are not kept.
/// </summary>
internal sealed class Peaks
{
    /// <summary>Samples behind one pair.</summary>
    public const int SamplesPerPair = 256;

    private const uint Magic = 0x314B5044; // "DPK1"
    private const int HeaderBytes = 16;

    private readonly short[] _pairs;
    private readonly int _rateHz;
    private readonly int _samples;

    private Peaks(short[] pairs, int rateHz, int samples) => (_pairs, _rateHz, _samples) = (pairs, rateHz, samples);

    /// <summary>Length of the song in seconds.</summary>
    public double DurationSeconds => (double)_samples / _rateHz;

    /// <summary>Makes the peaks of mono samples; values beyond -1..1 are cut there. No samples give no pairs.</summary>
    public static Peaks Of(ReadOnlySpan<float> samples, int rateHz)
    {
        var maker = new Maker(rateHz);
        maker.Add(samples);
        return maker.Finish();
    }

    /// <summary>The waveform of the whole song.</summary>
    /// <param name="points">Number of points, at least 1.</param>
    public Waveform At(int points) => At(points, 0, DurationSeconds);

    /// <summary>The waveform of a part of the song; outside the song it is 0. A zoom finer than one pair repeats pairs.</summary>
    /// <param name="points">Number of points, at least 1.</param>
    /// <param name="startSeconds">Where the first point begins.</param>
    /// <param name="endSeconds">Where the last point ends; after <paramref name="startSeconds"/>.</param>
    public Waveform At(int points, double startSeconds, double endSeconds)
    {
        var (min, max) = (new float[points], new float[points]);
        double pairsPerSecond = (double)_rateHz / SamplesPerPair, step = (endSeconds - startSeconds) * pairsPerSecond / points;
        for (var i = 0; i < points; i++)
        {
            var from = (startSeconds * pairsPerSecond) + (i * step);
            (min[i], max[i]) = Extremes((int)Math.Floor(from), (int)Math.Ceiling(from + step));
        }

        return new(DurationSeconds, min, max);
    }

    /// <summary>Writes them: magic, version, rate, samples, pairs; little-endian.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderBytes + (_pairs.Length * sizeof(short))];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), _rateHz);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), _samples);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), SamplesPerPair);
        for (var i = 0; i < _pairs.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(HeaderBytes + (i * sizeof(short))), _pairs[i]);
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It did not write these.</exception>
    public static Peaks FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]) != SamplesPerPair
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]) is not (> 0 and var rateHz)
            || BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) is not (>= 0 and var samples)
            || (bytes.Length - HeaderBytes) / (2 * sizeof(short)) != (samples + SamplesPerPair - 1L) / SamplesPerPair)
        {
            throw new InvalidDataException("These bytes are no peaks; make them again from the song.");
        }

        var pairs = new short[(bytes.Length - HeaderBytes) / sizeof(short)];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(HeaderBytes + (i * sizeof(short)))..]);
        }

        return new(pairs, rateHz, samples);
    }

    /// <summary>Makes peaks of a sound that comes in pieces.</summary>
    /// <param name="rateHz">Sample rate.</param>
    public sealed class Maker(int rateHz)
    {
        private readonly List<short> pairs = [];
        private int samples;
        private float min = 1;
        private float max = -1;

        /// <summary>Adds samples; of several channels each sample's lowest and highest value count.</summary>
        /// <param name="channel">The next samples of a channel.</param>
        /// <param name="second">Those of another channel, as many; empty when there is none.</param>
        public void Add(ReadOnlySpan<float> channel, ReadOnlySpan<float> second = default)
        {
            for (var n = 0; n < channel.Length; n++)
            {
                var other = second.IsEmpty ? channel[n] : second[n];
                (min, max) = (Math.Min(min, Math.Min(channel[n], other)), Math.Max(max, Math.Max(channel[n], other)));
                if (++samples % SamplesPerPair == 0)
                {
                    EndPair();
                }
            }
        }

        /// <summary>The peaks of all that was added.</summary>
        public Peaks Finish()
        {
            if (samples % SamplesPerPair > 0)
            {
                EndPair();
            }

            return new([.. pairs], rateHz, samples);
        }

        private void EndPair()
        {
            pairs.Add(Quantised(min));
            pairs.Add(Quantised(max));
            (min, max) = (1, -1);
        }
    }

    private (float Min, float Max) Extremes(int from, int to)
    {
        from = Math.Max(from, 0);
        to = Math.Min(Math.Max(to, from + 1), _pairs.Length / 2);
        if (from >= to)
        {
            return (0, 0);
        }

        short min = short.MaxValue, max = short.MinValue;
        for (var i = from; i < to; i++)
        {
            min = Math.Min(min, _pairs[2 * i]);
            max = Math.Max(max, _pairs[(2 * i) + 1]);
        }

        return (Shown(min), Shown(max));
    }

    // Finer than any screen shows; more digits would only be bytes on their way.
    private static float Shown(short sample) => MathF.Round(sample / (float)short.MaxValue, 3);

    private static short Quantised(float sample) => (short)MathF.Round(Math.Clamp(sample, -1, 1) * short.MaxValue);
}

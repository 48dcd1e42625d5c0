using System.Runtime.InteropServices;
using Downbeat.Features.Analysis;
using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Features.Stems;

/// <summary>
/// Stems heard together as a mix says, sample by sample what the page plays: gain, silences with their fades, then a panorama as a StereoPannerNode of Web Audio makes it for stereo (Web Audio
/// API 1.1, 1.29), then the sum.
/// </summary>
internal static class Mixdown
{
    private const int StepFrames = StereoBlock.SampleRate;
    private const double FadeSeconds = 0.01;

    /// <summary>Highest sample of a mix without clipping; 0 for silence.</summary>
    public static float Peak(IReadOnlyList<(string Name, StemFile File)> stems, StemMix mix, CancellationToken stop)
    {
        var peak = 0f;
        foreach (var block in Blocks(stems, mix, stop))
        {
            peak = Math.Max(peak, Math.Max(Vectors.Highest(block.Left), Vectors.Highest(block.Right)));
        }

        return peak;
    }

    /// <summary>The mix as it goes to a coder: 32-bit floats, left and right in turn, times <paramref name="scale"/>. All blocks share their memory.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Bytes(IReadOnlyList<(string Name, StemFile File)> stems, StemMix mix, float scale, CancellationToken stop)
    {
        var frames = stems.Max(stem => stem.File.Frames);
        var samples = new float[2 * StepFrames];
        var bytes = new byte[samples.Length * sizeof(float)];
        foreach (var block in Blocks(stems, mix, stop))
        {
            var count = (int)Math.Min(StepFrames, frames);
            for (var n = 0; n < count; n++)
            {
                (samples[2 * n], samples[(2 * n) + 1]) = (block.Left[n] * scale, block.Right[n] * scale);
            }

            frames -= count;
            MemoryMarshal.AsBytes(samples.AsSpan(0, 2 * count)).CopyTo(bytes);
            yield return bytes.AsMemory(0, 2 * count * sizeof(float));
        }
    }

    /// <summary>The stems that are heard at all.</summary>
    public static IEnumerable<string> Audible(IReadOnlyList<string> names, StemMix mix)
    {
        var tracks = mix.Tracks.ToDictionary(track => track.Name);
        var isSolo = mix.Tracks.Any(track => track.Soloed);
        return names.Where(name => tracks.GetValueOrDefault(name) is var track && track is not { Muted: true } and not { GainDb: <= StemMixRules.SilentDb } && (!isSolo || track is { Soloed: true }));
    }

    /// <summary>How loud a stem is at a moment because of its silences: 1 outside, 0 inside, between them over a fade.</summary>
    /// <param name="silences">In order and apart.</param>
    /// <param name="seconds">Time in the song.</param>
    public static float Envelope(IReadOnlyList<SongSpan> silences, double seconds)
    {
        foreach (var silence in silences)
        {
            if (seconds >= silence.Start && seconds < silence.End)
            {
                var fade = Math.Min(FadeSeconds, (silence.End - silence.Start) / 2);
                return (float)Math.Max(0, Math.Max(1 - ((seconds - silence.Start) / fade), 1 - ((silence.End - seconds) / fade)));
            }
        }

        return 1;
    }

    private static IEnumerable<StereoBlock> Blocks(IReadOnlyList<(string Name, StemFile File)> stems, StemMix mix, CancellationToken stop)
    {
        var frames = stems.Max(stem => stem.File.Frames);
        var heard = Audible([.. stems.Select(stem => stem.Name)], mix).ToHashSet();
        var (sum, one) = (new StereoBlock(StepFrames), new StereoBlock(StepFrames));
        for (long start = 0; start < frames; start += StepFrames)
        {
            stop.ThrowIfCancellationRequested();
            sum.Left.AsSpan().Clear();
            sum.Right.AsSpan().Clear();
            foreach (var (name, file) in stems.Where(stem => heard.Contains(stem.Name)))
            {
                file.Read(start, one);
                Add(sum, one, start, mix.Tracks.FirstOrDefault(track => track.Name == name) ?? new(name));
            }

            yield return sum;
        }
    }

    private static void Add(StereoBlock sum, StereoBlock stem, long start, StemTrack track)
    {
        var gain = (float)Math.Pow(10, track.GainDb / 20);
        var (ll, lr, rl, rr) = Panorama(track.Pan);
        IReadOnlyList<SongSpan> silences = [.. track.Silences.Where(silence => Overlaps(silence, start))];
        for (var n = 0; n < StepFrames; n++)
        {
            var loud = silences.Count == 0 ? gain : gain * Envelope(silences, (double)(start + n) / StereoBlock.SampleRate);
            var (left, right) = (stem.Left[n] * loud, stem.Right[n] * loud);
            sum.Left[n] += (left * ll) + (right * rl);
            sum.Right[n] += (left * lr) + (right * rr);
        }
    }

    private static bool Overlaps(SongSpan silence, long start) =>
        silence.Start < (double)(start + StepFrames) / StereoBlock.SampleRate && silence.End > (double)start / StereoBlock.SampleRate;

    /// <summary>What of each side goes to each side.</summary>
    private static (float LeftToLeft, float LeftToRight, float RightToLeft, float RightToRight) Panorama(double pan)
    {
        var angle = (pan <= 0 ? pan + 1 : pan) * Math.PI / 2;
        var (cos, sin) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        return pan <= 0 ? (1, 0, cos, sin) : (cos, sin, 0, 1);
    }
}

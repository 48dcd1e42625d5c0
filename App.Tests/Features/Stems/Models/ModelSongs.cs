using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Features.Stems.Models;

/// <summary>Made-up songs and their parts, and how near two of them are.</summary>
internal static class ModelSongs
{
    /// <summary>Both channels by a function of frame and channel.</summary>
    public static StereoBlock Of(int frames, Func<int, int, double> sample)
    {
        var song = new StereoBlock(frames);
        for (var n = 0; n < frames; n++)
        {
            (song.Left[n], song.Right[n]) = ((float)sample(n, 0), (float)sample(n, 1));
        }

        return song;
    }

    /// <summary>Noise, other in each channel.</summary>
    public static StereoBlock Noise(int frames, double level, int seed = 1)
    {
        var random = new Random(seed);
        return Of(frames, (_, _) => level * ((2 * random.NextDouble()) - 1));
    }

    /// <summary>A sine; the right channel has half its level.</summary>
    public static StereoBlock Tone(int frames, double hertz, double level) =>
        Of(frames, (n, channel) => level / (1 + channel) * Math.Sin(2 * Math.PI * hertz * n / StereoBlock.SampleRate));

    /// <summary>Three chords' worth of steady harmonic tones.</summary>
    public static StereoBlock Tones(int frames, int seed)
    {
        var random = new Random(seed);
        var partials = Enumerable.Range(0, 3).Select(_ => 250 + (650 * random.NextDouble())).SelectMany(hertz => Enumerable.Range(1, 5).Select(n => (Hertz: n * hertz, Level: 0.05 / n))).ToArray();
        return Of(frames, (n, channel) => partials.Sum(partial => partial.Level * Math.Sin((2 * Math.PI * partial.Hertz * n / StereoBlock.SampleRate) + channel)));
    }

    /// <summary>Four bursts of noise a second that die away.</summary>
    public static StereoBlock Bursts(int frames, int seed)
    {
        var random = new Random(seed);
        return Of(frames, (n, _) => 0.4 * ((2 * random.NextDouble()) - 1) * Math.Exp(-((n + (1000 * seed)) % 11025) / 600.0));
    }

    public static StereoBlock Sum(params StereoBlock[] parts) => Of(parts[0].Frames, (n, channel) => parts.Sum(part => (double)part.Channels[channel][n]));

    public static StereoBlock Scaled(StereoBlock song, double gain) => Of(song.Frames, (n, channel) => gain * song.Channels[channel][n]);

    /// <summary>Signal-to-distortion ratio in dB over both channels: power of what should be there against that of the difference.</summary>
    public static double Sdr(StereoBlock truth, StereoBlock estimate)
    {
        var (signal, error) = (0.0, 1e-20);
        foreach (var (right, found) in truth.Channels.Zip(estimate.Channels))
        {
            for (var n = 0; n < right.Length; n++)
            {
                signal += (double)right[n] * right[n];
                error += ((double)right[n] - found[n]) * ((double)right[n] - found[n]);
            }
        }

        return 10 * Math.Log10(Math.Max(signal, 1e-20) / error);
    }
}

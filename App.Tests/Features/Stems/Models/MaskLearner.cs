using Downbeat.Signals;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Stems.Models;

/// <summary>A network of 82 weights that learns, by plain stochastic gradient descent, which bins belong to a steady sound from the five by five bins around each; and its file.</summary>
internal sealed class MaskLearner
{
    private const int Side = 5;
    private const int Hidden = 3;
    private const int Steps = 20_000;
    private const float Rate = 0.01f;
    private const float Floor = 0.01f;
    private readonly Random random = new(2);
    private readonly float[][] kernels = new float[Hidden][];
    private readonly float[] thresholds = new float[Hidden];
    private readonly float[] weights = new float[Hidden];
    private float threshold;

    public MaskLearner()
    {
        for (var unit = 0; unit < Hidden; unit++)
        {
            kernels[unit] = [.. Enumerable.Range(0, Side * Side).Select(_ => 0.1f * Normal())];
            weights[unit] = 0.5f * Normal();
        }
    }

    /// <summary>Learns from both parts of a mix: louder bins are seen more often.</summary>
    public void Learn(float[] steady, float[] short_)
    {
        float[] mix = [.. steady.Zip(short_, (a, b) => a + b)];
        var (s, d, m) = (Powers(steady), Powers(short_), Powers(mix));
        float[][] likelihoods = [.. m.Select(row => row.Select(power => MathF.Pow(power, 0.25f)).ToArray())];
        float[][] logs = [.. m.Select(row => row.Select(power => MathF.Log(MathF.Sqrt(power) + Floor)).ToArray())];
        var (frames, bins) = (m.Length, m[0].Length);
        for (var step = 0; step < Steps;)
        {
            var (frame, bin) = (random.Next(2, frames - 2), random.Next(2, bins - 2));
            if (random.NextSingle() * 6 < likelihoods[frame][bin])
            {
                Step(Around(logs, frame, bin), s[frame][bin] / (s[frame][bin] + d[frame][bin] + 1e-9f));
                step++;
            }
        }
    }

    /// <summary>The network as a file: input <c>x</c> and output <c>y</c> are [2, 1, 513, <paramref name="chunk"/>].</summary>
    public byte[] Network(int chunk)
    {
        var graph = new OnnxGraph();
        var logs = graph.Apply("Log", [graph.Apply("Add", [graph.Input("x", 2, 1, 513, chunk), graph.Constant([Floor], 1, 1, 1, 1)])]);
        string[] first = [logs, graph.Constant([.. kernels.SelectMany(kernel => kernel)], Hidden, 1, Side, Side), graph.Constant(thresholds, Hidden)];
        var hidden = graph.Apply("Relu", [graph.Apply("Conv", first, ("pads", [2, 2, 2, 2]))]);
        string[] second = [hidden, graph.Constant(weights, 1, Hidden, 1, 1), graph.Constant([threshold], 1)];
        return graph.Output("y", graph.Apply("Sigmoid", [graph.Apply("Conv", second)]), 2, 1, 513, chunk).ToBytes();
    }

    private void Step(float[] around, float share)
    {
        var units = kernels.Select((kernel, unit) => Math.Max(0, Vectors.Dot(kernel, around) + thresholds[unit])).ToArray();
        var error = (1 / (1 + MathF.Exp(-(Vectors.Dot(weights, units) + threshold)))) - share;
        for (var unit = 0; unit < Hidden; unit++)
        {
            var gradient = units[unit] > 0 ? error * weights[unit] : 0;
            weights[unit] -= Rate * error * units[unit];
            thresholds[unit] -= Rate * gradient;
            for (var n = 0; n < around.Length; n++)
            {
                kernels[unit][n] -= Rate * gradient * around[n];
            }
        }

        threshold -= Rate * error;
    }

    /// <summary>Logarithms of the magnitudes around a bin: frequencies in rows, times in columns, as the network's file has them.</summary>
    private static float[] Around(float[][] logs, int frame, int bin)
    {
        var around = new float[Side * Side];
        for (var n = 0; n < around.Length; n++)
        {
            around[n] = logs[frame - 2 + (n % Side)][bin - 2 + (n / Side)];
        }

        return around;
    }

    private static float[][] Powers(float[] sound)
    {
        var spectra = new Stft(1024, 256).Forward(sound, 0, sound.Length / 256);
        return [.. Enumerable.Range(0, spectra.Frames).Select(frame =>
            spectra.Real(frame).ToArray().Zip(spectra.Imaginary(frame).ToArray(), (real, imaginary) => (real * real) + (imaginary * imaginary)).ToArray())];
    }

    private float Normal() => MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(2 * MathF.PI * random.NextSingle());
}

using System.Text;
using Downbeat.Networks;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>The network that names 521 kinds of sound, music and voices among them (AudioSet's; Gemmeke et al. 2017).</summary>
internal static class Yamnet
{
    private const int WindowSamples = 15600;
    private const int HopSamples = 7680;
    private const int ClassCount = 521;
    private const int BatchWindows = 4;

    /// <summary>The network, to be made known.</summary>
    public static Network Network { get; } = new(
        "YAMNet",
        new("yamnet_int8w.onnx", "64f73532ecde2180b8a62a8686896d18d2807e90237659c93d1f8651b4a06247"),
        new("yamnet_labels.txt", "8e1267a120c1932b7273c0d0e0c5529edbb9a35512b437b1c8982baa59047051"),
        [new("waveform", TensorShape.Free, WindowSamples)],
        [new("scores", TensorShape.Free, ClassCount)],
        "https://github.com/tensorflow/models/tree/master/research/audioset/yamnet, as ONNX",
        "Apache-2.0");

    /// <summary>Names what sounds, window by window.</summary>
    /// <param name="network">The network, lent.</param>
    /// <param name="mono">Samples at <see cref="Resampler.SampleRateHz"/>; after its end there is silence.</param>
    /// <param name="stop">Ends the work between two batches.</param>
    /// <exception cref="NetworkFailure">The network broke down.</exception>
    public static async Task<Sounds> ListenAsync(NetworkLease network, float[] mono, CancellationToken stop)
    {
        var labels = Encoding.UTF8.GetString(network.Labels.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var count = Math.Max(0, (mono.Length - WindowSamples + HopSamples - 1) / HopSamples) + 1;
        var windows = new List<float[]>(count);
        foreach (var batch in Enumerable.Range(0, count).Chunk(BatchWindows))
        {
            var samples = new float[batch.Length * WindowSamples];
            foreach (var (n, window) in batch.Index())
            {
                var start = window * HopSamples;
                mono.AsSpan(start, Math.Min(WindowSamples, mono.Length - start)).CopyTo(samples.AsSpan(n * WindowSamples));
            }

            windows.AddRange((await network.RunAsync([new(samples, batch.Length, WindowSamples)], stop))[0].Chunk(ClassCount));
        }

        return new(labels, windows);
    }
}

/// <summary>Which sounds are heard when.</summary>
/// <param name="Labels">Names of the kinds.</param>
/// <param name="Windows">For each window one value per kind, 0 to 1; window n covers <see cref="WindowSeconds"/> from n · <see cref="HopSeconds"/> on.</param>
internal sealed record Sounds(IReadOnlyList<string> Labels, IReadOnlyList<float[]> Windows)
{
    /// <summary>From one window to the next.</summary>
    public const double HopSeconds = 0.48;

    /// <summary>Length of a window.</summary>
    public const double WindowSeconds = 0.975;

    /// <summary>Mean of each kind over the recording.</summary>
    public IReadOnlyDictionary<string, double> Means { get; } =
        Labels.Index().ToDictionary(label => label.Item, label => (double)Windows.Average(window => window[label.Index]));

    /// <summary>How clearly a kind of sound is heard where it is heard best: its mean over the quarter of the windows where it scores highest, 0 to 1.</summary>
    public double Prominence(string label)
    {
        var index = Labels.Index().First(other => other.Item == label).Index;
        return Windows.Select(window => (double)window[index]).OrderDescending().Take((Windows.Count + 3) / 4).Average();
    }
}

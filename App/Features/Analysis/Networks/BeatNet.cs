using Downbeat.Features.Analysis.Dsp;
using Downbeat.Networks;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>The three published sets of weights of BeatNet, which hear beats and first beats of bars; their opinions are averaged.</summary>
internal static class BeatNet
{
    /// <summary>What it is called as an engine.</summary>
    public const string Name = "BeatNet";

    private const int Classes = 3;

    // The network remembers a few seconds at most. Taken in pieces that begin five seconds early it says the same, and a long song needs no more memory than a short one.
    private const int PieceFrames = 1500;
    private const int LeadFrames = 250;
    private const int BatchPieces = 2;

    /// <summary>The networks, to be made known.</summary>
    public static IReadOnlyList<Network> Networks { get; } =
    [
        Describe(1, "ea880f8f72d7523472ce29efdd5d2ede9bcb0ca487a4248553faa4e892db5207"),
        Describe(2, "84ea300e5a526c48360eb8faac3c0bf5a36677a20394fb85873994ed4811cc58"),
        Describe(3, "1f042a28859e3b4149261bfff41337abe7d676cac206b91b5a6e24ab2b3fc19c"),
    ];

    /// <summary>What one of the networks says of a recording.</summary>
    /// <param name="network">The network, lent.</param>
    /// <param name="features">Of <see cref="BeatNetFeatures"/>.</param>
    /// <param name="stop">Ends the work between two batches.</param>
    /// <exception cref="NetworkFailure">The network broke down.</exception>
    public static async Task<BeatActivations> ListenAsync(NetworkLease network, float[] features, CancellationToken stop)
    {
        const int Length = LeadFrames + PieceFrames;
        var frames = features.Length / BeatNetFeatures.Width;
        var activations = new BeatActivations(new float[frames], new float[frames]);
        foreach (var batch in Enumerable.Range(0, (frames + PieceFrames - 1) / PieceFrames).Chunk(BatchPieces))
        {
            var pieces = new float[batch.Length * Length * BeatNetFeatures.Width];
            foreach (var (n, piece) in batch.Index())
            {
                // Before the song there is silence, whose features are all zero.
                var (from, to) = (Math.Max(0, (piece * PieceFrames) - LeadFrames), Math.Min(frames, (piece + 1) * PieceFrames));
                var at = (n * Length) + from - (piece * PieceFrames) + LeadFrames;
                features.AsSpan(from * BeatNetFeatures.Width, (to - from) * BeatNetFeatures.Width).CopyTo(pieces.AsSpan(at * BeatNetFeatures.Width));
            }

            var logits = (await network.RunAsync([new(pieces, batch.Length, Length, BeatNetFeatures.Width)], stop))[0];
            foreach (var (n, piece) in batch.Index())
            {
                for (var frame = 0; frame < Math.Min(PieceFrames, frames - (piece * PieceFrames)); frame++)
                {
                    var at = (n * Classes * Length) + LeadFrames + frame;
                    (activations.Beat[(piece * PieceFrames) + frame], activations.Downbeat[(piece * PieceFrames) + frame]) =
                        Softmax(logits[at], logits[at + Length], logits[at + (2 * Length)]);
                }
            }
        }

        return activations;
    }

    /// <summary>Mean of several opinions about the same recording; null when there is none.</summary>
    public static BeatActivations? Average(IReadOnlyList<BeatActivations> opinions) => opinions.Count == 0
        ? null
        : new(Mean([.. opinions.Select(opinion => opinion.Beat)]), Mean([.. opinions.Select(opinion => opinion.Downbeat)]));

    private static float[] Mean(float[][] series)
    {
        var mean = new float[series[0].Length];
        foreach (var values in series)
        {
            for (var n = 0; n < mean.Length; n++)
            {
                mean[n] += values[n] / series.Length;
            }
        }

        return mean;
    }

    private static (float Beat, float Downbeat) Softmax(float beat, float downbeat, float neither)
    {
        var top = Math.Max(beat, Math.Max(downbeat, neither));
        var (ofBeat, ofDownbeat) = (MathF.Exp(beat - top), MathF.Exp(downbeat - top));
        var sum = ofBeat + ofDownbeat + MathF.Exp(neither - top);
        return (ofBeat / sum, ofDownbeat / sum);
    }

    private static Network Describe(int number, string sha256) => new(
        $"{Name} {number}",
        new($"beatnet_{number}.onnx", sha256),
        null,
        [new("feats", TensorShape.Free, TensorShape.Free, BeatNetFeatures.Width)],
        [new("logits", TensorShape.Free, Classes, TensorShape.Free)],
        $"https://github.com/Rliop913/Distributable-BeatNet (re-impl/models/model_{number}.onnx)",
        "CC BY 4.0");
}

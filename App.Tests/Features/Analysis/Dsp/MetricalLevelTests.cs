using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>
/// Are the weights of the cues tuned to single pieces? Every weight is halved and raised by half, alone and in pairs; for each real piece the best of these
/// settings is chosen on the other pieces and judged on the one left out.
/// </summary>
public sealed class MetricalLevelTests(ITestOutputHelper output)
{
    private static readonly (string[] Files, string Family, double[] FairBpm)[] Pieces =
    [
        (["audio/goin_under.ogg"], "goin", [210, 105]),
        (["audio/blupi4_first90s.ogg"], "blupi", [104]),
        (["audio/blupi5_first90s.ogg"], "blupi", [128.985]),
        (["audio/blupi6_first90s.ogg"], "blupi", [100, 200]),
        (["audio/808kick120bpm.mp3"], "808", [120]),
        (["audio/monkey_shines.mp3"], "monkey", [160, 80]),
        (["audio/mr_fancy_pants.mp3"], "fancy", [190, 95]),
        (["stems/muldjord_armygeddon/guitar.ogg", "stems/muldjord_armygeddon/backing.ogg"], "muldjord", [170, 85]),
    ];

    [Fact]
    public async Task The_level_of_a_piece_is_found_with_weights_chosen_on_the_other_pieces()
    {
        var pieces = new List<(string Family, bool[] Right)>();
        double[][] settings = [.. Settings()];
        foreach (var (files, family, fairBpm) in Pieces)
        {
            pieces.Add((family, Judge(await Decoded.MonoAsync(files), fairBpm, settings)));
        }

        var heldOut = pieces.Average(piece =>
        {
            var best = Enumerable.Range(0, settings.Length).MaxBy(setting => pieces.Count(other => other.Family != piece.Family && other.Right[setting]));
            return piece.Right[best] ? 1 : 0;
        });
        double[] shares = [.. Enumerable.Range(0, settings.Length).Select(setting => pieces.Average(piece => piece.Right[setting] ? 1.0 : 0))];

        output.WriteLine($"held out {heldOut:0.000}, as shipped {shares[0]:0.000}, over {shares.Length} settings {shares.Min():0.000} to {shares.Max():0.000}, mean {shares.Average():0.000}");
        Assert.True(heldOut >= 0.85, $"Held-out share is {heldOut:0.000}.");
        Assert.True(shares[0] >= shares.Max() - 0.13, $"Other weights reach {shares.Max():0.000}.");
        Assert.True(shares.Average() >= 0.8, $"The weights stand on a peak: {shares.Average():0.000} around them.");
    }

    /// <summary>The weights as they are, then with one or two of them halved or raised by half.</summary>
    private static IEnumerable<double[]> Settings()
    {
        double[] factors = [0.5, 1, 1.5];
        yield return [.. PulseCues.Weights];
        for (var a = 0; a < PulseCues.Weights.Count; a++)
        {
            for (var b = a + 1; b < PulseCues.Weights.Count; b++)
            {
                foreach (var (first, second) in factors.SelectMany(first => factors.Select(second => (first, second))).Where(pair => pair != (1, 1)))
                {
                    yield return [.. PulseCues.Weights.Select((weight, n) => weight * (n == a ? first : n == b ? second : 1))];
                }
            }
        }
    }

    private static bool[] Judge(float[] mono, double[] fairBpm, double[][] settings)
    {
        var stop = TestContext.Current.CancellationToken;
        var level = Level.Measure(mono);
        var onsets = OnsetStrength.Compute(mono, level, null, stop);
        var harmonies = Chroma.Compute(mono, level, null, stop);
        var cues = new PulseCues(onsets, harmonies, null);
        var pulses = BeatGrid.Pulses(Tempo.Find(onsets.All, []), onsets, harmonies, null, stop).SelectMany(pulse => MetricalLevel.Nested(pulse.Beats));
        (double Bpm, double[] Cues)[] candidates = [.. pulses.Select(pulse => (60 / pulse.PeriodSeconds, cues.Of(pulse)))];
        return
        [
            .. settings.Select(weights =>
            {
                var chosen = candidates.MaxBy(candidate => candidate.Cues.Zip(weights, (cue, weight) => cue * weight).Sum()).Bpm;
                return fairBpm.Any(bpm => Math.Abs((chosen / bpm) - 1) < 0.02);
            }),
        ];
    }
}

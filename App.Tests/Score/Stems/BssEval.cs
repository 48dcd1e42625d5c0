using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Score.Stems;

/// <summary>
/// BSS Eval, version 4, as museval defines it (Stöter, Liutkus and Ito 2018; ratios of images after Vincent, Sawada, Bofill, Makino and Rosca 2007). An estimate is taken apart into the true stem,
/// what a filter of the true stem adds to that, what filters of all stems add to that, and the rest. The filters, of 512 taps from each channel to each, are found once for the whole length by least
/// squares; the ratios are taken over windows, in each of which the stems are filtered on their own, with silence around.
/// </summary>
internal sealed class BssEval
{
    // 16 bits, to which museval's readers round: filters of sounds that end at 16 kHz, as lossy coders leave them, could else explain anything above it by what is left of numbers there.
    private const float Step = 1f / 32768;

    private readonly IReadOnlyList<StereoBlock> truths;
    private readonly int taps;
    private readonly NormalEquations all;
    private readonly NormalEquations[] own;

    /// <summary>Prepares for estimates of these stems; most of the work is done here.</summary>
    /// <param name="truths">The true stems, all of the same length, none silent throughout.</param>
    /// <param name="taps">Length of the filters.</param>
    public BssEval(IReadOnlyList<StereoBlock> truths, int taps = 512)
    {
        this.taps = taps;
        this.truths = [.. truths.Select(Rounded)];
        var products = Correlations.Of(this.truths, this.truths, taps);
        double Product(int i, int j) => products[i / taps, j / taps][taps - 1 + (i % taps) - (j % taps)];
        all = new(2 * truths.Count * taps, Product);
        own = [.. truths.Select((_, n) => new NormalEquations(2 * taps, (i, j) => Product((2 * n * taps) + i, (2 * n * taps) + j)))];
    }

    /// <summary>Scores one estimate for each stem.</summary>
    /// <param name="estimates">In the order of the stems, and as long.</param>
    /// <param name="windowFrames">Length of the windows, which follow each other without a gap; what is left at the end is not scored, unless it is all there is.</param>
    /// <returns>For each stem its ratios, window by window; none of them is a number in windows in which any stem or estimate is silent.</returns>
    public IReadOnlyList<BssRatios[]> Score(IReadOnlyList<StereoBlock> estimates, int windowFrames = StereoBlock.SampleRate)
    {
        var window = Math.Min(windowFrames, truths[0].Frames);
        var filters = Filters(estimates);
        var scores = estimates.Select(_ => new BssRatios[truths[0].Frames / window]).ToArray();
        Parallel.For(0, scores[0].Length, () => new StemFilter(2 * truths.Count, taps), (n, _, filter) =>
        {
            if (truths.Concat(estimates).Any(sound => IsSilent(sound, n * window, window)))
            {
                Array.ForEach(scores, stem => stem[n] = BssRatios.None);
                return filter;
            }

            var projections = filter.Filter(truths, n * window, window, filters);
            for (var stem = 0; stem < scores.Length; stem++)
            {
                scores[stem][n] = BssRatios.Of(truths[stem], estimates[stem], n * window, window, projections[2 * stem], projections[(2 * stem) + 1]);
            }

            return filter;
        }, _ => { });
        return scores;
    }

    /// <summary>For each estimate what makes it of its own stem alone, then what makes it of all of them.</summary>
    private StereoFilter[] Filters(IReadOnlyList<StereoBlock> estimates)
    {
        var products = Correlations.Of(truths, estimates, taps);
        var filters = new StereoFilter[2 * estimates.Count];
        Parallel.For(0, estimates.Count, stem =>
        {
            double[] RightSide(int channel) => [.. Enumerable.Range(0, 2 * truths.Count).SelectMany(truth => products[truth, (2 * stem) + channel].Skip(taps - 1))];
            var (left, right) = (RightSide(0), RightSide(1));
            var (from, count) = (2 * stem * taps, 2 * taps);
            filters[2 * stem] = new(2 * stem, own[stem].Solve(left.AsSpan(from, count)), own[stem].Solve(right.AsSpan(from, count)));
            filters[(2 * stem) + 1] = new(0, all.Solve(left), all.Solve(right));
        });
        return filters;
    }

    private static StereoBlock Rounded(StereoBlock sound)
    {
        var rounded = new StereoBlock(sound.Frames);
        for (var n = 0; n < sound.Frames; n++)
        {
            (rounded.Left[n], rounded.Right[n]) = (MathF.Round(sound.Left[n] / Step) * Step, MathF.Round(sound.Right[n] / Step) * Step);
        }

        return rounded;
    }

    private static bool IsSilent(StereoBlock sound, int start, int frames) =>
        !sound.Left.AsSpan(start, frames).ContainsAnyExcept(0f) && !sound.Right.AsSpan(start, frames).ContainsAnyExcept(0f);
}

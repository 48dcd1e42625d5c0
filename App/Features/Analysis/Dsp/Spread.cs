using Downbeat.Signals;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// How uneven a stretch of bars is: squared distances from its mean in energy, colour and notes. Sums over the song make every stretch cost the same to ask.
/// </summary>
internal sealed class Spread
{
    private const double EnergyWeight = 1;
    private const double TimbreWeight = 0.5;
    private const double ChromaWeight = 1;
    private const double EnergyStep = 0.2;

    private readonly double[][] sums;
    private readonly double[] squares;

    /// <summary>Adds up the bars.</summary>
    public Spread(BarFeatures bars)
    {
        float[][] rows = [.. Enumerable.Range(0, bars.Count).Select(bar => Row(bars, bar))];
        sums = new double[bars.Count + 1][];
        squares = new double[bars.Count + 1];
        sums[0] = new double[rows[0].Length];
        for (var bar = 0; bar < rows.Length; bar++)
        {
            sums[bar + 1] = [.. rows[bar].Select((value, column) => sums[bar][column] + value)];
            squares[bar + 1] = squares[bar] + Vectors.Dot(rows[bar], rows[bar]);
        }
    }

    /// <summary>Sum of squared distances of the bars from their mean, not negative; timbre and notes vary by about 1 a bar over a whole song.</summary>
    /// <param name="firstBar">Index of the first bar.</param>
    /// <param name="endBar">Index after the last, above <paramref name="firstBar"/>.</param>
    public double Of(int firstBar, int endBar)
    {
        double ofMean = 0;
        for (var column = 0; column < sums[0].Length; column++)
        {
            var sum = sums[endBar][column] - sums[firstBar][column];
            ofMean += sum * sum;
        }

        return Math.Max(0, squares[endBar] - squares[firstBar] - (ofMean / (endBar - firstBar)));
    }

    private static float[] Row(BarFeatures bars, int bar) =>
    [
        (float)(bars.Energy[bar] * Math.Sqrt(EnergyWeight) / EnergyStep),
        .. bars.Timbre[bar].Select(value => value * (float)Math.Sqrt(TimbreWeight / bars.Timbre[bar].Length)),
        .. bars.Chroma[bar].Select(value => value * (float)Math.Sqrt(ChromaWeight / bars.Chroma[bar].Length)),
    ];
}

using System.Numerics;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// The multichannel Wiener filter (Duong, Vincent and Gribonval 2010; Nugraha, Liutkus and Vincent 2016): each source has a power in each bin, its share of the mix, and for each frequency a covariance of the two channels, learned from the
/// bins it has a share in over the seconds around; from both follows the most likely sound of every source, and all sources add up to the mix.
/// </summary>
internal sealed class SourceFilter
{
    /// <summary>Frames on either side that a covariance is learned from.</summary>
    public const int Reach = 50;

    private const int Tile = 256;
    private const float Spread = 0.02f;
    private const float Quiet = 1e-9f;

    private readonly SongStretch song;
    private readonly Plane[] shares;

    /// <summary>Prepares the filter.</summary>
    /// <param name="song">The mix.</param>
    /// <param name="shares">For each source its share of the power, 0 to 1, adding up to 1.</param>
    public SourceFilter(SongStretch song, Plane[] shares) => (this.song, this.shares) = (song, shares);

    /// <summary>Spectra of some sources.</summary>
    /// <param name="firstFrame">The first frame wanted.</param>
    /// <param name="left">Takes the left channel of the first sources, as many as there are entries.</param>
    /// <param name="right">Takes the right channel.</param>
    /// <param name="stop">Ends the work.</param>
    public void Apply(int firstFrame, Spectra[] left, Spectra[] right, CancellationToken stop) =>
        Parallel.For(0, (SongGrid.Bins + Tile - 1) / Tile, Cores.All(stop), tile =>
        {
            // The last tile begins early so that all are whole; what two of them work out is the same.
            Apply(firstFrame, Math.Min(tile * Tile, SongGrid.Bins - Tile), left, right);
        });

    private void Apply(int firstFrame, int bin, Spectra[] left, Spectra[] right)
    {
        // For each source the weighted powers of the left and the right channel and of what they have in common.
        var sums = new double[3 * shares.Length * Tile];
        for (var frame = firstFrame - Reach; frame < firstFrame + Reach; frame++)
        {
            Learn(frame, 1, bin, sums);
        }

        for (var n = 0; n < left[0].Frames; n++)
        {
            Learn(firstFrame + n + Reach, 1, bin, sums);
            for (var k = 0; k < Tile; k += Vector<float>.Count)
            {
                Filter(firstFrame + n, n, bin + k, sums.AsSpan(k), left, right);
            }

            Learn(firstFrame + n - Reach, -1, bin, sums);
        }
    }

    private void Learn(int frame, double sign, int bin, Span<double> sums)
    {
        for (var source = 0; source < shares.Length; source++)
        {
            var share = shares[source].Row(frame).Slice(bin, Tile);
            var sum = sums[(3 * source * Tile)..];
            Learn(share, song.Left.Row(frame)[bin..], sign, sum);
            Learn(share, song.Right.Row(frame)[bin..], sign, sum[Tile..]);
            Learn(share, song.Common.Row(frame)[bin..], sign, sum[(2 * Tile)..]);
        }
    }

    // In double precision, for what comes must go without a trace.
    private static void Learn(ReadOnlySpan<float> share, ReadOnlySpan<float> power, double sign, Span<double> sums)
    {
        var half = Vector<double>.Count;
        for (var k = 0; k < Tile; k += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(share[k..]), out var lowShare, out var highShare);
            Vector.Widen(new Vector<float>(power[k..]), out var lowPower, out var highPower);
            (new Vector<double>(sums[k..]) + (lowShare * lowPower * sign)).CopyTo(sums[k..]);
            (new Vector<double>(sums[(k + half)..]) + (highShare * highPower * sign)).CopyTo(sums[(k + half)..]);
        }
    }

    private void Filter(int frame, int row, int k, ReadOnlySpan<double> sums, Spectra[] left, Spectra[] right)
    {
        var (a, b, c) = (new Vector<float>(Quiet), new Vector<float>(Quiet), Vector<float>.Zero);
        Span<Vector<float>> models = stackalloc Vector<float>[3 * ShareNetwork.Sources];
        var heard = new Vector<float>(song.Power.Row(frame)[k..]) + new Vector<float>(Quiet);
        for (var source = 0; source < shares.Length; source++)
        {
            var sum = sums[(3 * source * Tile)..];
            var (l, r) = (Vector.Max(Single(sum), default) + new Vector<float>(Quiet), Vector.Max(Single(sum[Tile..]), default) + new Vector<float>(Quiet));
            var scale = new Vector<float>(shares[source].Row(frame)[k..]) * heard / ((l + r) * (1 + (2 * Spread)));
            var model = models.Slice(3 * source, 3);
            model[0] = (l + (Spread * (l + r))) * scale;
            model[1] = (r + (Spread * (l + r))) * scale;
            model[2] = Single(sum[(2 * Tile)..]) * scale;
            (a, b, c) = (a + model[0], b + model[1], c + model[2]);
        }

        // Covariances are taken as real: what is panned differs in level, and what is wide has no steady phase.
        var determinant = Vector.Max((a * b) - (c * c), 1e-3f * a * b);
        var (lRe, lIm) = (new Vector<float>(song.LeftSpectra.Real(frame)[k..]) / determinant, new Vector<float>(song.LeftSpectra.Imaginary(frame)[k..]) / determinant);
        var (rRe, rIm) = (new Vector<float>(song.RightSpectra.Real(frame)[k..]) / determinant, new Vector<float>(song.RightSpectra.Imaginary(frame)[k..]) / determinant);
        var (uRe, uIm) = ((b * lRe) - (c * rRe), (b * lIm) - (c * rIm));
        var (vRe, vIm) = ((a * rRe) - (c * lRe), (a * rIm) - (c * lIm));
        for (var source = 0; source < left.Length; source++)
        {
            var model = models.Slice(3 * source, 3);
            ((model[0] * uRe) + (model[2] * vRe)).CopyTo(left[source].Real(row)[k..]);
            ((model[0] * uIm) + (model[2] * vIm)).CopyTo(left[source].Imaginary(row)[k..]);
            ((model[2] * uRe) + (model[1] * vRe)).CopyTo(right[source].Real(row)[k..]);
            ((model[2] * uIm) + (model[1] * vIm)).CopyTo(right[source].Imaginary(row)[k..]);
        }
    }

    private static Vector<float> Single(ReadOnlySpan<double> values) => Vector.Narrow(new Vector<double>(values), new Vector<double>(values[Vector<double>.Count..]));
}

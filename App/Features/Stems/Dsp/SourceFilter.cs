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

    private const int Tile = 16;
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
        Parallel.For(0, (SongGrid.Bins + Tile - 1) / Tile, new ParallelOptions { CancellationToken = stop }, tile =>
        {
            var from = tile * Tile;
            Apply(firstFrame, from, Math.Min(SongGrid.Bins, from + Tile), left, right);
        });

    private void Apply(int firstFrame, int from, int to, Spectra[] left, Spectra[] right)
    {
        var sums = new Covariance[(to - from) * shares.Length];
        for (var frame = firstFrame - Reach; frame < firstFrame + Reach; frame++)
        {
            Learn(frame, 1, from, to, sums);
        }

        for (var n = 0; n < left[0].Frames; n++)
        {
            Learn(firstFrame + n + Reach, 1, from, to, sums);
            for (var k = from; k < to; k++)
            {
                Filter(firstFrame + n, n, k, sums.AsSpan((k - from) * shares.Length, shares.Length), left, right);
            }

            Learn(firstFrame + n - Reach, -1, from, to, sums);
        }
    }

    private void Learn(int frame, double sign, int from, int to, Span<Covariance> sums)
    {
        var left = song.Left.Row(frame);
        var right = song.Right.Row(frame);
        var common = song.Common.Row(frame);
        for (var source = 0; source < shares.Length; source++)
        {
            var share = shares[source].Row(frame);
            for (var k = from; k < to; k++)
            {
                ref var sum = ref sums[((k - from) * shares.Length) + source];
                var weight = sign * share[k];
                sum.Left += weight * left[k];
                sum.Right += weight * right[k];
                sum.Cross += weight * common[k];
            }
        }
    }

    private void Filter(int frame, int row, int k, Span<Covariance> sums, Spectra[] left, Spectra[] right)
    {
        var (a, b, c) = (Quiet, Quiet, 0f);
        Span<float> models = stackalloc float[3 * ShareNetwork.Sources];
        for (var source = 0; source < shares.Length; source++)
        {
            var (l, r) = (Math.Max(0, sums[source].Left) + Quiet, Math.Max(0, sums[source].Right) + Quiet);
            var power = shares[source].Row(frame)[k] * (song.Power.Row(frame)[k] + Quiet);
            var scale = power / ((l + r) * (1 + (2 * Spread)));
            var model = models.Slice(3 * source, 3);
            model[0] = (float)((l + (Spread * (l + r))) * scale);
            model[1] = (float)((r + (Spread * (l + r))) * scale);
            model[2] = (float)(sums[source].Cross * scale);
            (a, b, c) = (a + model[0], b + model[1], c + model[2]);
        }

        // Covariances are taken as real: what is panned differs in level, and what is wide has no steady phase.
        var determinant = Math.Max((a * b) - (c * c), 1e-3f * a * b);
        var (lRe, lIm) = (song.LeftSpectra.Real(frame)[k] / determinant, song.LeftSpectra.Imaginary(frame)[k] / determinant);
        var (rRe, rIm) = (song.RightSpectra.Real(frame)[k] / determinant, song.RightSpectra.Imaginary(frame)[k] / determinant);
        var (uRe, uIm) = ((b * lRe) - (c * rRe), (b * lIm) - (c * rIm));
        var (vRe, vIm) = ((a * rRe) - (c * lRe), (a * rIm) - (c * lIm));
        for (var source = 0; source < left.Length; source++)
        {
            var model = models.Slice(3 * source, 3);
            left[source].Real(row)[k] = (model[0] * uRe) + (model[2] * vRe);
            left[source].Imaginary(row)[k] = (model[0] * uIm) + (model[2] * vIm);
            right[source].Real(row)[k] = (model[2] * uRe) + (model[1] * vRe);
            right[source].Imaginary(row)[k] = (model[2] * uIm) + (model[1] * vIm);
        }
    }

    private struct Covariance
    {
        public double Left;
        public double Right;
        public double Cross;
    }
}

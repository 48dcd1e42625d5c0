using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Score.Stems;

/// <summary>How good an estimate of a stem is, in dB; NaN where that is not known.</summary>
/// <param name="Sdr">The stem against all that is wrong.</param>
/// <param name="Isr">The stem against what has become of it by filtering or at another place between the speakers.</param>
/// <param name="Sir">What is of the stem against what is of the others.</param>
/// <param name="Sar">What is of any stem against what is of none.</param>
internal readonly record struct BssRatios(double Sdr, double Isr, double Sir, double Sar)
{
    /// <summary>Nothing is known.</summary>
    public static BssRatios None { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>Ratios over one window.</summary>
    /// <param name="truth">The stem.</param>
    /// <param name="estimate">Its estimate.</param>
    /// <param name="start">First frame of the window in both.</param>
    /// <param name="frames">Its length.</param>
    /// <param name="own">Window of the stem, filtered to be like the estimate: as long and then the echo of the filter.</param>
    /// <param name="all">Window of all stems, likewise.</param>
    public static BssRatios Of(StereoBlock truth, StereoBlock estimate, int start, int frames, Spectrum own, Spectrum all)
    {
        double stem = 0, wrong = 0, moved = 0, ofStem = 0, ofOthers = 0, ofAny = 0, ofNone = 0;
        void Add(ReadOnlySpan<float> truths, ReadOnlySpan<float> estimates, ReadOnlySpan<double> owns, ReadOnlySpan<double> alls)
        {
            for (var n = 0; n < owns.Length; n++)
            {
                var (s, e) = n < truths.Length ? (truths[n], (double)estimates[n]) : (0, 0);
                stem += s * s;
                wrong += (e - s) * (e - s);
                moved += (owns[n] - s) * (owns[n] - s);
                ofStem += owns[n] * owns[n];
                ofOthers += (alls[n] - owns[n]) * (alls[n] - owns[n]);
                ofAny += alls[n] * alls[n];
                ofNone += (e - alls[n]) * (e - alls[n]);
            }
        }

        Add(truth.Left.AsSpan(start, frames), estimate.Left.AsSpan(start, frames), own.Re, all.Re);
        Add(truth.Right.AsSpan(start, frames), estimate.Right.AsSpan(start, frames), own.Im, all.Im);
        return new(Decibels(stem, wrong), Decibels(stem, moved), Decibels(ofStem, ofOthers), Decibels(ofAny, ofNone));
    }

    /// <summary>The usual figure for a whole song: of each ratio the median over the windows in which it is known.</summary>
    public static BssRatios Median(IReadOnlyCollection<BssRatios> windows)
    {
        double Of(Func<BssRatios, double> ratio)
        {
            double[] known = [.. windows.Select(ratio).Where(value => !double.IsNaN(value)).Order()];
            return known.Length > 0 ? (known[known.Length / 2] + known[(known.Length - 1) / 2]) / 2 : double.NaN;
        }

        return new(Of(window => window.Sdr), Of(window => window.Isr), Of(window => window.Sir), Of(window => window.Sar));
    }

    /// <summary>One energy against another.</summary>
    public static double Decibels(double energy, double against) => 10 * Math.Log10(energy / against);
}

using Downbeat.Signals;

namespace Downbeat.Features.Stems.Models;

/// <summary>
/// Masks from what a mask model says. In each bin the mask of a stem is what the model gives of it, to a power, over the sum of that over all stems: a ratio mask, and with the power 2 the Wiener
/// filter for stems that do not depend on each other (Benaroya et al. 2003). The masks of all stems add up to 1.
/// </summary>
internal sealed class StemMasks(LentModel model)
{
    private readonly StemManifest manifest = model.Manifest;
    private readonly int ofChannel = model.Output.StrideOf(ModelAxis.Channel);
    private readonly int ofTime = model.Output.StrideOf(ModelAxis.Time);
    private readonly int ofBin = model.Output.StrideOf(ModelAxis.Frequency);

    // A model that names no stem for what is left, such as one of the voice alone, says with its other stems how much that is.
    private readonly bool leavesRest = !model.Manifest.Stems.Contains(StemNames.Other) && !model.Manifest.Stems.Contains(StemNames.Accompaniment);

    /// <summary>Makes masks of what the model gave, in its place.</summary>
    /// <param name="stems">What it gave of each of its stems.</param>
    /// <param name="magnitudes">What it took.</param>
    public void Make(IReadOnlyList<StemValues> stems, float[] magnitudes) => Parallel.For(0, manifest.Chunk, frame =>
    {
        Span<float> shares = stackalloc float[stems.Count];
        for (var channel = 0; channel < (ofChannel > 0 ? 2 : 1); channel++)
        {
            var (at, from) = (At(channel, frame), (channel * model.Input.StrideOf(ModelAxis.Channel)) + (frame * model.Input.StrideOf(ModelAxis.Time)));
            for (var bin = 0; bin < manifest.UsedBins; bin++)
            {
                for (var n = 0; n < shares.Length; n++)
                {
                    shares[n] = Math.Max(0, stems[n].Values[stems[n].Offset + at + (bin * ofBin)]);
                }

                Share(shares, manifest.Gives == MaskGift.Magnitude ? magnitudes[from + (bin * model.Input.StrideOf(ModelAxis.Frequency))] : 1);
                for (var n = 0; n < shares.Length; n++)
                {
                    stems[n].Values[stems[n].Offset + at + (bin * ofBin)] = shares[n];
                }
            }
        }
    });

    /// <summary>Takes one stem out of the mix.</summary>
    /// <param name="mask">Its mask.</param>
    /// <param name="channel">0 left, 1 right.</param>
    /// <param name="mix">That channel of the mix.</param>
    /// <param name="masked">Takes that channel of the stem.</param>
    public void Apply(StemValues mask, int channel, Spectra mix, Spectra masked) => Parallel.For(0, manifest.Chunk, frame =>
    {
        var (at, sum) = (mask.Offset + At(channel, frame), 0f);
        for (var bin = 0; bin < mix.Bins; bin++)
        {
            var share = bin < manifest.UsedBins ? mask.Values[at + (bin * ofBin)] : manifest.Above == AboveBins.Average ? sum / manifest.UsedBins : 0;
            sum += bin < manifest.UsedBins ? share : 0;
            masked.Real(frame)[bin] = mix.Real(frame)[bin] * share;
            masked.Imaginary(frame)[bin] = mix.Imaginary(frame)[bin] * share;
        }
    });

    private int At(int channel, int frame) => (channel * ofChannel) + (frame * ofTime);

    /// <summary>Turns what was given of each stem into its share of <paramref name="whole"/>, 0 to 1. Where the model gives nothing, none of its stems has a share.</summary>
    private void Share(Span<float> shares, float whole)
    {
        var (top, given) = (0f, 0f);
        foreach (var share in shares)
        {
            (top, given) = (Math.Max(top, share), given + share);
        }

        var rest = leavesRest ? Math.Max(0, whole - given) : 0;
        top = Math.Max(top, rest);
        if (top == 0)
        {
            return;
        }

        // Against the largest of them, so that no power leaves the range of numbers.
        var sum = Raise(rest / top);
        for (var n = 0; n < shares.Length; n++)
        {
            shares[n] = Raise(shares[n] / top);
            sum += shares[n];
        }

        for (var n = 0; n < shares.Length; n++)
        {
            shares[n] /= sum;
        }
    }

    private float Raise(float share) => manifest.Power switch
    {
        1 => share,
        2 => share * share,
        var power => MathF.Pow(share, (float)power),
    };
}

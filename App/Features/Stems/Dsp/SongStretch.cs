using System.Numerics;
using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>Spectra of a stretch of a song, and the powers that all cues are taken from.</summary>
internal sealed class SongStretch
{
    private static readonly Stft Middle = new(SongGrid.Window, SongGrid.Hop);
    private static readonly Stft Long = new(SongGrid.Window * SongGrid.Ratio, SongGrid.Hop * SongGrid.Ratio);
    private static readonly Stft Short = new(SongGrid.Window / SongGrid.Ratio, SongGrid.Hop / SongGrid.Ratio);

    /// <summary>Transforms a stretch.</summary>
    /// <param name="sound">Begins on the long grid; a whole number of its hops long.</param>
    /// <param name="loudness">Root mean square of the song, by which powers are divided so that cues do not depend on how loud it is.</param>
    /// <param name="stop">Ends the work.</param>
    public SongStretch(StereoBlock sound, double loudness, CancellationToken stop)
    {
        var scale = (float)(1 / Math.Max(loudness * loudness * SongGrid.Window, 1e-12));
        Frames = (sound.Frames / SongGrid.Hop) + 1;
        LeftSpectra = Middle.Forward(sound.Left, 0, Frames);
        RightSpectra = Middle.Forward(sound.Right, 0, Frames);
        Left = Powers(LeftSpectra, LeftSpectra, scale, stop);
        Right = Powers(RightSpectra, RightSpectra, scale, stop);
        Common = Powers(LeftSpectra, RightSpectra, scale, stop);
        Power = Sum(Left, Right, stop);
        (ShortPower, ShortStruck) = Struck(sound, Short, scale * SongGrid.Ratio, 4, 2, stop);
        (LongPower, LongStruck) = Struck(sound, Long, scale / SongGrid.Ratio, 1, 4, stop);
        MiddleStruck = StruckShare.Of(Power, 2, 4, stop);
    }

    /// <summary>Frames of the grid in it, at its very start and its very end too.</summary>
    public int Frames { get; }

    /// <summary>The left channel.</summary>
    public Spectra LeftSpectra { get; }

    /// <summary>The right channel.</summary>
    public Spectra RightSpectra { get; }

    /// <summary>Power of the left channel.</summary>
    public Plane Left { get; }

    /// <summary>Power of the right channel.</summary>
    public Plane Right { get; }

    /// <summary>Real part of the product of the channels: power that they have in common, negative where they are against each other.</summary>
    public Plane Common { get; }

    /// <summary>Power of both channels.</summary>
    public Plane Power { get; }

    /// <summary>Power under the short window, four frames for one.</summary>
    public Plane ShortPower { get; }

    /// <summary>What is struck, seen through the short window.</summary>
    public Plane ShortStruck { get; }

    /// <summary>Power under the long window, one frame for four.</summary>
    public Plane LongPower { get; }

    /// <summary>What is struck, seen through the long window.</summary>
    public Plane LongStruck { get; }

    /// <summary>What is struck, seen through the grid's own window.</summary>
    public Plane MiddleStruck { get; }

    private static (Plane Power, Plane Struck) Struck(StereoBlock sound, Stft stft, float scale, int timeStep, int binStep, CancellationToken stop)
    {
        var frames = (sound.Frames / stft.HopSamples) + 1;
        var spectra = stft.Forward(sound.Left, 0, frames);
        var left = Powers(spectra, spectra, scale, stop);
        stft.Forward(sound.Right, 0, spectra);
        var power = Sum(left, Powers(spectra, spectra, scale, stop), stop);
        return (power, StruckShare.Of(power, timeStep, binStep, stop));
    }

    private static Plane Powers(Spectra a, Spectra b, float scale, CancellationToken stop) => new Plane(a.Frames, a.Bins).Filled((frame, row) =>
    {
        var aRe = a.Real(frame);
        var aIm = a.Imaginary(frame);
        var bRe = b.Real(frame);
        var bIm = b.Imaginary(frame);
        var k = 0;
        for (; k <= row.Length - Vector<float>.Count; k += Vector<float>.Count)
        {
            var product = (new Vector<float>(aRe[k..]) * new Vector<float>(bRe[k..])) + (new Vector<float>(aIm[k..]) * new Vector<float>(bIm[k..]));
            (product * scale).CopyTo(row[k..]);
        }

        for (; k < row.Length; k++)
        {
            row[k] = scale * ((aRe[k] * bRe[k]) + (aIm[k] * bIm[k]));
        }
    }, stop);

    private static Plane Sum(Plane a, Plane b, CancellationToken stop) => new Plane(a.Frames, a.Bins).Filled((frame, row) =>
    {
        a.Row(frame).CopyTo(row);
        Vectors.Add(b.Row(frame), row);
    }, stop);
}

using System.Numerics;
using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>Spectra of a stretch of a song, and the powers that all cues are taken from.</summary>
internal sealed class SongStretch
{
    /// <summary>Frames of any grid at the end of a stretch whose windows reach beyond it.</summary>
    public const int Edge = SongGrid.Window / SongGrid.Hop / 2;

    private static readonly Stft Grid = new(SongGrid.Window, SongGrid.Hop);
    private readonly float scale;

    /// <summary>Makes room for a stretch.</summary>
    /// <param name="hops">Its length; a multiple of <see cref="SongGrid.Ratio"/>.</param>
    /// <param name="loudness">Root mean square of the song, by which powers are divided so that cues do not depend on how loud it is.</param>
    public SongStretch(int hops, double loudness)
    {
        scale = (float)(1 / Math.Max(loudness * loudness * SongGrid.Window, 1e-12));
        Hops = hops;
        (LeftSpectra, RightSpectra) = (new(Frames, SongGrid.Bins), new(Frames, SongGrid.Bins));
        (Left, Right, Common, Power, MiddleStruck) = (Room(), Room(), Room(), Room(), Room());
        Short = new(SongGrid.Window / SongGrid.Ratio, hops * SongGrid.Ratio, scale * SongGrid.Ratio, 4, 2);
        Long = new(SongGrid.Window * SongGrid.Ratio, hops / SongGrid.Ratio, scale / SongGrid.Ratio, 1, 4);
    }

    /// <summary>Its length.</summary>
    public int Hops { get; }

    /// <summary>Frames of the grid in it, at its very start and its very end too.</summary>
    public int Frames => Hops + 1;

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

    /// <summary>What is struck, seen through the grid's own window.</summary>
    public Plane MiddleStruck { get; }

    /// <summary>Seen through the short window, four frames for one.</summary>
    public StruckView Short { get; }

    /// <summary>Seen through the long window, one frame for four.</summary>
    public StruckView Long { get; }

    /// <summary>A plane for all of its frames and bins.</summary>
    public Plane Room() => new(Frames, SongGrid.Bins);

    /// <summary>Transforms a stretch.</summary>
    /// <param name="sound">Begins on the long grid.</param>
    /// <param name="moved">Hops from the start of the last stretch to that of this one, of the same song; <see cref="Hops"/> when they have nothing in common.</param>
    /// <param name="stop">Ends the work; then the next stretch has nothing in common with this one.</param>
    public void Take(StereoBlock sound, int moved, CancellationToken stop)
    {
        Transform(sound.Left, LeftSpectra, moved);
        Transform(sound.Right, RightSpectra, moved);
        Left.Renew(moved, Edge, (frame, row) => Product(LeftSpectra, LeftSpectra, frame, scale, row), stop);
        Right.Renew(moved, Edge, (frame, row) => Product(RightSpectra, RightSpectra, frame, scale, row), stop);
        Common.Renew(moved, Edge, (frame, row) => Product(LeftSpectra, RightSpectra, frame, scale, row), stop);
        Power.Renew(moved, Edge, (frame, row) =>
        {
            Left.Row(frame).CopyTo(row);
            Vectors.Add(Right.Row(frame), row);
        }, stop);
        StruckShare.Renew(MiddleStruck, Power, moved, 2, 4, stop);
        Short.Take(sound, moved * SongGrid.Ratio, stop);
        Long.Take(sound, moved / SongGrid.Ratio, stop);
    }

    /// <summary>Real part of the product of two channels' spectra in one frame.</summary>
    /// <param name="a">A channel.</param>
    /// <param name="b">The other, or the same one for its power.</param>
    /// <param name="frame">Which frame.</param>
    /// <param name="scale">A factor.</param>
    /// <param name="row">Takes a value for each bin.</param>
    public static void Product(Spectra a, Spectra b, int frame, float scale, Span<float> row)
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
    }

    private static void Transform(float[] sound, Spectra spectra, int moved)
    {
        spectra.Move(moved);
        Grid.Forward(sound, 0, spectra, Math.Max(0, spectra.Frames - moved - Edge));
    }
}

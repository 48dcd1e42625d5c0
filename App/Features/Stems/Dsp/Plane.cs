using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>One number for every frame and bin of a stretch of sound; the stretch can be moved on through the song, and keeps the frames that it had.</summary>
/// <param name="frames">Rows.</param>
/// <param name="bins">Values in a row.</param>
internal sealed class Plane(int frames, int bins)
{
    private readonly float[] values = new float[frames * bins];
    private int origin;

    /// <summary>Rows.</summary>
    public int Frames => frames;

    /// <summary>Values in a row.</summary>
    public int Bins => bins;

    /// <summary>One frame. An index outside stands for the first or the last one.</summary>
    public Span<float> Row(int frame)
    {
        var row = Math.Clamp(frame, 0, frames - 1) + origin;
        return values.AsSpan((row < frames ? row : row - frames) * bins, bins);
    }

    /// <summary>Moves on: the row at <paramref name="moved"/> becomes the first one, and the last ones are free.</summary>
    public void Move(int moved) => origin = (origin + moved) % frames;

    /// <summary>Moves on, and fills the last rows, on all cores.</summary>
    /// <param name="moved">By how many rows.</param>
    /// <param name="reach">How many of the rows before the free ones look over the old end, and are filled anew.</param>
    /// <param name="fill">Given a frame and the row to fill.</param>
    /// <param name="stop">Ends the work.</param>
    public void Renew(int moved, int reach, RowFill fill, CancellationToken stop)
    {
        Move(moved);
        Parallel.For(Math.Max(0, frames - moved - reach), frames, Cores.All(stop), frame => fill(frame, Row(frame)));
    }
}

/// <summary>Fills one row of a plane.</summary>
internal delegate void RowFill(int frame, Span<float> row);

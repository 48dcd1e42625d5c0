using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>One number for every frame and bin of a stretch of sound.</summary>
/// <param name="frames">Rows.</param>
/// <param name="bins">Values in a row.</param>
internal sealed class Plane(int frames, int bins)
{
    private readonly float[] values = new float[frames * bins];

    /// <summary>Rows.</summary>
    public int Frames => frames;

    /// <summary>Values in a row.</summary>
    public int Bins => bins;

    /// <summary>One frame. An index outside stands for the first or the last one.</summary>
    public Span<float> Row(int frame) => values.AsSpan(Math.Clamp(frame, 0, frames - 1) * bins, bins);

    /// <summary>Fills every row, on all cores.</summary>
    /// <param name="fill">Given a frame and the row to fill.</param>
    /// <param name="stop">Ends the work.</param>
    public Plane Filled(RowFill fill, CancellationToken stop)
    {
        Parallel.For(0, frames, Cores.All(stop), frame => fill(frame, Row(frame)));
        return this;
    }
}

/// <summary>Fills one row of a plane.</summary>
internal delegate void RowFill(int frame, Span<float> row);

using System.Buffers;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>Looks at frames of a stretch through a network, on all cores.</summary>
/// <param name="network">Weighs the cues.</param>
/// <param name="song">The stretch.</param>
internal sealed class Look(ShareNetwork network, SongStretch song)
{
    private readonly int places = (network.Inputs + ShareNetwork.Sources) * ShareNetwork.Stride;

    /// <summary>A plane for each source: its shares of the frames that were looked at.</summary>
    public Plane[] Shares { get; } = [.. Enumerable.Range(0, ShareNetwork.Sources).Select(_ => song.Room())];

    /// <summary>Looks at the frames of a stretch.</summary>
    /// <param name="from">First frame.</param>
    /// <param name="to">First frame no more looked at.</param>
    /// <param name="moved">Frames by which the stretch has moved on since the last time; only so many are new.</param>
    /// <param name="fill">Writes the cues of a frame.</param>
    /// <param name="stop">Ends the work.</param>
    public void Through(int from, int to, int moved, RowFill fill, CancellationToken stop)
    {
        foreach (var plane in Shares)
        {
            plane.Move(moved);
        }

        Parallel.For(Math.Max(from, to - moved), to, Cores.All(stop), () => ArrayPool<float>.Shared.Rent(places), (frame, _, rows) =>
        {
            Through(frame, rows.AsSpan(0, places), fill);
            return rows;
        }, rows => ArrayPool<float>.Shared.Return(rows));
    }

    private void Through(int frame, Span<float> rows, RowFill fill)
    {
        var result = rows[(network.Inputs * ShareNetwork.Stride)..];
        if (Vectors.Sum(song.Power.Row(frame)) > 0)
        {
            fill(frame, rows);
            network.Apply(rows, result);
        }
        else
        {
            // Nothing is heard, and everybody has the same share in it.
            result.Fill(1f / ShareNetwork.Sources);
        }

        for (var source = 0; source < Shares.Length; source++)
        {
            result.Slice(source * ShareNetwork.Stride, SongGrid.Bins).CopyTo(Shares[source].Row(frame));
        }
    }
}

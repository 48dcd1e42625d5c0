using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>Looks at frames of a stretch through a network, on all cores.</summary>
internal static class Look
{
    /// <summary>Shares of the frames of a stretch.</summary>
    /// <param name="network">Weighs the cues.</param>
    /// <param name="song">The stretch.</param>
    /// <param name="from">First frame.</param>
    /// <param name="to">First frame no more looked at; all others keep 0.</param>
    /// <param name="fill">Writes the cues of a frame.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns>A plane for each source.</returns>
    public static Plane[] Through(ShareNetwork network, SongStretch song, int from, int to, RowFill fill, CancellationToken stop)
    {
        var shares = Enumerable.Range(0, ShareNetwork.Sources).Select(_ => new Plane(song.Frames, SongGrid.Bins)).ToArray();
        Parallel.For(from, to, Cores.All(stop), () => new float[(network.Inputs + ShareNetwork.Sources) * ShareNetwork.Stride], (frame, _, rows) =>
        {
            var result = rows.AsSpan(network.Inputs * ShareNetwork.Stride);
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

            for (var source = 0; source < shares.Length; source++)
            {
                result.Slice(source * ShareNetwork.Stride, SongGrid.Bins).CopyTo(shares[source].Row(frame));
            }

            return rows;
        }, _ => { });
        return shares;
    }
}

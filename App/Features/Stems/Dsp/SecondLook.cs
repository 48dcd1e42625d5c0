using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// What the shares of a first look say about the neighbourhood of a bin: the same bin before and after, the bins around it, the whole frame, the seconds around, the song. With these beside the cues a second look
/// is better than the first: a voice that sings in a frame is more likely to sing in this bin too.
/// </summary>
internal sealed class SecondLook
{
    /// <summary>How many cues it adds.</summary>
    public const int Count = 6 * ShareNetwork.Sources;

    /// <summary>Frames on either side of a frame that they depend on.</summary>
    public const int Reach = LongReach + 1;

    private const int LongReach = 48;

    private readonly Plane[] shares;
    private readonly Plane power;
    private readonly Plane loud;
    private readonly IReadOnlyList<float> presence;
    private readonly float[] weights;
    private readonly float[][] totals;

    /// <summary>Makes ready for a second look.</summary>
    /// <param name="shares">Shares of the first look, one plane for each source.</param>
    /// <param name="power">The sound.</param>
    /// <param name="presence">How much of the whole song each source makes up.</param>
    public SecondLook(Plane[] shares, Plane power, IReadOnlyList<float> presence)
    {
        (this.shares, this.power, this.presence) = (shares, power, presence);
        loud = new(power.Frames, power.Bins);
        weights = new float[power.Frames];
        totals = [.. shares.Select(_ => new float[power.Frames])];
    }

    /// <summary>Looks at what the first look said of the stretch.</summary>
    /// <param name="moved">Frames by which it has moved on since the last time.</param>
    /// <param name="stop">Ends the work.</param>
    public void Take(int moved, CancellationToken stop)
    {
        loud.Renew(moved, SongStretch.Edge, (frame, row) => Vectors.SquareRoots(power.Row(frame), row), stop);
        Parallel.For(0, power.Frames, Cores.All(stop), frame =>
        {
            weights[frame] = Vectors.Sum(loud.Row(frame)) + 1e-4f;
            for (var source = 0; source < totals.Length; source++)
            {
                totals[source][frame] = Vectors.Dot(loud.Row(frame), shares[source].Row(frame));
            }
        });
    }

    /// <summary>The cues of one frame.</summary>
    /// <param name="frame">Which frame.</param>
    /// <param name="cues">Takes <see cref="Count"/> rows of <see cref="ShareNetwork.Stride"/> values.</param>
    public void Fill(int frame, Span<float> cues)
    {
        var writer = new CueWriter(cues);
        var (around, near) = (new float[SongGrid.Bins], new float[SongGrid.Bins]);
        var (product, weight) = (new float[SongGrid.Bins], Weight(frame));
        for (var source = 0; source < shares.Length; source++)
        {
            var share = shares[source].Row(frame);
            Pooling.OverTime(shares[source], frame, 6, 1, near);
            Vectors.Multiply(loud.Row(frame), share, product);
            Pooling.Around(product, 24, around);
            Over(around, weight);
            writer.Scaled(share, 4);
            writer.Scaled(near, 4);
            writer.Scaled(around, 4);
            writer.Whole(4 * Share(source, frame, 1));
            writer.Whole(4 * Share(source, frame, LongReach));
            writer.Whole(4 * presence[source]);
        }
    }

    private float[] Weight(int frame)
    {
        var weight = new float[SongGrid.Bins];
        Pooling.Around(loud.Row(frame), 24, weight);
        return weight;
    }

    private float Share(int source, int frame, int reach)
    {
        var (from, to) = (Math.Max(0, frame - reach), Math.Min(weights.Length - 1, frame + reach) + 1);
        return Vectors.Sum(totals[source].AsSpan(from..to)) / Vectors.Sum(weights.AsSpan(from..to));
    }

    private static void Over(Span<float> values, ReadOnlySpan<float> weights)
    {
        for (var k = 0; k < values.Length; k++)
        {
            values[k] /= weights[k] + 1e-6f;
        }
    }
}

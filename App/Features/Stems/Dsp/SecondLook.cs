using System.Buffers;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// What the shares of a first look say about the neighbourhood of a bin: the bins beside it, the same bin before and after, the bins around it, the frames most alike, the whole frame, the seconds around, the song;
/// and where the partials of the voice and of the bass lie when each is followed by itself. With these beside the cues a second look is better than the first: a voice that sings in a frame is more likely to sing
/// in this bin too.
/// </summary>
internal sealed class SecondLook
{
    /// <summary>How many cues it adds.</summary>
    public const int Count = (8 * ShareNetwork.Sources) + (2 * SourceLine.Count);

    /// <summary>Frames on either side of a frame that they depend on.</summary>
    public const int Reach = Repetition.Reach + 1;

    private const int LongReach = 48;
    private const int Wide = 24;
    private const int Rooms = 5;

    private readonly Plane[] shares;
    private readonly Plane power;
    private readonly Repetition repetition;
    private readonly IReadOnlyList<float> presence;
    private readonly int from;

    // These begin with the first frame whose shares are known.
    private readonly Plane loud;
    private readonly Plane[] parts;
    private readonly SourceLine voice;
    private readonly SourceLine bass;
    private readonly float[] weights;
    private readonly float[][] totals;

    /// <summary>Makes ready for a second look.</summary>
    /// <param name="shares">Shares of the first look, one plane for each source.</param>
    /// <param name="seen">Frames that the first look has looked at.</param>
    /// <param name="power">The sound.</param>
    /// <param name="repetition">Knows which frames are alike.</param>
    /// <param name="presence">How much of the whole song each source makes up.</param>
    public SecondLook(Plane[] shares, Range seen, Plane power, Repetition repetition, IReadOnlyList<float> presence)
    {
        (this.shares, this.power, this.repetition, this.presence) = (shares, power, repetition, presence);
        (from, var frames) = seen.GetOffsetAndLength(power.Frames);
        Plane Room() => new(frames, power.Bins);
        (loud, parts) = (Room(), [.. shares.Select(_ => Room())]);
        (voice, bass) = (new(loud, parts[0], 85, 3.4, 12), new(loud, parts[2], 30, 3.1, 6));
        (weights, totals) = (new float[frames], [.. shares.Select(_ => new float[frames])]);
    }

    /// <summary>Looks at what the first look said of the stretch.</summary>
    /// <param name="moved">Frames by which it has moved on since the last time.</param>
    /// <param name="stop">Ends the work.</param>
    public void Take(int moved, CancellationToken stop)
    {
        loud.Renew(moved, 0, (at, row) => Vectors.SquareRoots(power.Row(from + at), row), stop);
        foreach (var (part, share) in parts.Zip(shares))
        {
            part.Renew(moved, 0, (at, row) => Vectors.Multiply(loud.Row(at), share.Row(from + at), row), stop);
        }

        voice.Take(moved, stop);
        bass.Take(moved, stop);
        Parallel.For(0, loud.Frames, Cores.All(stop), at =>
        {
            weights[at] = Vectors.Sum(loud.Row(at)) + 1e-4f;
            for (var source = 0; source < totals.Length; source++)
            {
                totals[source][at] = Vectors.Sum(parts[source].Row(at));
            }
        });
    }

    /// <summary>The cues of one frame.</summary>
    /// <param name="frame">Which frame.</param>
    /// <param name="cues">Takes <see cref="Count"/> rows of <see cref="ShareNetwork.Stride"/> values.</param>
    public void Fill(int frame, Span<float> cues)
    {
        var rooms = ArrayPool<float>.Shared.Rent(Rooms * SongGrid.Bins);
        try
        {
            Fill(frame, new CueWriter(cues), rooms.AsSpan(0, Rooms * SongGrid.Bins));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rooms);
        }
    }

    private void Fill(int frame, CueWriter writer, Span<float> rooms)
    {
        var around = rooms[..SongGrid.Bins];
        var close = rooms.Slice(SongGrid.Bins, SongGrid.Bins);
        var alike = rooms.Slice(2 * SongGrid.Bins, SongGrid.Bins);
        var row = rooms.Slice(3 * SongGrid.Bins, SongGrid.Bins);
        var spare = rooms.Slice(4 * SongGrid.Bins, SongGrid.Bins);
        var at = frame - from;
        Span<int> likes = stackalloc int[Repetition.Likes];
        repetition.MostAlike(frame, likes);
        Pooling.Around(loud.Row(at), Wide, around);
        Close(loud, at, spare, close);
        Alike(loud, likes, alike);
        for (var source = 0; source < shares.Length; source++)
        {
            writer.Scaled(shares[source].Row(frame), 4);
            Pooling.OverTime(shares[source], frame, 6, 1, row);
            writer.Scaled(row, 4);
            Pooling.Around(parts[source].Row(at), Wide, row);
            writer.Ratios(row, around, 4);
            writer.Whole(4 * Share(source, at, 1));
            writer.Whole(4 * Share(source, at, LongReach));
            writer.Whole(4 * presence[source]);
            Close(parts[source], at, spare, row);
            writer.Ratios(row, close, 4);
            Alike(parts[source], likes, row);
            writer.Ratios(row, alike, 4);
        }

        voice.Write(at, row, ref writer);
        bass.Write(at, row, ref writer);
    }

    // Three frames by three bins.
    private static void Close(Plane plane, int at, Span<float> sums, Span<float> means)
    {
        Pooling.OverTime(plane, at, 1, 1, sums);
        Pooling.Around(sums, 1, means);
    }

    private void Alike(Plane plane, ReadOnlySpan<int> frames, Span<float> sums)
    {
        sums.Clear();
        foreach (var frame in frames)
        {
            Vectors.Add(plane.Row(frame - from), sums);
        }
    }

    private float Share(int source, int at, int reach)
    {
        var (first, last) = (Math.Max(0, at - reach), Math.Min(weights.Length - 1, at + reach));
        return Vectors.Sum(totals[source].AsSpan(first..(last + 1))) / Vectors.Sum(weights.AsSpan(first..(last + 1)));
    }
}

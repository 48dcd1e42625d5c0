using System.Numerics;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// What can be said about each bin of a frame before anybody knows what is playing: how struck it is through windows of three lengths, where it lies between the channels, how it changes, whether it repeats,
/// whether it is a partial of the leading voice or of the bass. Logarithms of ratios throughout, so that neither loudness nor equalising matters.
/// </summary>
internal sealed class Cues
{
    /// <summary>How many.</summary>
    public const int Count = 30;

    /// <summary>Frames on either side of a frame that its cues depend on.</summary>
    public const int Reach = Repetition.Reach + 1;

    private const float Quiet = 1e-7f;
    private const int LongRun = 96;

    private readonly SongStretch song;
    private readonly Plane levels;
    private readonly Plane middle;
    private readonly PitchTrack voice;
    private readonly PitchTrack bass;
    private readonly float[] rises;
    private readonly float[] sides;
    private readonly float[] lows;

    /// <summary>Makes ready for a stretch.</summary>
    public Cues(SongStretch song)
    {
        this.song = song;
        (levels, middle) = (song.Room(), song.Room());
        Repetition = new(song.Power);
        voice = new(middle, 85, 3.4, 12, SongGrid.BinHz);
        bass = new(song.Power, 30, 3.1, 6, SongGrid.BinHz);
        (rises, sides, lows) = (new float[song.Frames], new float[song.Frames], new float[song.Frames]);
    }

    /// <summary>Which frames are like each other.</summary>
    public Repetition Repetition { get; }

    /// <summary>Looks at the stretch.</summary>
    /// <param name="moved">Frames by which it has moved on since the last time.</param>
    /// <param name="stop">Ends the work.</param>
    public void Take(int moved, CancellationToken stop)
    {
        levels.Renew(moved, SongStretch.Edge, (frame, row) => Level(song.Power.Row(frame), row), stop);
        middle.Renew(moved, SongStretch.Edge, Middle, stop);
        Repetition.Take(moved, stop);
        voice.Take(moved, stop);
        bass.Take(moved, stop);
        Parallel.For(0, song.Frames, Cores.All(stop), Summarise);
    }

    /// <summary>All cues of one frame.</summary>
    /// <param name="frame">Which frame.</param>
    /// <param name="cues">Takes <see cref="Count"/> rows of <see cref="ShareNetwork.Stride"/> values.</param>
    public void Fill(int frame, Span<float> cues)
    {
        var writer = new CueWriter(cues);
        Struck(frame, ref writer);
        Stereo(frame, ref writer);
        Changes(frame, ref writer);
        Shape(frame, ref writer);
        Pitch(frame, ref writer);
    }

    private static void Level(ReadOnlySpan<float> power, Span<float> row)
    {
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = power[k] + Quiet;
        }

        Vectors.Logarithms(row, row);
    }

    // Power of the middle between the channels: where they agree.
    private void Middle(int frame, Span<float> row)
    {
        var power = song.Power.Row(frame);
        var common = song.Common.Row(frame);
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = Math.Max(0, (power[k] / 2) + common[k]);
        }
    }

    private void Summarise(int frame)
    {
        var level = levels.Row(frame);
        var before = levels.Row(frame - 2);
        var rise = 0f;
        for (var k = 4; k < SongGrid.Bins * 3 / 4; k++)
        {
            rise += Math.Max(0, level[k] - before[k]);
        }

        rises[frame] = rise / (SongGrid.Bins * 3 / 4);
        var (power, common) = (Vectors.Sum(song.Power.Row(frame)), Vectors.Sum(song.Common.Row(frame)));
        sides[frame] = Ratio((power / 2) - common, (power / 2) + common);
        lows[frame] = Ratio(Vectors.Sum(song.Power.Row(frame)[..14]), power);
    }

    private void Struck(int frame, ref CueWriter writer)
    {
        var row = new float[SongGrid.Bins];
        StruckShare.FromCoarser(song.Short.Struck, song.Short.Power, frame * SongGrid.Ratio, SongGrid.Ratio, row);
        writer.Shares(row);
        song.MiddleStruck.Row(frame).CopyTo(row);
        writer.Shares(row);
        StruckShare.FromFiner(song.Long.Struck, song.Long.Power, (double)frame / SongGrid.Ratio, SongGrid.Ratio, row);
        writer.Shares(row);
        MedianOfNine.OverTime(song.Power, frame, 2, row);
        writer.Against(levels.Row(frame), row, Quiet);
        Repetition.Background(frame, row);
        writer.Against(levels.Row(frame), row, Quiet);
    }

    private void Stereo(int frame, ref CueWriter writer)
    {
        var (left, right, common) = (Pooled(song.Left, frame), Pooled(song.Right, frame), Pooled(song.Common, frame));
        var power = song.Power.Row(frame);
        var raw = song.Common.Row(frame);
        var side = writer.Next();
        var pooledSide = writer.Next();
        var pan = writer.Next();
        var likeness = writer.Next();
        var k = 0;
        for (; k <= SongGrid.Bins - Vector<float>.Count; k += Vector<float>.Count)
        {
            var (l, r, both) = (new Vector<float>(left.AsSpan(k)), new Vector<float>(right.AsSpan(k)), new Vector<float>(common.AsSpan(k)));
            var (half, halfPower, rawBoth) = ((l + r) / 2, new Vector<float>(power[k..]) / 2, new Vector<float>(raw[k..]));
            Ratio(halfPower - rawBoth, halfPower + rawBoth).CopyTo(side[k..]);
            Ratio(half - both, half + both).CopyTo(pooledSide[k..]);
            Vector.Abs(Ratio(l, r)).CopyTo(pan[k..]);
            (2 * both / (Vector.SquareRoot(l * r) + new Vector<float>(Quiet))).CopyTo(likeness[k..]);
        }

        for (; k < SongGrid.Bins; k++)
        {
            var half = (left[k] + right[k]) / 2;
            side[k] = Ratio((power[k] / 2) - raw[k], (power[k] / 2) + raw[k]);
            pooledSide[k] = Ratio(half - common[k], half + common[k]);
            pan[k] = Math.Abs(Ratio(left[k], right[k]));
            likeness[k] = 2 * common[k] / (MathF.Sqrt(left[k] * right[k]) + Quiet);
        }

        writer.Whole(Mean(sides, frame, 64));
    }

    private static float[] Pooled(Plane plane, int frame)
    {
        var (sums, means) = (new float[plane.Bins], new float[plane.Bins]);
        Pooling.OverTime(plane, frame, 2, 1, sums);
        Pooling.Around(sums, 2, means);
        return means;
    }

    private void Changes(int frame, ref CueWriter writer)
    {
        var level = levels.Row(frame);
        writer.Difference(level, levels.Row(frame - 1));
        writer.Difference(levels.Row(frame + 1), level);
        writer.Difference(level, levels.Row(frame - 3));
        writer.Difference(levels.Row(frame + 3), level);
        var (rise, means) = (new float[SongGrid.Bins], new float[SongGrid.Bins]);
        var before = levels.Row(frame - 2);
        for (var k = 0; k < rise.Length; k++)
        {
            rise[k] = Math.Clamp(level[k] - before[k], 0, 6);
        }

        Pooling.Around(rise, 24, means);
        writer.Plain(means);
        writer.Whole(rises[frame]);
        writer.Whole(Highest(rises, frame - 8, frame - 1));
        Pooling.OverTime(song.Power, frame, LongRun, 4, means);
        writer.Against(level, means, Quiet);
    }

    private void Shape(int frame, ref CueWriter writer)
    {
        var level = levels.Row(frame);
        var means = new float[SongGrid.Bins];
        Pooling.Around(level, 16, means);
        writer.Difference(level, means);
        Pooling.Around(level, 2, means);
        writer.Difference(level, means);
        writer.Against(level, Vectors.Sum(song.Power.Row(frame)) / SongGrid.Bins, Quiet);
        writer.Whole(lows[frame]);
        Pooling.Around(level, 100, means);
        writer.Difference(level, means);
    }

    private void Pitch(int frame, ref CueWriter writer)
    {
        var row = new float[SongGrid.Bins];
        voice.Comb(frame, row);
        writer.Scaled(row, 2);
        writer.Scaled(row, 4 * voice.Strength(frame));
        writer.Whole(4 * voice.Strength(frame));
        var glide = Math.Abs(Math.Log2(voice.PitchHz(frame + 3) / voice.PitchHz(frame - 3)));
        writer.Whole((float)Math.Min(2, glide * 12));
        bass.Comb(frame, row);
        writer.Scaled(row, 2);
        writer.Scaled(row, 4 * bass.Strength(frame));
        writer.Whole((float)Math.Log2(bass.PitchHz(frame) / 60));
    }

    private static float Ratio(float a, float b) => Math.Clamp(MathF.Log((Math.Max(a, 0) + Quiet) / (Math.Max(b, 0) + Quiet)), -6, 6);

    private static Vector<float> Ratio(Vector<float> a, Vector<float> b)
    {
        var quiet = new Vector<float>(Quiet);
        return Vector.Clamp(Vector.Log((Vector.Max(a, default) + quiet) / (Vector.Max(b, default) + quiet)), new(-CueWriter.Limit), new(CueWriter.Limit));
    }

    private static float Mean(float[] values, int frame, int reach)
    {
        var (from, to) = (Math.Max(0, frame - reach), Math.Min(values.Length - 1, frame + reach));
        return Vectors.Sum(values.AsSpan(from..(to + 1))) / (to - from + 1);
    }

    private static float Highest(float[] values, int from, int to)
    {
        var highest = 0f;
        for (var n = Math.Max(0, from); n <= to; n++)
        {
            highest = Math.Max(highest, values[n]);
        }

        return highest;
    }
}

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// Beats by dynamic programming over (time, period): each beat is scored by the onset strength there, by how well its distance to the beat before agrees
/// with the tempo path, and by how little the period changes from beat to beat. It is the recursion of Ellis ("Beat tracking by dynamic programming", 2007)
/// with the period as a second state, as in the bar-pointer model (Krebs, Böck and Widmer 2015), so that the pulse carries on through pauses.
/// </summary>
internal sealed class BeatTracker
{
    private const double WidestReach = 0.22;
    private const double ReachTolerances = 4;
    private const double ChangeTolerance = 0.018;
    private const double MostChange = 0.06;

    private readonly float[] reward;
    private readonly TempoPath path;
    private readonly double tolerance;
    private readonly double reach;
    private readonly int shortest;
    private readonly int periods;
    private readonly float[][] scores;
    private readonly int width;
    private readonly byte[] cameFrom;
    private readonly int[] reachable;
    private readonly float[][] changeCost;

    private BeatTracker(float[] reward, TempoPath path, double tolerance)
    {
        this.tolerance = tolerance;
        reach = Math.Min(WidestReach, ReachTolerances * tolerance);
        this.reward = reward;
        this.path = path;
        shortest = Math.Max(8, (int)(Frames(path.Bpm.Max()) * (1 - reach)));
        var longest = (int)Math.Ceiling(Frames(path.Bpm.Min()) * (1 + reach));
        periods = longest - shortest + 1;
        scores = [.. Enumerable.Range(0, longest + 1).Select(_ => new float[periods])];
        // Only the periods near the tempo of the moment are remembered, so that a long song of many tempi stays small.
        width = Math.Min(periods, Near(Frames(path.Bpm.Min())).Count + 1);
        cameFrom = new byte[reward.Length * width];
        reachable = [.. Enumerable.Range(0, periods).Select(p => Math.Min(120, (int)Math.Ceiling((p + shortest) * MostChange)))];
        changeCost = [.. Enumerable.Range(0, periods).Select(ChangeCosts)];
    }

    /// <summary>Finds the beats.</summary>
    /// <param name="reward">What a beat at each frame is worth: about zero on average, a few units at a strong onset.</param>
    /// <param name="path">Tempo over time; not empty.</param>
    /// <param name="tolerance">How far a beat may stray from the path: standard deviation of the log of its period, for example 0.05.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns>Frames of the beats, strictly rising, from the first to the last frame of the sound; empty when it is shorter than a beat.</returns>
    public static int[] Track(float[] reward, TempoPath path, double tolerance, CancellationToken stop)
    {
        var tracker = new BeatTracker(reward, path, tolerance);
        for (var frame = 0; frame < reward.Length; frame++)
        {
            if (frame % 1024 == 0)
            {
                stop.ThrowIfCancellationRequested();
            }

            tracker.Advance(frame);
        }

        return tracker.TraceBack();
    }

    private static double Frames(double bpm) => 60 * Onsets.FramesPerSecond / bpm;

    private float[] ChangeCosts(int p)
    {
        var costs = new float[(2 * reachable[p]) + 1];
        for (var k = 0; k < costs.Length; k++)
        {
            var earlier = p + shortest + k - reachable[p];
            costs[k] = (float)(0.5 * Math.Pow(Math.Log((double)(p + shortest) / earlier) / ChangeTolerance, 2));
        }

        return costs;
    }

    /// <summary>Which periods are weighed where one of <paramref name="expected"/> frames is expected.</summary>
    private (int First, int Count) Near(double expected)
    {
        var first = Math.Max(0, (int)Math.Ceiling(expected * (1 - reach)) - shortest);
        var last = Math.Min(periods - 1, (int)(expected * (1 + reach)) - shortest);
        return (first, Math.Max(0, last - first + 1));
    }

    private double Expected(int frame) => Frames(path.At(frame / Onsets.FramesPerSecond));

    private void Advance(int frame)
    {
        var now = scores[frame % scores.Length];
        Array.Fill(now, float.NegativeInfinity);
        var expected = Expected(frame);
        var (first, count) = Near(expected);
        var from = cameFrom.AsSpan(frame * width, width);
        for (var p = first; p < first + count; p++)
        {
            var period = p + shortest;
            var off = Math.Log(period / expected);
            var worth = (reward[frame] * (float)(period / expected)) - (float)(0.5 * Math.Pow(off / tolerance, 2));
            now[p] = worth + (frame < period ? 0 : BestBefore(frame - period, p, ref from[p - first]));
        }
    }

    private float BestBefore(int frame, int p, ref byte from)
    {
        var before = scores[frame % scores.Length];
        var costs = changeCost[p];
        var most = reachable[p];
        var best = float.NegativeInfinity;
        for (var q = Math.Max(0, p - most); q <= Math.Min(periods - 1, p + most); q++)
        {
            var score = before[q] - costs[q - p + most];
            if (score > best)
            {
                best = score;
                from = (byte)(q - p + most);
            }
        }

        return best;
    }

    private int[] TraceBack()
    {
        var (frame, p, best) = (-1, 0, float.NegativeInfinity);
        for (var late = Math.Max(0, reward.Length - scores.Length + 1); late < reward.Length; late++)
        {
            for (var q = 0; q < periods; q++)
            {
                // A beat may be the last one only when no further one would fit.
                var score = scores[late % scores.Length][q];
                if (late + q + shortest >= reward.Length && score > best)
                {
                    (frame, p, best) = (late, q, score);
                }
            }
        }

        var beats = new List<int>();
        while (frame >= 0)
        {
            beats.Add(frame);
            var (step, change) = (p + shortest, cameFrom[(frame * width) + p - Near(Expected(frame)).First] - reachable[p]);
            frame -= step;
            p += change;
        }

        beats.Reverse();
        return [.. beats];
    }
}

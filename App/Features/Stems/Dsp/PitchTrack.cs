using System.Numerics;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// The leading pitch of each frame: harmonics are summed over the flattened spectrum (Hermes 1988, Klapuri 2006), and of all pitches the one on the best path through the neighbouring frames wins;
/// paths look only <see cref="Reach"/> frames ahead and back, so that a frame's pitch depends on what is near it alone.
/// </summary>
internal sealed class PitchTrack
{
    /// <summary>Frames on either side of a frame that its pitch depends on.</summary>
    public const int Reach = 12;

    private const int PerOctave = 36;
    private const int Leap = 3;
    private const float LeapCost = 0.05f;

    private readonly Plane power;
    private readonly int candidates;
    private readonly int harmonics;
    private readonly double lowest;
    private readonly double binHz;
    private readonly double[] places;
    private readonly Plane salience;
    private readonly Plane forwards;
    private readonly Plane backwards;
    private readonly float[] pitches;
    private readonly float[] strengths;

    /// <summary>Makes ready to follow the leading pitch through a stretch.</summary>
    /// <param name="power">The sound.</param>
    /// <param name="lowestHz">Lowest pitch.</param>
    /// <param name="octaves">Range above it.</param>
    /// <param name="harmonics">Partials that speak for a pitch.</param>
    /// <param name="binHz">Width of a bin.</param>
    public PitchTrack(Plane power, double lowestHz, double octaves, int harmonics, double binHz)
    {
        candidates = (int)(octaves * PerOctave) + 1;
        (this.power, lowest, this.harmonics, this.binHz) = (power, lowestHz, harmonics, binHz);
        places = [.. Enumerable.Range(0, candidates * harmonics).Select(n => (1 + (n % harmonics)) * Hz(n / harmonics) / binHz)];
        (salience, forwards, backwards) = (new(power.Frames, candidates), new(power.Frames, candidates), new(power.Frames, candidates));
        (pitches, strengths) = (new float[power.Frames], new float[power.Frames]);
    }

    /// <summary>Follows the leading pitch.</summary>
    /// <param name="moved">Frames by which the stretch has moved on since the last time.</param>
    /// <param name="stop">Ends the work.</param>
    public void Take(int moved, CancellationToken stop)
    {
        salience.Renew(moved, SongStretch.Edge, (frame, row) => Salience(power.Row(frame), row), stop);
        forwards.Renew(moved, SongStretch.Edge, (frame, row) => Paths(frame, -1, row), stop);
        backwards.Renew(moved, SongStretch.Edge + Reach, (frame, row) => Paths(frame, 1, row), stop);
        for (var frame = 0; frame < pitches.Length; frame++)
        {
            (pitches[frame], strengths[frame]) = Best(salience.Row(frame), forwards.Row(frame), backwards.Row(frame));
        }
    }

    /// <summary>The leading pitch of a frame in Hz.</summary>
    public float PitchHz(int frame) => pitches[Math.Clamp(frame, 0, pitches.Length - 1)];

    /// <summary>How far it stands out: 0 in noise and silence, about 1 for a single clear voice.</summary>
    public float Strength(int frame) => strengths[Math.Clamp(frame, 0, strengths.Length - 1)];

    /// <summary>How near each bin is to a partial of the frame's pitch.</summary>
    /// <param name="frame">Which frame.</param>
    /// <param name="comb">Takes a value for each bin: 1 on a partial, 0 between partials.</param>
    public void Comb(int frame, Span<float> comb)
    {
        var spacing = PitchHz(frame) / binHz;
        for (var k = 0; k < comb.Length; k++)
        {
            // A voice that glides spreads its upper partials more than the lower ones.
            var off = k - (Math.Max(1, Math.Round(k / spacing)) * spacing);
            var width = 1.2 + (0.004 * k);
            comb[k] = (float)Math.Exp(-0.5 * off * off / (width * width));
        }
    }

    private double Hz(int candidate) => lowest * Math.Pow(2, (double)candidate / PerOctave);

    private void Salience(ReadOnlySpan<float> power, Span<float> row)
    {
        var flat = Flattened(power);
        for (var c = 0; c < candidates; c++)
        {
            var (sum, weights, weight) = (0f, 0f, 1f);
            foreach (var place in places.AsSpan(c * harmonics, harmonics))
            {
                if (place >= flat.Length - 2)
                {
                    break;
                }

                var (k, part) = ((int)place, (float)(place - (int)place));
                sum += weight * ((flat[k] * (1 - part)) + (flat[k + 1] * part));
                weights += weight;
                weight *= 0.85f;
            }

            row[c] = weights > 0 ? sum / weights : 0;
        }
    }

    // Fourth roots of the power against their mean around them: peaks are about 1, valleys and noise about 0.
    private static float[] Flattened(ReadOnlySpan<float> power)
    {
        var (roots, means) = (new float[power.Length], new float[power.Length]);
        Vectors.SquareRoots(power, roots);
        Vectors.SquareRoots(roots, roots);
        Pooling.Around(roots, 20, means);
        for (var k = 0; k < roots.Length; k++)
        {
            roots[k] = Math.Clamp((roots[k] / (means[k] + 0.05f)) - 1, -0.5f, 2f);
        }

        return roots;
    }

    // The best sum of saliences on paths of Reach frames that end (or begin) at each pitch.
    private void Paths(int frame, int direction, Span<float> row)
    {
        Span<float> next = stackalloc float[candidates + Vector<float>.Count];
        Span<float> wide = stackalloc float[candidates + (2 * Leap) + Vector<float>.Count];
        var paths = wide.Slice(Leap, candidates);
        wide.Fill(float.MinValue);
        paths.Clear();
        for (var distance = Reach; distance >= 1; distance--)
        {
            Vectors.Add(salience.Row(frame + (direction * distance)), paths);
            for (var c = 0; c < candidates; c += Vector<float>.Count)
            {
                var best = new Vector<float>(float.MinValue);
                for (var leap = -Leap; leap <= Leap; leap++)
                {
                    best = Vector.Max(best, new Vector<float>(wide[(c + Leap + leap)..]) - new Vector<float>(LeapCost * Math.Abs(leap)));
                }

                best.CopyTo(next[c..]);
            }

            next[..candidates].CopyTo(paths);
        }

        paths.CopyTo(row);
    }

    private (float Hz, float Strength) Best(ReadOnlySpan<float> salience, ReadOnlySpan<float> before, ReadOnlySpan<float> after)
    {
        var (best, score) = (0, float.MinValue);
        for (var c = 0; c < candidates; c++)
        {
            var path = salience[c] + before[c] + after[c];
            (best, score) = path > score ? (c, path) : (best, score);
        }

        return ((float)Hz(best), score / ((2 * Reach) + 1));
    }
}

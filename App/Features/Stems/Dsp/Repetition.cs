using System.Numerics;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// What comes back: each frame is compared with those around it, and the median of the five most alike is the background that repeats (REPET-SIM, Rafii and Pardo 2012); voices and solos
/// stand out against it.
/// </summary>
internal sealed class Repetition
{
    /// <summary>Frames on either side among which a frame's likes are looked for.</summary>
    public const int Reach = 148;

    /// <summary>How many likes a frame has.</summary>
    public const int Likes = 5;

    private const int Apart = 8;
    private const int Bands = 48;

    private readonly Plane power;
    private readonly Plane profiles;

    /// <summary>Prepares the comparison of the frames of a stretch.</summary>
    public Repetition(Plane power) => (this.power, profiles) = (power, new(power.Frames, Bands));

    /// <summary>Looks at the stretch.</summary>
    /// <param name="moved">Frames by which it has moved on since the last time.</param>
    /// <param name="stop">Ends the work.</param>
    public void Take(int moved, CancellationToken stop) => profiles.Renew(moved, SongStretch.Edge, (frame, row) => Profile(power.Row(frame), row), stop);

    /// <summary>The background of one frame.</summary>
    /// <param name="frame">Which frame.</param>
    /// <param name="background">Takes a power for each bin.</param>
    public void Background(int frame, Span<float> background)
    {
        Span<int> likes = stackalloc int[Likes];
        MostAlike(frame, likes);
        var a = power.Row(likes[0]);
        var b = power.Row(likes[1]);
        var c = power.Row(likes[2]);
        var d = power.Row(likes[3]);
        var e = power.Row(likes[4]);
        var k = 0;
        for (; k <= background.Length - Vector<float>.Count; k += Vector<float>.Count)
        {
            MedianOfFive(new(a[k..]), new(b[k..]), new(c[k..]), new(d[k..]), new(e[k..])).CopyTo(background[k..]);
        }

        for (; k < background.Length; k++)
        {
            background[k] = MedianOfFive(new(a[k]), new(b[k]), new(c[k]), new(d[k]), new(e[k]))[0];
        }
    }

    /// <summary>The frames most alike to one.</summary>
    /// <param name="frame">Which frame.</param>
    /// <param name="likes">Takes <see cref="Likes"/> frames, none of them near; the frame itself where there are not so many.</param>
    public void MostAlike(int frame, Span<int> likes)
    {
        Span<float> scores = stackalloc float[Likes];
        likes.Fill(frame);
        scores.Fill(float.MinValue);
        var profile = profiles.Row(frame);
        for (int at = Math.Max(0, frame - Reach), last = Math.Min(power.Frames - 1, frame + Reach); at <= last; at++)
        {
            var (like, score) = (at, Math.Abs(at - frame) < Apart ? float.MinValue : Vectors.Dot(profile, profiles.Row(at)));
            for (var place = 0; place < Likes; place++)
            {
                if (score > scores[place])
                {
                    (score, scores[place]) = (scores[place], score);
                    (like, likes[place]) = (likes[place], like);
                }
            }
        }
    }

    // Square roots of amplitudes in bands that widen upwards, less their mean, at length 1.
    private static void Profile(ReadOnlySpan<float> power, Span<float> profile)
    {
        var mean = 0f;
        for (var band = 0; band < Bands; band++)
        {
            var (from, to) = (Edge(band, power.Length), Edge(band + 1, power.Length));
            profile[band] = MathF.Pow(Vectors.Sum(power[from..to]) / (to - from), 0.25f);
            mean += profile[band] / Bands;
        }

        for (var band = 0; band < Bands; band++)
        {
            profile[band] -= mean;
        }

        Vectors.Scale(profile, 1 / (MathF.Sqrt(Vectors.Dot(profile, profile)) + 1e-6f));
    }

    private static int Edge(int band, int bins) => band + (int)((bins - 1 - Bands) * Math.Pow((double)band / Bands, 3));

    private static Vector<float> MedianOfFive(Vector<float> a, Vector<float> b, Vector<float> c, Vector<float> d, Vector<float> e)
    {
        var low = Vector.Max(Vector.Min(a, b), Vector.Min(c, d));
        var high = Vector.Min(Vector.Max(a, b), Vector.Max(c, d));
        return Vector.Max(Vector.Min(low, high), Vector.Min(Vector.Max(low, high), e));
    }
}

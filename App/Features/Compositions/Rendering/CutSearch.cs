using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// Finds in pictures where one shot gives way to the next. The picture just before the search and the one just after it are taken as what the two shots look like; the change is where calling
/// everything before it the one and everything after it the other fits best (least squares with one change point), so that a movement or a light is not taken for a cut.
/// </summary>
/// <param name="Frames">The pictures that are searched, in frames of the film; the one before and the one at the end are the samples.</param>
/// <param name="IsLit">Effects play here. They change how light the picture is, so light and contrast are left out of the comparison.</param>
/// <param name="IsGradual">A transition: its middle is found between two frames.</param>
internal sealed record CutSearch(FrameRange Frames, bool IsLit, bool IsGradual)
{
    /// <summary>How far around the plan is searched, where the shots are long enough.</summary>
    private const int ReachFrames = 3;

    /// <summary>Coding alone changes the mean of a cell by less than this, of 1.</summary>
    private const double CodingNoise = 2 / 255.0;

    /// <summary>A picture with less contrast than this shows nothing but light.</summary>
    private const double LeastContrast = 2 * CodingNoise;

    /// <summary>The two sides must lie this many times farther apart than pictures of one side do.</summary>
    private const double ClearlyFarther = 2;

    /// <summary>The picture before the search.</summary>
    public int FirstSample => Frames.Start - 1;

    /// <summary>The picture after the search.</summary>
    public int LastSample => Frames.End;

    /// <summary>Where to look for the beginning of a shot that is not the first.</summary>
    public static CutSearch Around(Cut cut, int shot)
    {
        var (start, end) = (cut.Shots[shot].Frames.Start - Half(cut, shot), cut.Shots[shot].Frames.Start + Half(cut, shot));
        var before = start - (cut.Shots[shot - 1].Frames.Start + Half(cut, shot - 1));
        var after = cut.Shots[shot].Frames.End - Half(cut, shot + 1) - end;
        var frames = new FrameRange(start - Reach(before), end + Reach(after));
        return new(frames, cut.Hits.Any(hit => hit.Frame <= frames.End && hit.End >= frames.Start), cut.Shots[shot].Transition is not null);
    }

    /// <summary>Finds the change.</summary>
    /// <param name="pictures">From <see cref="FirstSample"/> to <see cref="LastSample"/>, each as <see cref="FlashTrace"/> has it.</param>
    /// <returns>The frame that the new shot begins with, of a transition the place between frames where both weigh the same; null when the two sides are too alike.</returns>
    public double? Find(IReadOnlyList<byte[]> pictures)
    {
        var views = pictures.Select(picture => View.Of(picture, IsLit)).ToList();
        var (first, last) = (views[0], views[^1]);
        if (first.IsBlank || last.IsBlank)
        {
            return null;
        }

        // What shows nothing says nothing: it fits either side.
        var sides = views.GetRange(1, views.Count - 2).ConvertAll(view => view.IsBlank ? (First: 0, Last: 0) : (First: view.DistanceTo(first), Last: view.DistanceTo(last)));
        var change = ChangeIn(sides, out var misfit);
        var apart = first.DistanceTo(last);
        if (apart <= CodingNoise * Math.Max(first.Scale, last.Scale) || (!IsGradual && apart <= ClearlyFarther * misfit))
        {
            return null;
        }

        return Frames.Start + (IsGradual ? Middle(sides, change) : change);
    }

    /// <summary>The change that fits best, of equally good ones the earliest; and by how much a picture misses its side on average.</summary>
    private static int ChangeIn(List<(double First, double Last)> sides, out double misfit)
    {
        var cost = sides.Sum(side => side.Last * side.Last);
        var (best, change) = (cost, 0);
        for (var i = 0; i < sides.Count; i++)
        {
            cost += (sides[i].First * sides[i].First) - (sides[i].Last * sides[i].Last);
            (best, change) = cost < best - 1e-12 ? (cost, i + 1) : (best, change);
        }

        misfit = Math.Sqrt(Math.Max(0, best) / Math.Max(1, sides.Count));
        return change;
    }

    /// <summary>Where the shares of both sides cross, on a line between the frames at the change.</summary>
    private static double Middle(List<(double First, double Last)> sides, int change)
    {
        if (change == 0 || change == sides.Count)
        {
            return change;
        }

        double Share(int i) => sides[i].First + sides[i].Last is > 0 and var sum ? sides[i].First / sum : 0.5;
        var (before, after) = (Share(change - 1), Share(change));
        return after > before ? change - 1 + Math.Clamp((0.5 - before) / (after - before), 0, 1) : change;
    }

    private static int Half(Cut cut, int shot) => shot < cut.Shots.Count ? (cut.Shots[shot].Transition?.Frames ?? 0) / 2 : 0;

    private static int Reach(int frames) => Math.Clamp(frames - 1, 0, ReachFrames);

    /// <summary>A picture as numbers: as it is, or without its light and contrast.</summary>
    private sealed record View(float[] Values, double Scale)
    {
        public bool IsBlank => Scale == 0;

        public static View Of(byte[] picture, bool isLit)
        {
            var values = Array.ConvertAll(picture, value => value / 255f);
            if (!isLit)
            {
                return new(values, 1);
            }

            var mean = values.Average();
            var contrast = Math.Sqrt(values.Average(value => (double)(value - mean) * (value - mean)));
            return contrast < LeastContrast ? new(values, 0) : new(Array.ConvertAll(values, value => (float)((value - mean) / contrast)), 1 / contrast);
        }

        public double DistanceTo(View other)
        {
            var sum = 0.0;
            for (var i = 0; i < Values.Length; i++)
            {
                var difference = Values[i] - other.Values[i];
                sum += difference * difference;
            }

            return Math.Sqrt(sum / Values.Length);
        }
    }
}

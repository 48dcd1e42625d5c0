using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// Finds in pictures where one shot gives way to the next. The picture just before the search and the one just after it are taken as what the two shots look like. A hard cut is where calling
/// everything before it the one and everything after it the other fits best (least squares with one change point), so that a movement or a light is not taken for a cut; a transition has its
/// middle where half of the picture, counted cell by cell, looks more like the new shot.
/// </summary>
/// <param name="Frames">The pictures that are searched, in frames of the film; the one before and the one at the end are the samples.</param>
/// <param name="IsLit">Effects play here. They change how light the picture is, so light and contrast are left out of the comparison, as always for the middle of a transition.</param>
/// <param name="IsGradual">A transition.</param>
internal sealed record CutSearch(FrameRange Frames, bool IsLit, bool IsGradual)
{
    /// <summary>How far around the plan is searched, where the shots are long enough.</summary>
    private const int ReachFrames = 3;

    /// <summary>Coding alone changes the mean of a cell by less than this, of 1.</summary>
    private const double CodingNoise = 2 / 255.0;

    /// <summary>A picture with less contrast than this shows nothing but light.</summary>
    private const double LeastContrast = 2 * CodingNoise;

    /// <summary>A hard cut must be this many times larger a step than those from picture to picture around it.</summary>
    private const double ClearlyLarger = 2;

    /// <summary>Of its whole change, a transition makes no larger share in one step.</summary>
    private const double LargestStep = 0.5;

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
    /// <returns>The frame that the new shot begins with, of a transition its middle, also between frames; null when the pictures do not tell: the two sides are too alike, or something else changes as much.</returns>
    public double? Find(IReadOnlyList<byte[]> pictures)
    {
        var views = pictures.Select(picture => View.Of(picture, IsLit)).ToList();
        var (first, last) = (views[0], views[^1]);
        if (first.IsBlank || last.IsBlank || first.DistanceTo(last) <= CodingNoise * Math.Max(first.Scale, last.Scale))
        {
            return null;
        }

        if (!IsGradual)
        {
            return FirstSample + Change(views);
        }

        return Jumps(views) ? null : Frames.Start + Middle(IsLit ? views : pictures.Select(picture => View.Of(picture, isLit: true)).ToList());
    }

    /// <summary>
    /// Index of the first picture of the new shot; null when the step to it is not clearly larger than the others. Pictures that show nothing are passed over: a white one at the change
    /// counts to the new shot, which is when the eye sees a change.
    /// </summary>
    private static int? Change(List<View> views)
    {
        var shown = views.Index().Where(view => !view.Item.IsBlank).ToList();
        var (first, last) = (views[0], views[^1]);
        var cost = shown.Sum(view => Square(view.Item.DistanceTo(last)));
        var (least, best) = (double.PositiveInfinity, 1);
        for (var i = 0; i + 1 < shown.Count; i++)
        {
            cost += Square(shown[i].Item.DistanceTo(first)) - Square(shown[i].Item.DistanceTo(last));
            (least, best) = cost < least ? (cost, i + 1) : (least, best);
        }

        var steps = shown.Zip(shown.Skip(1), (one, next) => Square(one.Item.DistanceTo(next.Item))).ToList();
        var others = steps.Count > 1 ? (steps.Sum() - steps[best - 1]) / (steps.Count - 1) : 0;
        return steps[best - 1] > Square(ClearlyLarger) * others ? shown[best - 1].Index + 1 : null;
    }

    /// <summary>Whether a clip has a cut of its own meanwhile: a transition goes in small steps.</summary>
    private static bool Jumps(List<View> views)
    {
        var shown = views.Where(view => !view.IsBlank).ToList();
        return shown.Zip(shown.Skip(1), (one, next) => one.DistanceTo(next)).Max() > LargestStep * views[0].DistanceTo(views[^1]);
    }

    /// <summary>Where half of the picture is the new shot's, in frames from the start of the search: every frame counts as far as it is still the old one's. Null when a sample shows nothing.</summary>
    private static double? Middle(List<View> views) => views[0].IsBlank || views[^1].IsBlank
        ? null
        : views[1..^1].Sum(view => view.IsBlank ? 0.5 : 1 - view.ShareOf(views[0], views[^1])) - 0.5;

    private static double Square(double value) => value * value;

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
            var contrast = Math.Sqrt(values.Average(value => Square(value - mean)));
            return contrast < LeastContrast ? new(values, 0) : new(Array.ConvertAll(values, value => (float)((value - mean) / contrast)), 1 / contrast);
        }

        public double DistanceTo(View other)
        {
            var sum = 0.0;
            for (var i = 0; i < Values.Length; i++)
            {
                sum += Square(Values[i] - other.Values[i]);
            }

            return Math.Sqrt(sum / Values.Length);
        }

        /// <summary>How much of the picture is nearer to the second of two than to the first, 0 to 1; what differs more between these weighs more.</summary>
        public double ShareOf(View first, View second)
        {
            var (nearer, all) = (0.0, 0.0);
            for (var i = 0; i < Values.Length; i++)
            {
                var apart = Math.Abs(second.Values[i] - first.Values[i]);
                var lead = Math.Abs(Values[i] - first.Values[i]) - Math.Abs(Values[i] - second.Values[i]);
                nearer += lead > 0 ? apart : lead == 0 ? apart / 2 : 0;
                all += apart;
            }

            return nearer / all;
        }
    }
}

namespace Downbeat.Features.Compositions.Planning;

/// <summary>How the view moves over a still, at an even pace.</summary>
/// <param name="From">What is seen at the shot's first frame.</param>
/// <param name="To">What is seen when it ends. In transitions the view moves on at the same pace.</param>
internal sealed record Motion(View From, View To);

/// <summary>What is seen of a picture that was fitted into the frame: a part of the same shape.</summary>
/// <param name="X">Its middle, as a share of the width.</param>
/// <param name="Y">Its middle, as a share of the height.</param>
/// <param name="Size">Its width and height, as a share of the picture's; at most 1.</param>
internal sealed record View(double X, double Y, double Size);

/// <summary>Lets the view move over stills: nearer, away or along, whichever the seed says, and so slowly that the picture is what is looked at.</summary>
internal static class StillMotion
{
    private const double ChangePerSecond = 0.03;
    private const double LargestChange = 0.2;

    /// <summary>The shots, those of stills with their movement.</summary>
    public static IReadOnlyList<Shot> Fill(CutRequest request, IReadOnlyList<Shot> shots)
    {
        var stills = request.MovesStills ? request.Clips.Where(clip => clip.IsStill).Select(clip => clip.Id).ToHashSet() : [];
        int After(Shot shot) => shot.Index + 1 < shots.Count ? Half(shots[shot.Index + 1]) : 0;
        return [.. shots.Select(shot => stills.Contains(shot.ClipId) ? shot with { Motion = Of(request, shot, Half(shot), After(shot)) } : shot)];
    }

    /// <summary>The movement of a shot that is seen some frames before its first one and after its last, too; all of it stays inside the picture.</summary>
    private static Motion Of(CutRequest request, Shot shot, int before, int after)
    {
        // A stream of its own for each place in the film, apart from those of the clips.
        var chance = new SeededSequence(request.Seed, -1 - shot.Frames.Start);
        var seen = before + shot.Frames.Count + after;
        var change = Math.Min(LargestChange, ChangePerSecond * request.Rate.SecondsAt(seen));
        var (kind, across, down) = (chance.Next(), Aside(chance.Next()), Aside(chance.Next()));
        var all = new View(0.5, 0.5, 1);
        var near = new View(0.5 + (across * change), 0.5 + (down * change), 1 - change);
        var (from, to) = kind switch
        {
            < 0.4 => (all, near),
            < 0.75 => (near, all),
            _ => (near, near with { X = 1 - near.X, Y = 1 - near.Y }),
        };
        return new(Between(from, to, (double)before / seen), Between(from, to, (double)(before + shot.Frames.Count) / seen));
    }

    private static int Half(Shot shot) => (shot.Transition?.Frames ?? 0) / 2;

    // Clearly to one side or to the other, and not beyond the edge.
    private static double Aside(double chance) => chance < 0.5 ? -0.2 - (0.6 * chance) : 0.2 + (0.6 * (chance - 0.5));

    // Kept with few digits, since the cut is kept as text.
    private static View Between(View from, View to, double share) =>
        new(Math.Round(from.X + ((to.X - from.X) * share), 6), Math.Round(from.Y + ((to.Y - from.Y) * share), 6), Math.Round(from.Size + ((to.Size - from.Size) * share), 6));
}

namespace Downbeat.Features.Analysis;

/// <summary>What a person does to the parts of a song, as the whole list that comes of it.</summary>
internal static class SectionEdits
{
    private const double LeastSeconds = 0.25;

    /// <summary>Names that listening gives, and the usual others.</summary>
    public static IReadOnlyList<string> Labels { get; } = ["intro", "verse", "pre-chorus", "chorus", "bridge", "solo", "breakdown", "drop", "outro"];

    /// <summary>Where a part that somebody has seen is in a list that may be newer: in the same place as long as it has as many parts, else the one that holds its middle.</summary>
    public static int Find(IReadOnlyList<SongSection> sections, IReadOnlyList<SongSection> seen, int index)
    {
        if (sections.Count == seen.Count)
        {
            return index;
        }

        var middle = (seen[index].Start + seen[index].End) / 2;
        return Math.Max(0, sections.Count(part => part.Start <= middle) - 1);
    }

    /// <summary>A part begins elsewhere; the part before it ends there.</summary>
    /// <param name="sections">The parts as they are.</param>
    /// <param name="index">From 1: the first part begins with the song.</param>
    /// <param name="start">Seconds; kept between the neighbouring borders.</param>
    /// <exception cref="StudioProblem">400 when there is no such border any more.</exception>
    public static IReadOnlyList<SectionWish> Move(IReadOnlyList<SongSection> sections, int index, double start)
    {
        if (index < 1)
        {
            throw StudioProblem.Field("sections", "This border is gone: the part before has taken in the one that began here.");
        }

        var at = Math.Max(sections[index - 1].Start + LeastSeconds, Math.Min(start, sections[index].End - LeastSeconds));
        var wishes = Wishes(sections);
        wishes[index - 1] = wishes[index - 1] with { End = at };
        wishes[index] = wishes[index] with { Start = at };
        return wishes;
    }

    /// <summary>A part gets another name, and the group of those that have it already.</summary>
    public static IReadOnlyList<SectionWish> Rename(IReadOnlyList<SongSection> sections, int index, string label)
    {
        var wishes = Wishes(sections);
        wishes[index] = wishes[index] with { Label = label, Group = GroupOf(sections, label) };
        return wishes;
    }

    /// <summary>The part that holds this moment becomes two: the second half gets the name <paramref name="label"/>, or keeps the present one when that is null.</summary>
    /// <exception cref="StudioProblem">400 when a border is there already, or the moment lies outside the song.</exception>
    public static IReadOnlyList<SectionWish> Split(IReadOnlyList<SongSection> sections, double at, string? label = null)
    {
        var wishes = Wishes(sections);
        var index = wishes.FindIndex(part => at >= part.Start + LeastSeconds && at <= part.End - LeastSeconds);
        if (index < 0)
        {
            throw StudioProblem.Field("sections", "A border is here already; go to where the new part shall begin.");
        }

        var part = wishes[index];
        wishes[index] = part with { End = at };
        wishes.Insert(index + 1, label is null ? part with { Start = at } : new(at, part.End, label, GroupOf(sections, label)));
        return wishes;
    }

    /// <summary>A part takes in the next one and keeps its own name.</summary>
    /// <exception cref="StudioProblem">400 when there is no next one any more.</exception>
    public static IReadOnlyList<SectionWish> Merge(IReadOnlyList<SongSection> sections, int index)
    {
        if (index + 1 >= sections.Count)
        {
            throw StudioProblem.Field("sections", "There is no next part: this one goes on to the end of the song.");
        }

        var wishes = Wishes(sections);
        wishes[index] = wishes[index] with { End = wishes[index + 1].End };
        wishes.RemoveAt(index + 1);
        return wishes;
    }

    private static List<SectionWish> Wishes(IReadOnlyList<SongSection> sections) => [.. sections.Select(part => new SectionWish(part.Start, part.End, part.Label, part.Group))];

    private static int GroupOf(IReadOnlyList<SongSection> sections, string label) =>
        sections.FirstOrDefault(part => part.Label == label)?.Group ?? (sections.Count == 0 ? 0 : sections.Max(part => part.Group) + 1);
}

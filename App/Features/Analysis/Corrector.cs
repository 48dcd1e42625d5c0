using Downbeat.Features.Analysis.Dsp;
using Downbeat.Http;

namespace Downbeat.Features.Analysis;

/// <summary>Reads a correction: from what stands and what a person wishes to what stands then. Pure.</summary>
internal static class Corrector
{
    private const int LabelLength = 40;
    private const int MostSections = 200;
    private const double SameBorderSeconds = 0.01;

    private static readonly string[] KnownLabels = ["intro", "verse", "chorus", "bridge", "breakdown", "drop", "outro"];
    private static readonly string[] Tonics = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    private static readonly Dictionary<string, string> Flats = new() { ["Db"] = "C#", ["Eb"] = "D#", ["Gb"] = "F#", ["Ab"] = "G#", ["Bb"] = "A#" };

    /// <summary>The corrections with one more made.</summary>
    /// <param name="current">The analysis in effect.</param>
    /// <param name="standing">The corrections in it.</param>
    /// <param name="wish">What is to change.</param>
    /// <param name="curves">How the song moves; null when that is not known.</param>
    /// <exception cref="StudioProblem">
    /// 400 <c>request.field</c>: a value out of range or unknown; 409 <c>analysis.changed</c>: the caller saw another version; 422 <c>correction.infeasible</c>: it cannot be done to this
    /// song.
    /// </exception>
    public static Corrections Apply(SongAnalysis current, Corrections standing, Correction wish, Curves? curves)
    {
        if (wish.Unknown?.Keys.FirstOrDefault() is { } unknown)
        {
            throw StudioProblem.Field(unknown, $"An analysis has no {unknown} that could be corrected; leave it out.");
        }

        if (wish.Version is { } seen && seen != current.Version)
        {
            throw Changed();
        }

        var next = standing with
        {
            Grid = GridCorrector.Concerns(wish) ? GridCorrector.Apply(standing.Grid, wish, current, curves) : standing.Grid,
            Sections = wish.Sections is { } sections ? SectionsOf(sections, current.DurationSeconds) : standing.Sections,
            Key = wish.Key is null && wish.Mode is null ? standing.Key : KeyOf(wish.Key ?? current.Key, wish.Mode ?? current.Mode),
            Mood = wish.Mood is { } mood ? MoodOf(mood, current.Mood) : standing.Mood,
            Genre = wish.Genre is { } genre ? GenreOf(genre) : standing.Genre,
        };
        return wish.Sections is { Count: var wished } && CorrectedAnalysis.Of(current, curves, next).Sections.Count < wished
            ? throw Infeasible("sections", "A part would be shorter than half a bar: two borders would move onto the same bar line.")
            : next;
    }

    private static List<HandSection> SectionsOf(IReadOnlyList<SectionWish> wishes, double durationSeconds)
    {
        if (wishes.Count is < 1 or > MostSections)
        {
            throw StudioProblem.Field("sections", $"A song has 1 to {MostSections} parts; send all of them.");
        }

        var groups = new SectionGroups();
        var sections = new List<HandSection>(wishes.Count);
        foreach (var wish in wishes)
        {
            var earliest = sections.Count == 0 ? 0 : sections[^1].End;
            if (wish is not { Start: { } start, End: { } end } || !(start >= earliest - SameBorderSeconds && end > start && end <= durationSeconds + SameBorderSeconds))
            {
                throw StudioProblem.Field($"sections[{sections.Count}]", $"Part {sections.Count + 1} has to begin where the one before ends or later, to end after it begins, and to lie inside the song.");
            }

            if (sections.Count > 0)
            {
                sections[^1] = sections[^1] with { End = start };
            }

            var label = NameOf(wish.Label ?? "", $"sections[{sections.Count}].label", "name of a part");
            sections.Add(new(start, end, label, groups.Of(label, wish.Group)));
        }

        sections[0] = sections[0] with { Start = 0 };
        sections[^1] = sections[^1] with { End = durationSeconds };
        return sections;
    }

    private static HandKey KeyOf(string tonic, string mode)
    {
        var name = Flats.GetValueOrDefault(tonic, tonic);
        return !Tonics.Contains(name)
            ? throw StudioProblem.Field("key", "A key is one of C, C#, Db, D, D#, Eb, E, F, F#, Gb, G, G#, Ab, A, A#, Bb and B.")
            : mode is "major" or "minor" ? new(name, mode) : throw StudioProblem.Field("mode", "A key is major or minor.");
    }

    private static SongMood MoodOf(MoodWish wish, SongMood present)
    {
        return new(
            Share(wish.Energy ?? present.Energy, "energy"),
            Share(wish.Valence ?? present.Valence, "valence"),
            Share(wish.Tension ?? present.Tension, "tension"),
            Share(wish.Danceability ?? present.Danceability, "danceability"));

        static double Share(double value, string name) => value is >= 0 and <= 1 ? value : throw StudioProblem.Field($"mood.{name}", $"The {name} of a mood lies between 0 and 1.");
    }

    private static string GenreOf(string text) =>
        text.Length <= LabelLength ? DisplayName.Clean(text, LabelLength) : throw StudioProblem.Field("genre", $"A genre has at most {LabelLength} characters.");

    private static string NameOf(string text, string field, string noun)
    {
        var name = text.Length <= LabelLength ? DisplayName.Clean(text, LabelLength) : "";
        return name.Length == 0
            ? throw StudioProblem.Field(field, $"The {noun} has 1 to {LabelLength} characters.")
            : Array.Find(KnownLabels, label => label.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
    }

    /// <summary>A refusal because somebody else was first.</summary>
    internal static StudioProblem Changed() => new(409, "analysis.changed", "The song was corrected in the meantime; look at it as it is now and try again.");

    /// <summary>A refusal of what is well said and cannot be done to this song.</summary>
    internal static StudioProblem Infeasible(string field, string sentence) =>
        new(422, "correction.infeasible", sentence, new Dictionary<string, string[]> { [field] = [sentence] });

    /// <summary>Numbers for parts that repeat each other: those that were given, else one for each name.</summary>
    private sealed class SectionGroups
    {
        private readonly Dictionary<string, int> byName = new(StringComparer.OrdinalIgnoreCase);
        private readonly Dictionary<int, int> byNumber = [];
        private int next;

        public int Of(string label, int? number)
        {
            if (number is { } known)
            {
                byNumber.TryAdd(known, next);
            }

            var group = number is { } numbered ? byNumber[numbered] : byName.GetValueOrDefault(label, next);
            next = Math.Max(next, group + 1);
            byName.TryAdd(label, group);
            return group;
        }
    }
}

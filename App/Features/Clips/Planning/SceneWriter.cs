using Downbeat.Features.Analysis;
using Downbeat.Features.Clips.Drawing;
using Downbeat.Http;

namespace Downbeat.Features.Clips.Planning;

/// <summary>
/// Writes a scene for each slot from what was heard: parts of the song that repeat each other look alike, neighbours do not; the more energy, the faster. What somebody wants stands, and words that they
/// wrote themselves are searched for what they name.
/// </summary>
/// <param name="analysis">The song.</param>
/// <param name="style">Look of all scenes; null for what suits the song.</param>
/// <param name="hasPicture">Whether there is a picture to make something of.</param>
/// <param name="hasWords">Whether the words of the song are known with their times.</param>
/// <param name="seed">Which of all choices.</param>
internal sealed class SceneWriter(SongAnalysis analysis, DrawingStyle? style, bool hasPicture, bool hasWords, int seed)
{
    /// <summary>Longest prompt.</summary>
    public const int LongestPrompt = 2_000;

    private const int LooksOfPart = 3;

    private readonly DrawingStyle style = style ?? StyleFor(analysis);

    /// <summary>Writes all scenes.</summary>
    /// <param name="slots">Where they are seen.</param>
    /// <param name="wishes">What is wanted of each; null for nothing.</param>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: something is wanted that there is not.</exception>
    public IReadOnlyList<ClipScene> Write(IReadOnlyList<ClipSlot> slots, IReadOnlyList<SceneWish?> wishes)
    {
        List<ClipScene> scenes = [];
        for (var i = 0; i < slots.Count; i++)
        {
            scenes.Add(Write(slots[i], wishes[i] ?? new(), scenes.LastOrDefault()?.Visual, isFirst: i == 0, isLast: i == slots.Count - 1));
        }

        return scenes;
    }

    private ClipScene Write(ClipSlot slot, SceneWish wish, string? neighbour, bool isFirst, bool isLast)
    {
        var section = analysis.Sections.MaxBy(part => Math.Min(slot.End, part.End) - Math.Max(slot.Start, part.Start));
        var energy = EnergyIn(slot, section);
        var written = CleanPrompt(wish.Prompt);
        var look = wish.Style is { } name ? DrawingStyles.Of(name) : Named(written, DrawingStyles.All, each => $"{each.Name} {each.Words}") ?? style;
        var visual = wish.Visual is { } wanted ? Visuals.Of(wanted) : Named(written, Visuals.All.Where(IsPossible), each => $"{each.Name} {each.Words}") ?? VisualFor(slot, section, energy, neighbour);
        var palette = wish.Palette is { } colours ? look.Palette(colours) : Named(written, look.Palettes, each => $"{each.Name} {each.Words}") ?? PaletteFor(look, section);
        var motion = wish.Motion is { } pace ? KnownMotion(pace) : energy switch { < 0.3 => "calm", < 0.6 => "flowing", < 0.85 => "driving", _ => "wild" };
        var camera = Choices.Read<CameraMove>(wish.Camera, "camera") ?? CameraFor(section, isFirst, isLast, slot.Index);
        return new(written ?? Prompt(visual, look, palette, motion, camera, section, energy), visual.Name, look.Name, palette.Name, motion, camera.ToString().ToLowerInvariant(), wish.Seed ?? SeedOf(slot.Index, 0));
    }

    private bool IsPossible(Visual visual) => (hasPicture || !visual.NeedsPicture) && (hasWords || visual.Name != "words");

    private double EnergyIn(ClipSlot slot, SongSection? section)
    {
        var beats = analysis.Beats.Select((beat, i) => (beat, i)).Where(pair => pair.beat >= slot.Start && pair.beat < slot.End && pair.i < analysis.Energy.Count).Select(pair => analysis.Energy[pair.i]).ToList();
        return beats.Count > 0 ? beats.Average() : section?.Energy ?? analysis.Mood.Energy;
    }

    /// <summary>One of the few looks that a part of the song and all that repeat it have, never the one before.</summary>
    private Visual VisualFor(ClipSlot slot, SongSection? section, double energy, string? neighbour)
    {
        var group = section?.Group ?? 0;
        var fitting = Visuals.All.Where(IsPossible).OrderBy(visual => Math.Abs(visual.Energy - energy) + (0.35 * Colours.Chance(SeedOf(group, 1), visual.Name.Length + visual.Name[0]))).ToList();
        var looks = fitting.Skip(group % 2).Take(LooksOfPart).ToList();
        var choice = slot.Index % looks.Count;
        return looks[choice].Name == neighbour ? looks[(choice + 1) % looks.Count] : looks[choice];
    }

    private Palette PaletteFor(DrawingStyle look, SongSection? section)
    {
        // Dark songs have the dark colours; loud parts those next to them, so that a chorus looks another way than a verse.
        var count = look.Palettes.Count;
        var usual = Math.Clamp((int)(analysis.Mood.Valence * count), 0, count - 1);
        var isLoud = section is { } part && part.Energy > analysis.Sections.Average(each => each.Energy) + 0.08;
        return look.Palettes[isLoud ? (usual + 1) % count : usual];
    }

    private static CameraMove CameraFor(SongSection? section, bool isFirst, bool isLast, int index) => section?.Label switch
    {
        _ when isFirst => CameraMove.Push,
        _ when isLast => CameraMove.Pull,
        "chorus" or "drop" => index % 2 == 0 ? CameraMove.Bounce : CameraMove.Push,
        "bridge" or "breakdown" => CameraMove.Orbit,
        _ => index % 2 == 0 ? CameraMove.Drift : CameraMove.Push,
    };

    private string Prompt(Visual visual, DrawingStyle look, Palette palette, string motion, CameraMove camera, SongSection? section, double energy)
    {
        var mood = (analysis.Mood.Valence, analysis.Mood.Tension) switch { ( < 0.4, > 0.55) => "dark and tense", ( < 0.4, _) => "melancholic", ( > 0.6, > 0.55) => "exuberant", ( > 0.6, _) => "warm and bright", _ => "dreamy" };
        var strength = energy switch { < 0.3 => "quiet", < 0.6 => "steady", < 0.85 => "strong", _ => "at its loudest" };
        var genre = analysis.Genre.Name is { Length: > 0 } name ? $"{name.ToLowerInvariant()} song" : "song";
        var article = "aeiou".Contains(genre[0], StringComparison.Ordinal) ? "an" : "a";
        var key = analysis.Key.Length > 0 ? $" in {analysis.Key} {analysis.Mode}" : "";
        var moves = camera switch
        {
            CameraMove.Still => "the camera stands still",
            CameraMove.Drift => "the camera drifts slowly",
            CameraMove.Push => "the camera moves closer",
            CameraMove.Pull => "the camera moves away",
            CameraMove.Orbit => "the camera turns",
            _ => "the camera jolts with each beat",
        };
        return $"{char.ToUpperInvariant(visual.Words[0])}{visual.Words[1..]}; {look.Words}; colours {palette.Words}; {mood}, {motion} movement, {moves}; for the {section?.Label ?? "music"} of {article} {genre}{key}, {strength}. No writing, no logos.";
    }

    /// <summary>Of some things the one that words name most often; null when they name none.</summary>
    private static T? Named<T>(string? words, IEnumerable<T> things, Func<T, string> wordsOf)
        where T : class
    {
        if (words is null)
        {
            return null;
        }

        var spoken = Words(words).ToHashSet();
        var best = things.Select(thing => (thing, Count: Words(wordsOf(thing)).Distinct().Count(spoken.Contains))).MaxBy(pair => pair.Count);
        return best.Count > 0 ? best.thing : null;
    }

    // Without endings of the plural; short words say little.
    private static IEnumerable<string> Words(string text) => text.ToLowerInvariant().Split([' ', ',', ';', '.', '-', ':', '!', '?'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length > 3).Select(word => word.TrimEnd('s'));

    private static string? CleanPrompt(string? prompt)
    {
        if (string.IsNullOrWhiteSpace(prompt))
        {
            return null;
        }

        if (prompt.Length > LongestPrompt)
        {
            throw StudioProblem.Field("prompt", $"A prompt has at most {LongestPrompt} characters, and this one has {prompt.Length}.");
        }

        var lines = prompt.Replace('\n', ' ').Replace('\r', ' ').Replace('\t', ' ');
        return DisplayName.Clean(lines, LongestPrompt) is { Length: > 0 } clean && !lines.Any(char.IsControl) ? clean : throw StudioProblem.Field("prompt", "A prompt is text without control characters.");
    }

    private static string KnownMotion(string motion) =>
        CameraMoves.Motions.ContainsKey(motion) ? motion : throw StudioProblem.Field("motion", $"motion is one of {string.Join(", ", CameraMoves.Motions.Keys)}.");

    private static DrawingStyle StyleFor(SongAnalysis analysis)
    {
        var genre = analysis.Genre.Name.ToLowerInvariant();
        var (energy, valence) = (analysis.Mood.Energy, analysis.Mood.Valence);
        bool Is(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (genre.Contains(name, StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }

        return DrawingStyles.Of(
            Is("electro", "drum and bass", "dance", "house", "techno", "trance") ? (energy > 0.6 ? "neon" : "abstract")
            : Is("ambient", "classic", "jazz", "piano") ? (valence > 0.5 ? "dream" : "environment")
            : Is("metal", "punk") ? "mono"
            : Is("rock") ? (energy > 0.6 ? "mono" : "retro")
            : Is("hip hop", "hip-hop", "rnb", "r&b", "soul", "funk") ? "retro"
            : Is("acoustic", "country", "folk") ? (valence > 0.5 ? "paper" : "environment")
            : valence > 0.65 ? "paper" : energy > 0.75 ? "neon" : "abstract");
    }

    private int SeedOf(int number, int trait) => (int)(Colours.Chance(number + 1, (seed * 31) + trait) * 1_000_000);
}

using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>What the tagging networks make of a song; estimates.</summary>
/// <param name="Genre">Null when no genre stands out; without a name when there is no music.</param>
/// <param name="Mood">How far they move the mood.</param>
/// <param name="Tags">Voices, instruments, moods and decades, the surest first.</param>
internal sealed record SoundTags(GenreEstimate? Genre, MoodNudge Mood, IReadOnlyList<SoundTag> Tags)
{
    private const int MostTags = 10;
    private const double LeastScore = 0.05;
    private const double ClearTag = 0.3;

    /// <summary>Kinds of sound that are shown as tags: voices and instruments.</summary>
    public static IReadOnlyList<string> Sources { get; } =
    [
        "Speech", "Singing", "Choir", "Rapping", "Guitar", "Electric guitar", "Bass guitar", "Acoustic guitar", "Steel guitar, slide guitar", "Banjo", "Sitar", "Mandolin", "Ukulele",
        "Piano", "Electric piano", "Organ", "Hammond organ", "Synthesizer", "Harpsichord", "Drum kit", "Drum machine", "Timpani", "Tabla", "Marimba, xylophone", "Glockenspiel", "Vibraphone",
        "Steelpan", "Orchestra", "French horn", "Trumpet", "Trombone", "String section", "Violin, fiddle", "Cello", "Double bass", "Flute", "Saxophone", "Clarinet", "Harp", "Harmonica",
        "Accordion", "Bagpipes", "Theremin",
    ];

    /// <summary>Tags of MusiCNN that are shown: what is neither a genre nor an instrument.</summary>
    public static IReadOnlyList<string> Words { get; } =
        ["female vocalists", "male vocalists", "instrumental", "beautiful", "Mellow", "chill", "easy listening", "sad", "happy", "party", "catchy", "60s", "70s", "80s", "90s", "00s"];

    /// <summary>Draws the conclusions.</summary>
    /// <param name="tags">Of <see cref="MusiCnn"/>; null when it did not speak.</param>
    /// <param name="sounds">Of <see cref="Yamnet"/>; null when it did not speak.</param>
    public static SoundTags Of(IReadOnlyDictionary<string, double>? tags, Sounds? sounds)
    {
        var evidence = new Evidence(tags, sounds);
        var genre = GenreVote.Count(evidence, sounds);
        // MusiCNN has only ever heard music: of other sounds it knows nothing.
        var words = tags is null || genre == GenreEstimate.None ? [] : Words.Where(word => evidence.For(new(word, [word], [])) > ClearTag).Select(word => new SoundTag(word.ToLowerInvariant(), tags[word]));
        var sources = sounds is null ? [] : Sources.Select(source => new SoundTag(Short(source), sounds.Prominence(source))).Where(source => source.Confidence > LeastScore);
        return new(genre, MoodNudge.Of(evidence), [.. words.Concat(sources).OrderByDescending(tag => tag.Confidence).Take(MostTags)]);
    }

    private static string Short(string label) => label.Split(',')[0].ToLowerInvariant();
}

/// <summary>Something that seems to be heard.</summary>
/// <param name="Name">In words, lower case.</param>
/// <param name="Confidence">The network's own score, 0 to 1; 0.1 is much for an instrument among others.</param>
internal sealed record SoundTag(string Name, double Confidence);

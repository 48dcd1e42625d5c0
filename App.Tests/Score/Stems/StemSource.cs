using Downbeat.Features.Stems;

namespace Downbeat.Tests.Score.Stems;

/// <summary>A song that lies on disk as its stems.</summary>
/// <param name="Name">Of the file or folder.</param>
/// <param name="Mix">Where the song itself is; null when it is the sum of its parts.</param>
/// <param name="Parts">Its parts; several may belong to one stem, which is then their sum.</param>
internal sealed record StemSource(string Name, SoundStream? Mix, IReadOnlyList<(string Stem, SoundStream Sound)> Parts)
{
    private const string StemFile = ".stem.mp4";
    private static readonly string[] SoundFiles = [".wav", ".flac", ".aif", ".aiff", ".mp3", ".ogg", ".opus", ".m4a"];

    // Stream 0 is the song.
    private static readonly string[] StreamsOfStemFile = [StemNames.Drums, StemNames.Bass, StemNames.Other, StemNames.Vocals];
    private static readonly string[] Mixes = ["mixture", "mix"];

    // What some sets hold beside the stems: sums of them.
    private static readonly string[] Sums = ["accompaniment", "linear_mixture", "instrumental"];

    /// <summary>
    /// All songs in and below a folder: files <c>.stem.mp4</c>, and folders of at least two sound files, which tell by their names what they are: <c>drums</c>, <c>bass</c> and <c>vocals</c> by how they
    /// begin, <c>mixture</c> or <c>mix</c>, and everything else is part of <c>other</c>.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<StemSource> FindAll(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*" + StemFile, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(OfFile),
        .. Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Prepend(folder).Order(StringComparer.Ordinal).Select(OfFolder).Where(source => source.Parts.Count > 1),
    ];

    private static StemSource OfFile(string path) =>
        new(Path.GetFileName(path)[..^StemFile.Length], new(path, 0), [.. StreamsOfStemFile.Select((stem, n) => (stem, new SoundStream(path, n + 1)))]);

    private static StemSource OfFolder(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Where(file => SoundFiles.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal)
            .Select(file => (Name: Path.GetFileNameWithoutExtension(file).ToLowerInvariant(), Sound: new SoundStream(file, 0))).ToList();
        var parts = files.Where(file => !Mixes.Contains(file.Name)).Select(file => (Stem: StemOf(file.Name), file.Name, file.Sound)).ToList();
        var isWhole = parts.Any(part => part.Stem == StemNames.Drums || part.Stem == StemNames.Bass);
        return new(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
            files.FirstOrDefault(file => Mixes.Contains(file.Name)).Sound,
            [.. parts.Where(part => !(isWhole && Sums.Contains(part.Name))).Select(part => (part.Stem, part.Sound))]);
    }

    private static string StemOf(string name) =>
        new[] { StemNames.Drums, StemNames.Bass, StemNames.Vocals }.FirstOrDefault(stem => name.StartsWith(stem, StringComparison.Ordinal)) ?? StemNames.Other;
}

/// <summary>One of the streams of sound in a file.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Number">Which, from 0.</param>
internal sealed record SoundStream(string Path, int Number);

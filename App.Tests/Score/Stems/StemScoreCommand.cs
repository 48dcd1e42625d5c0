using Downbeat.Features.Stems.Separation;
using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Score.Stems;

/// <summary>
/// How well songs are split, between doing nothing and the best that masks can do, as tables.
/// <c>dotnet run -c Release --project App.Tests -- stem-score [folder of songs ...] [--models folder of the networks' files] [--csv file]</c>; <see cref="StemSource"/> says what a song is there;
/// without a folder the test data is taken.
/// </summary>
internal static class StemScoreCommand
{
    private const string Legend = """
        SDR: energy of the stem against that of all that is wrong, whole song. v4: BSS Eval 4 as museval defines it, medians over seconds: SDR, and ISR (filtered, misplaced) / SIR (other stems) /
        SAR (artifacts). nothing: the song for each stem. plain DSP: medians over time and frequency, 200 Hz, likeness of the channels. oracle: each stem's true share of the power. What a song
        does not have counts as other for all ways alike; alone: plain SDR of other as it was split. residual: sum of the stems less the song, against the song.
        """;

    public static async Task<int> RunAsync(string[] words)
    {
        try
        {
            var (csv, rest) = Csv(words);
            var options = ScoreOptions.Read(rest);
            string[] folders = options.Folders.Length > 0 ? options.Folders : [TestData.PathOf("stems")];
            List<StemSource> sources = [.. folders.SelectMany(StemSource.FindAll)];
            var scores = new List<StemScore>();
            foreach (var source in sources)
            {
                scores.AddRange(await ScoreAsync(source, StemEngines.All(options.ModelsFolder), CancellationToken.None));
            }

            Console.WriteLine(StemTables.Of(scores));
            Console.WriteLine(Legend);
            if (csv is not null)
            {
                await File.WriteAllTextAsync(csv, StemTables.Csv(scores));
            }

            return scores.Count > 0 ? 0 : 1;
        }
        catch (IOException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    /// <summary>Scores all ways on one song: first nothing, then plain processing, the engines, and the oracle. A song that cannot be scored is named and left out.</summary>
    public static async Task<IReadOnlyList<StemScore>> ScoreAsync(StemSource source, IReadOnlyList<ISeparationEngine> engines, CancellationToken stop)
    {
        try
        {
            using var song = await TrueStems.LoadAsync(source, stop);
            if (song.Stems.Count < 2)
            {
                Console.Error.WriteLine($"{song.Name} is left out: only one of drums, bass, vocals and other is there.");
                return [];
            }

            Console.Error.WriteLine($"{song.Name}: {string.Join(", ", song.Stems.Keys)} …");
            var metric = new BssEval([.. song.Stems.Values]);
            var scores = new List<StemScore> { StemScore.OfNothing(song, metric) };
            foreach (var engine in (ISeparationEngine[])[new PlainSeparation(), .. engines.Where(engine => engine.Splits(4)), new OracleSeparation(song)])
            {
                Console.Error.WriteLine($"{engine.Name}: {song.Name} …");
                scores.Add(await StemScore.OfAsync(song, metric, engine, stop));
            }

            return scores;
        }
        catch (MediaFailure e)
        {
            Console.Error.WriteLine($"{source.Name} is left out: {e.Message}");
            return [];
        }
    }

    private static (string? Path, string[] Others) Csv(string[] words) => Array.IndexOf(words, "--csv") switch
    {
        -1 => (null, words),
        var at when at + 1 < words.Length => (words[at + 1], [.. words[..at], .. words[(at + 2)..]]),
        _ => throw new FileNotFoundException("--csv must be followed by the file to write."),
    };
}

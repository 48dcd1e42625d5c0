using System.Globalization;
using Downbeat.Features.Stems.Separation;
using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Score.Stems;

/// <summary>
/// What splitting a song costs, stage by stage, for songs of several lengths; the first length twice, for what is loaded and compiled once.
/// <c>dotnet run -c Release --project App.Tests -- stem-benchmark [--minutes 3 10 60] [--stems 4] [--models folder of the networks' files]</c>
/// </summary>
internal static class StemBenchmark
{
    public static async Task<int> RunAsync(string[] words)
    {
        var options = ScoreOptions.Read(words);
        var minutes = Numbers(words, "--minutes", [3, 10, 60]);
        var stems = Numbers(words, "--stems", [4])[0];
        foreach (var engine in StemEngines.All(options.ModelsFolder).Append(new PlainSeparation()).Where(engine => engine.Splits(stems)))
        {
            var runs = new List<(string Name, SplitRun Run)>();
            foreach (var (n, length) in minutes.Prepend(minutes[0]).Index())
            {
                Console.Error.WriteLine($"{engine.Name}: {length} minutes …");
                runs.Add(($"{length} min{(n == 0 ? ", first" : "")}", await MeasureAsync(engine, length, stems)));
            }

            Console.WriteLine(Table(engine.Name, runs));
        }

        Console.WriteLine($"{Environment.ProcessorCount} cores; seconds by the clock, in brackets of the processor; mask: shares and filters; check: all read back and listened to. Stems as WAV of 24 bits.");
        return 0;
    }

    /// <summary>The numbers behind a word.</summary>
    public static int[] Numbers(string[] words, string name, int[] otherwise)
    {
        int[] numbers = [.. words.SkipWhile(word => word != name).Skip(1).TakeWhile(word => int.TryParse(word, CultureInfo.InvariantCulture, out _)).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
        return numbers.Length > 0 ? numbers : otherwise;
    }

    private static async Task<SplitRun> MeasureAsync(ISeparationEngine engine, int minutes, int stems)
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-split-");
        try
        {
            // A real song, from its start again when it ends, as it is coded.
            var song = Path.Combine(folder.FullName, "song.mp3");
            string[] arguments = ["-stream_loop", "-1", "-i", TestData.PathOf("audio/mr_fancy_pants.mp3"), "-map", "0:a:0", "-t", $"{60 * minutes}", "-c", "copy", song];
            await Engines.Ffmpeg.RunAsync(arguments, RunLimits.WholeFile, null, CancellationToken.None);
            GC.Collect();
            return await SplitRun.MeasureAsync(engine, song, stems, folder.FullName, CancellationToken.None);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Table(string engine, List<(string Name, SplitRun Run)> runs)
    {
        string[] Row(string name, Func<SplitRun, string> cell) => [engine, name, .. runs.Select(run => cell(run.Run))];
        var stages = runs[0].Run.Stages.Keys.Select(stage => Row(stage, run => Text(run.Stages[stage])));
        return ScoreTable.Markdown(
        [
            ["engine", "", .. runs.Select(run => run.Name)],
            .. stages,
            Row("all", run => Text(All(run))),
            Row("times faster than it plays", run => (run.SoundSeconds / All(run).Wall).ToString("0.0", CultureInfo.InvariantCulture)),
            Row("peak memory, MB", run => run.PeakMegabytes.ToString("0", CultureInfo.InvariantCulture)),
            Row("written, MB", run => (run.Bytes / 1e6).ToString("0", CultureInfo.InvariantCulture)),
        ]);
    }

    private static (double Wall, double Cpu) All(SplitRun run) => (run.Stages.Values.Sum(stage => stage.Wall), run.Stages.Values.Sum(stage => stage.Cpu));

    private static string Text((double Wall, double Cpu) seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds.Wall:0.0} ({seconds.Cpu:0.0})");
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Analysis.Networks;
using Downbeat.Media;
using Downbeat.Networks;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Score;

/// <summary>
/// What listening costs, stage by stage, for songs of half a minute, three and ten minutes, beside aubio on the same files.
/// <c>dotnet run -c Release --project App.Tests -- listening-benchmark [--models folder of the networks' files]</c>
/// </summary>
internal sealed class ListeningBenchmark
{
    private static readonly int[] LengthsSeconds = [30, 180, 600];
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(10);

    // By the name of what was measured, one text for each length.
    private readonly Dictionary<string, List<string>> rows = [];

    public static async Task<int> RunAsync(string[] words)
    {
        using var shelf = ScoreOptions.Read(words).OpenShelf();
        var folder = Directory.CreateTempSubdirectory("downbeat-listening-");
        try
        {
            var benchmark = new ListeningBenchmark();
            foreach (var seconds in LengthsSeconds)
            {
                Console.Error.WriteLine($"{seconds} s …");
                await benchmark.MeasureAsync(await MakeSongAsync(folder.FullName, seconds), seconds, shelf);
            }

            Console.WriteLine(benchmark.Table());
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Real songs one after another, from the start again when they end.</summary>
    private static async Task<string> MakeSongAsync(string folder, int seconds)
    {
        string[] names = ["audio/goin_under.ogg", "audio/blupi4_first90s.ogg", "audio/monkey_shines.mp3", "audio/mr_fancy_pants.mp3", "audio/blupi5_first90s.ogg"];
        string[] songs = [.. Enumerable.Repeat(names, 3).SelectMany(name => name).Select(TestData.PathOf)];
        var inputs = string.Concat(songs.Select((_, n) => $"[{n}:a:0]aresample=44100,aformat=channel_layouts=stereo[s{n}];"));
        var path = Path.Combine(folder, $"{seconds}.mp3");
        await Engines.Ffmpeg.RunAsync(
            [
                .. songs.SelectMany(song => (string[])["-i", song]),
                "-filter_complex", $"{inputs}{string.Concat(songs.Select((_, n) => $"[s{n}]"))}concat=n={songs.Length}:v=0:a=1",
                "-t", $"{seconds}", "-c:a", "libmp3lame", "-b:a", "192k", path,
            ],
            RunLimits.WholeFile,
            null,
            CancellationToken.None);
        return path;
    }

    private async Task MeasureAsync(string song, int seconds, ModelShelf? shelf)
    {
        // Once unmeasured: what is compiled on the way and read from disk the first time is no cost of listening.
        await HearAsync((await Engines.DecodeAsync([song], CancellationToken.None))[..(20 * Listening.SampleRateHz)], shelf);

        var clock = Stopwatch.StartNew();
        var mono = await Engines.DecodeAsync([song], CancellationToken.None);
        var decodeSeconds = clock.Elapsed.TotalSeconds;
        Add("decode", decodeSeconds, seconds);

        GC.Collect();
        var (allocatedBefore, heldBefore) = (GC.GetTotalAllocatedBytes(precise: true), GC.GetTotalMemory(forceFullCollection: true));
        using var ended = new CancellationTokenSource();
        var peak = PeakAsync(ended.Token);
        var stages = await HearAsync(mono, shelf);
        await ended.CancelAsync();
        foreach (var (stage, took) in stages)
        {
            Add(stage, took, seconds);
        }

        Add("decode and listen", decodeSeconds + stages.Sum(stage => stage.Seconds), seconds);
        Add("allocated while listening", $"{(GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore) / 1e6:0} MB");
        Add("most held above the samples", $"{(await peak - heldBefore) / 1e6:0} MB");
        foreach (var tool in Aubio.IsThere ? (string[])["aubiotrack", "aubioonset"] : [])
        {
            clock.Restart();
            await Aubio.RunAsync(tool, ["-i", song], CancellationToken.None);
            Add($"{tool}, with its decoding", clock.Elapsed.TotalSeconds, seconds);
        }
    }

    /// <summary>Listens as the studio does; the time from one report to the next belongs to the stage of the first.</summary>
    private static async Task<List<(string Stage, double Seconds)>> HearAsync(float[] mono, ModelShelf? shelf)
    {
        var times = new List<(string Stage, double Seconds)> { ("Asking the networks", 0) };
        var clock = Stopwatch.StartNew();
        var findings = shelf is null ? NetworkFindings.None : await Engines.AskAsync(shelf, mono, CancellationToken.None);
        times.Add(("Measuring the level", clock.Elapsed.TotalSeconds));
        Listening.Listen(mono, findings.Beats, (stage, _) => times.Add((stage, clock.Elapsed.TotalSeconds)), CancellationToken.None);
        times.Add(("", clock.Elapsed.TotalSeconds));
        return
        [
            .. times.Zip(times.Skip(1), (from, to) => (from.Stage, Seconds: to.Seconds - from.Seconds))
                .GroupBy(step => step.Stage, (stage, steps) => (stage, steps.Sum(step => step.Seconds)))
                .Skip(shelf is null ? 1 : 0),
        ];
    }

    private static async Task<long> PeakAsync(CancellationToken ended)
    {
        // At once onto another thread: the caller goes on to listen.
        await Task.Yield();
        long peak = 0;
        while (!ended.IsCancellationRequested)
        {
            peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
            await Task.Delay(SampleEvery, CancellationToken.None);
        }

        return peak;
    }

    private void Add(string name, double tookSeconds, int soundSeconds) =>
        Add(name, string.Create(CultureInfo.InvariantCulture, $"{tookSeconds:0.00} s ({soundSeconds / tookSeconds:0}×)"));

    private void Add(string name, string text)
    {
        if (!rows.TryGetValue(name, out var texts))
        {
            rows[name] = texts = [];
        }

        texts.Add(text);
    }

    private string Table()
    {
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores; in brackets how many times faster than the song plays\n");
        table.AppendLine($"| | {string.Join(" | ", LengthsSeconds.Select(seconds => $"{seconds} s"))} |");
        table.AppendLine($"| --- |{string.Concat(LengthsSeconds.Select(_ => " ---: |"))}");
        foreach (var (name, texts) in rows)
        {
            table.AppendLine($"| {name} | {string.Join(" | ", texts)} |");
        }

        return Aubio.IsThere ? $"{table}" : $"{table}\n{Aubio.IsMissing}";
    }
}

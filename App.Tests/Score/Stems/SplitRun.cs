using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;
using Downbeat.Media;

namespace Downbeat.Tests.Score.Stems;

/// <summary>What splitting one song cost, from the file to the files.</summary>
/// <param name="SoundSeconds">Length of the song.</param>
/// <param name="Stages">Seconds of the stages in their order, by the clock and of the processor.</param>
/// <param name="PeakMegabytes">Most memory that this process held meanwhile, sampled.</param>
/// <param name="Bytes">Size of what was written.</param>
internal sealed record SplitRun(double SoundSeconds, IReadOnlyDictionary<string, (double Wall, double Cpu)> Stages, double PeakMegabytes, long Bytes)
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Splits a song and measures it.</summary>
    /// <param name="engine">What splits it.</param>
    /// <param name="song">Path of the song.</param>
    /// <param name="stems">How many stems.</param>
    /// <param name="folder">Takes the stems as WAV files of their names.</param>
    /// <param name="stop">Ends the work.</param>
    public static async Task<SplitRun> MeasureAsync(ISeparationEngine engine, string song, int stems, string folder, CancellationToken stop)
    {
        using var ended = new CancellationTokenSource();
        var peak = PeakAsync(ended.Token);
        var times = new StageTimes();
        var seconds = await SplitAsync(engine, song, stems, folder, times, stop);
        await ended.CancelAsync();
        return new(seconds, times.Stages, await peak, StemNames.Of(stems).Sum(name => new FileInfo(PathOf(folder, name)).Length));
    }

    /// <summary>Where a stem is written.</summary>
    public static string PathOf(string folder, string stem) => Path.Combine(folder, $"{stem}.wav");

    private static async Task<double> SplitAsync(ISeparationEngine engine, string song, int stems, string folder, StageTimes times, CancellationToken stop)
    {
        var decoded = Path.Combine(folder, "mix");
        string[] decoding = ["-i", song, "-map", "0:a:0", "-ac", "2", "-ar", $"{StereoBlock.SampleRate}", "-f", "f32le", decoded];
        await times.MeasureAsync("decode", () => Engines.Ffmpeg.RunAsync(decoding, RunLimits.WholeFile, null, stop));
        using var mix = new MixFile(decoded);
        ISeparator? opened = null;
        await times.MeasureAsync("make ready", async () => opened = await engine.OpenAsync(stems, mix, _ => { }, stop));
        using var separator = opened!;
        var files = StemNames.Of(stems).Select(name => new WaveFile(PathOf(folder, name), mix.Frames)).ToList();
        try
        {
            await foreach (var block in WholeSplit.RunAsync(separator, mix, stems, times, stop))
            {
                await times.MeasureAsync("write", () => Parallel.ForEachAsync(files.Zip(block.Stems), stop, (stem, _) =>
                {
                    stem.First.Write(stem.Second, block.Frames);
                    return ValueTask.CompletedTask;
                }));
            }
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }

        return mix.DurationSeconds;
    }

    private static async Task<double> PeakAsync(CancellationToken ended)
    {
        // At once onto another thread: the caller goes on to split.
        await Task.Yield();
        var peak = 0L;
        while (!ended.IsCancellationRequested)
        {
            peak = Math.Max(peak, Environment.WorkingSet);
            await Task.Delay(SampleEvery, CancellationToken.None);
        }

        return peak / 1e6;
    }
}

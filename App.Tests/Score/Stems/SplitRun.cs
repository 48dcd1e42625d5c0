using Downbeat.Features.Analysis.Dsp;
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
    private const double MostSeconds = 24 * 3600;
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(50);
    private static readonly AudioDecoder Decoder = new(Engines.Ffmpeg);

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
        using var times = new StageTimes();
        var seconds = await SplitAsync(engine, song, stems, folder, stop);
        await ended.CancelAsync();
        return new(seconds, times.Stages, await peak, StemNames.Of(stems).Sum(name => new FileInfo(Splitter.PathOf(folder, name)).Length));
    }

    private static async Task<double> SplitAsync(ISeparationEngine engine, string song, int stems, string folder, CancellationToken stop)
    {
        var (decoded, names) = (Path.Combine(folder, "mix"), StemNames.Of(stems));
        using (SplitMeter.Begin("decode"))
        {
            await Decoder.DecodeToFileAsync(song, MediaSniffer.Identify(song), StereoBlock.SampleRate, 2, MostSeconds, decoded, stop);
        }

        using var mix = new MixFile(decoded);
        using (var separator = await Splitter.OpenAsync(engine, stems, mix, _ => { }, stop))
        {
            await Splitter.RunAsync(separator, mix, names, folder, _ => { }, stop);
        }

        var ear = new StemEar(engine.Name, names);
        SplitCheck.Run(mix, names, folder, ear, _ => { }, stop);
        ear.Finish();
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

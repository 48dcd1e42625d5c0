using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Rendering;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Benchmark;

/// <summary>
/// Makes the same films in the naive ways and in ours, and tells what each costs and how well it looks.
/// <c>dotnet run -c Release --project App.Tests -- benchmark [--height 1080] [--footage folder] [--ours] [film …]</c>, where a film is one of
/// <see cref="BenchmarkFilm.All"/>, all of them when none is named; with <c>--ours</c> the other ways, which take most of the time, are left out.
/// </summary>
internal sealed partial class FilmBenchmark : IDisposable
{
    private const string SamePreset = "naive, same preset";
    private const string Fast = "naive, fast crf 23";
    private const string OneGraph = "one graph, same preset";
    private const string Ours = "Downbeat, preset fast";
    private const string Filters = "decoding and filters alone";
    private const string Encoder = "x264 alone, same preset";
    private const string Again = "again, nothing changed";
    private const string OtherShot = "again, one shot changed";
    private const string OtherWords = "again, one caption changed";
    private const string OtherSound = "again, the sound changed";

    private readonly FilmWorkshop workshop = new();
    private readonly RenderSettings settings = RenderSettings.Of(RenderPreset.Fast);
    private readonly List<(string Name, ChildCost Cost, long? Bytes, double? Ssim)> rows = [];
    private readonly BenchmarkFilm film;
    private readonly Cut cut;
    private readonly Dictionary<Guid, ShotSource> sources;
    private readonly List<CutClip> clips;
    private readonly FilmSong song;

    private FilmBenchmark(BenchmarkFilm film, List<(ShotSource Source, double Seconds)> footage, FilmSong song, int height)
    {
        (this.film, this.song) = (film, song);
        sources = footage.ToDictionary(clip => clip.Source.ClipId, clip => clip.Source);
        clips = [.. footage.Select(clip => new CutClip(clip.Source.ClipId, clip.Seconds, false))];
        cut = film.Plan(clips, height);
    }

    public static async Task<int> RunAsync(string[] options)
    {
        string? Option(string name) => Array.IndexOf(options, name) is >= 0 and var at && at + 1 < options.Length ? options[at + 1] : null;
        var height = int.Parse(Option("--height") ?? "1080", CultureInfo.InvariantCulture);
        using var room = new FilmWorkshop();
        var footage = await BenchmarkClips.MakeAsync(room.Ffmpeg, Directory.CreateDirectory(Option("--footage") ?? Path.Combine(room.Folder, "footage")).FullName);
        var named = BenchmarkFilm.All.Where(film => options.Contains(film.Name)).ToList();
        foreach (var film in named.Count > 0 ? named : BenchmarkFilm.All)
        {
            using var benchmark = new FilmBenchmark(film, footage, new(TestData.PathOf("audio/blupi5_first90s.ogg"), "song"), height);
            await benchmark.MeasureAsync(options.Contains("--ours"));
            Console.WriteLine(benchmark.Table());
        }

        Console.WriteLine(await new EffectPrices(room, height).TableAsync(footage[0].Source.Path));
        return 0;
    }

    public void Dispose() => workshop.Dispose();

    private async Task MeasureAsync(bool isOursAlone)
    {
        // Kept as the measure of quality, and as ready frames for the encoder alone.
        var lossless = await LosslessAsync();
        if (!isOursAlone)
        {
            await OthersAsync(lossless);
        }

        await OursAsync(lossless);
    }

    private async Task OthersAsync(string lossless)
    {
        await NaiveAsync(SamePreset, naive => naive.MakeAsync(clips, settings.X264Preset, (int)settings.Crf), lossless);
        await NaiveAsync(Fast, naive => naive.MakeAsync(clips, "fast", 23), lossless);
        await NaiveAsync(OneGraph, naive => naive.MakeAtOnceAsync(settings), lossless);
    }

    private async Task OursAsync(string lossless)
    {
        var store = new FilmWorkshop.FolderPieces(Folder("pieces"));
        await OursAsync(Ours, store, cut, lossless);
        await AddAsync(Filters, DecodeAndFilterAsync);
        await EncodeAloneAsync(lossless);
        await OursAsync(Again, store, cut);
        await OursAsync(OtherShot, store, cut with { Shots = [.. cut.Shots.Select(shot => shot.Index == 5 ? shot with { SourceStartSeconds = shot.SourceStartSeconds + 0.1 } : shot)] });
        if (cut.Captions is { } captions)
        {
            await OursAsync(OtherWords, store, cut with { Captions = captions with { Lines = [.. captions.Lines.Select((line, i) => i == 2 ? line with { Text = "another line", Words = [] } : line)] } });
        }

        await OursAsync(OtherSound, store, cut with { FadeOutFrames = 0, Sound = cut.Sound with { LoudnessLufs = -18 } });
    }

    private async Task AddAsync(string name, Func<Task> work)
    {
        Console.Error.WriteLine($"{film.Name}: {name} …");
        rows.Add((name, await ChildCost.OfAsync(work), null, null));
    }

    private async Task NaiveAsync(string name, Func<NaiveFilm, Task<string>> make, string lossless)
    {
        var (path, folder) = ("", Folder("naive"));
        await AddAsync(name, async () => path = await make(new(workshop.Ffmpeg, folder, cut, sources, await song.FileAsync(folder, CancellationToken.None))));
        rows[^1] = rows[^1] with { Bytes = new FileInfo(path).Length, Ssim = await SsimAsync(path, lossless) };
        Directory.Delete(folder, recursive: true);
    }

    private async Task OursAsync(string name, IPieceStore store, Cut plan, string? lossless = null)
    {
        var path = "";
        await AddAsync(name, async () => path = await FilmAsync(store, plan));
        rows[^1] = rows[^1] with { Bytes = new FileInfo(path).Length, Ssim = lossless is null ? null : await SsimAsync(path, lossless) };
    }

    // No film for players, so it is joined without being checked.
    private async Task<string> LosslessAsync()
    {
        var (path, list) = (Path.Combine(workshop.Folder, "reference.mp4"), Path.Combine(workshop.Folder, "reference.ffconcat"));
        var shots = await workshop.Renderer.RenderAsync(
            cut, sources, new("ultrafast", 0), new FilmWorkshop.FolderPieces(Folder("reference")), workshop.Work, null, CancellationToken.None);
        await File.WriteAllTextAsync(list, FilmJoiner.ListText(cut, shots.Paths));
        await workshop.Ffmpeg.RunAsync(
            ["-f", "concat", "-safe", "0", "-i", list, "-c", "copy", "-video_track_timescale", $"{RenderSettings.TimescaleOf(cut.Rate)}", path], RunLimits.Render, null, CancellationToken.None);
        return path;
    }

    private async Task<string> FilmAsync(IPieceStore store, Cut plan)
    {
        // Judged like every film, but rendered as planned: the ways must show the same pictures.
        var guarded = await new FlashGuard(workshop.Renderer).RenderAsync(plan, isFlashSafe: false, sources, settings, store, workshop.Work, null, CancellationToken.None);
        var path = Path.Combine(workshop.Folder, "ours.mp4");
        await workshop.Joiner.JoinAsync(plan, guarded.Pieces.Paths, song, sources, store, workshop.Work, path, path + ".jpg", null, CancellationToken.None);
        return path;
    }

    private async Task DecodeAndFilterAsync()
    {
        var version = await FfmpegVersion.AskAsync(workshop.Ffmpeg, CancellationToken.None);
        var missing = FilmPiece.Of(cut).Select((piece, i) => new MissingPiece($"{i}", piece));
        var workers = FilmWorkshop.MediaOptions.WorkerCount;
        var passes = RenderPasses.Plan(missing, sources, cut, workers);
        await Parallel.ForAsync(0, passes.Count, new ParallelOptions { MaxDegreeOfParallelism = workers }, async (i, stop) =>
        {
            var folder = Folder($"pass{i}");
            foreach (var (piece, at) in passes[i].Pieces.Select((missing, at) => (missing.Piece, at)))
            {
                if (CaptionScript.Of(cut, piece.Frames) is { } captions)
                {
                    await File.WriteAllTextAsync(PassGraph.CaptionsPath(folder, at), captions.Text, stop);
                }
            }

            var graph = Path.Combine(folder, "graph.txt");
            await File.WriteAllTextAsync(graph, PassGraph.Text(cut, passes[i], folder), stop);
            var arguments = PassGraph.Arguments(cut, passes[i], settings, version, graph, Path.Combine(folder, "trace.rgb"), "unused").TakeWhile(argument => argument != "libx264").SkipLast(1);
            await workshop.Ffmpeg.RunAsync([.. arguments, "-f", "null", "-"], RunLimits.Render, null, stop);
        });
    }

    private async Task EncodeAloneAsync(string lossless)
    {
        var raw = Path.Combine(workshop.Folder, "frames.yuv");
        await workshop.Ffmpeg.RunAsync(["-i", lossless, "-an", "-f", "rawvideo", raw], RunLimits.Render, null, CancellationToken.None);
        var coded = Path.Combine(workshop.Folder, "coded.mp4");
        string[] input = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", $"{cut.Width}x{cut.Height}", "-r", cut.Rate.ToString(), "-i", raw];
        await AddAsync(Encoder, () => workshop.Ffmpeg.RunAsync([.. input, .. settings.EncoderArguments(cut), coded], RunLimits.Render, null, CancellationToken.None));
        rows[^1] = rows[^1] with { Bytes = new FileInfo(coded).Length };
        File.Delete(raw);
    }

    private async Task<double> SsimAsync(string path, string lossless)
    {
        var log = new StringBuilder();
        await workshop.Ffmpeg.PipeAsync(
            ["-i", path, "-i", lossless, "-lavfi", "[0:v]settb=1/15360[a];[1:v]settb=1/15360[b];[a][b]ssim=stats_file=-", "-f", "null", "-"],
            RunLimits.Render,
            (text, _) =>
            {
                log.Append(Encoding.ASCII.GetString(text.Span));
                return ValueTask.CompletedTask;
            },
            CancellationToken.None);
        return AllChannels().Matches(log.ToString()).Average(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    private string Table()
    {
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{film.Name}: {cut.Shots.Count} shots, {cut.Frames} frames of {cut.Width}x{cut.Height} at {cut.Rate}, {FilmWorkshop.MediaOptions.WorkerCount} workers\n");
        table.AppendLine("| way | CPU s | wall s | peak MB | size MB | SSIM |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var (name, cost, bytes, ssim) in rows)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {cost.CpuSeconds:0.0} | {cost.WallSeconds:0.0} | {cost.PeakMegabytes:0} | {bytes / 1e6:0.0} | {ssim:0.0000} |");
        }

        double Cpu(string name) => rows.Single(row => row.Name == name).Cost.CpuSeconds;
        var ours = Cpu(Ours);
        if (rows.Exists(row => row.Name == SamePreset))
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"\nLess CPU than naive at the same preset: {Cpu(SamePreset) / ours:0.0} times; than naive fast crf 23: {Cpu(Fast) / ours:0.0}; than one graph: {Cpu(OneGraph) / ours:0.00}.");
        }

        table.AppendLine(CultureInfo.InvariantCulture, $"\nOver the floor, filters and encoder alone: {ours / (Cpu(Filters) + Cpu(Encoder)):0.00}; ours holds the sound's coding, the join, the checks and the poster too.");
        return table.AppendLine(CultureInfo.InvariantCulture, $"Again: one shot changed {Cpu(OtherShot) / ours:P1}, nothing changed {Cpu(Again) / ours:P1}.").ToString();
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(workshop.Folder, name)).FullName;

    [GeneratedRegex(@"All:([0-9.]+)")]
    private static partial Regex AllChannels();
}

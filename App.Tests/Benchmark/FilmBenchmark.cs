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
/// Makes the same film of 24 shots in the naive way and in ours, and tells what each costs and how well it looks.
/// <c>dotnet run -c Release --project App.Tests -- benchmark [height, default 1080] [folder that keeps the footage]</c>
/// </summary>
internal sealed partial class FilmBenchmark : IDisposable
{
    private const int Shots = 24;

    private readonly FilmWorkshop workshop = new();
    private readonly RenderSettings settings = RenderSettings.Of(RenderPreset.Fast);
    private readonly List<(string Name, ChildCost Cost, long? Bytes, double? Ssim)> rows = [];
    private readonly Cut cut;
    private readonly Dictionary<Guid, ShotSource> sources;
    private readonly List<CutClip> clips;
    private readonly FilmSong song;

    private FilmBenchmark(List<(ShotSource Source, double Seconds)> footage, FilmSong song, int height)
    {
        this.song = song;
        sources = footage.ToDictionary(clip => clip.Source.ClipId, clip => clip.Source);
        clips = [.. footage.Select(clip => new CutClip(clip.Source.ClipId, clip.Seconds, false))];
        cut = Plan(height);
    }

    public static async Task<int> RunAsync(string[] options)
    {
        var height = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 1080;
        using var footageRoom = new FilmWorkshop();
        var folder = options.Length > 1 ? Directory.CreateDirectory(options[1]).FullName : Directory.CreateDirectory(Path.Combine(footageRoom.Folder, "footage")).FullName;
        var footage = await Footage.MakeAsync(footageRoom.Ffmpeg, folder);
        using var benchmark = new FilmBenchmark(footage, new(TestData.PathOf("audio/blupi5_first90s.ogg"), "song"), height);
        await benchmark.MeasureAsync();
        Console.WriteLine(benchmark.Table());
        return 0;
    }

    public void Dispose() => workshop.Dispose();

    private async Task MeasureAsync()
    {
        // Kept as the measure of quality, and as ready frames for the encoder alone.
        var lossless = await LosslessAsync();
        await NaiveAsync($"(a) naive, {settings.X264Preset} crf {settings.Crf}", settings.X264Preset, (int)settings.Crf, lossless);
        await NaiveAsync("(a) naive, fast crf 23", "fast", 23, lossless);

        var store = new FilmWorkshop.FolderPieces(Folder("pieces"));
        var film = "";
        var cost = await ChildCost.OfAsync(async () => film = await FilmAsync("ours", settings, store, cut));
        rows.Add(($"(b) ours, {settings.X264Preset} crf {settings.Crf}", cost, new FileInfo(film).Length, await SsimAsync(film, lossless)));
        rows.Add(("(c) decode and filters alone", await ChildCost.OfAsync(DecodeAndFilterAsync), null, null));
        await EncodeAloneAsync(lossless);
        rows.Add(("ours again, nothing changed", await ChildCost.OfAsync(() => FilmAsync("ours", settings, store, cut)), null, null));
        var changed = cut with { Shots = [.. cut.Shots.Select(shot => shot.Index == 5 ? shot with { SourceStartSeconds = shot.SourceStartSeconds + 0.1 } : shot)] };
        rows.Add(("ours again, one shot changed", await ChildCost.OfAsync(() => FilmAsync("ours", settings, store, changed)), null, null));
    }

    private async Task NaiveAsync(string name, string preset, int crf, string lossless)
    {
        Console.Error.WriteLine($"{name} …");
        var film = "";
        var folder = Folder("naive");
        var cost = await ChildCost.OfAsync(async () => film = await new NaiveFilm(workshop.Ffmpeg, folder, preset, crf).MakeAsync(cut, sources, clips, song.Path));
        rows.Add((name, cost, new FileInfo(film).Length, await SsimAsync(film, lossless)));
        Directory.Delete(folder, recursive: true);
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

    private async Task<string> FilmAsync(string name, RenderSettings how, IPieceStore store, Cut plan)
    {
        Console.Error.WriteLine($"{name} …");
        var shots = await workshop.Renderer.RenderAsync(plan, sources, how, store, workshop.Work, null, CancellationToken.None);
        var path = Path.Combine(workshop.Folder, name + ".mp4");
        await workshop.Joiner.JoinAsync(plan, shots.Paths, song, sources, store, workshop.Work, path, path + ".jpg", null, CancellationToken.None);
        return path;
    }

    private async Task DecodeAndFilterAsync()
    {
        var version = await FfmpegVersion.AskAsync(workshop.Ffmpeg, CancellationToken.None);
        var missing = FilmPiece.Of(cut).Select((piece, i) => new MissingPiece($"{i}", piece));
        var workers = FilmWorkshop.MediaOptions.WorkerCount;
        var passes = RenderPasses.Plan(missing, sources, cut.Rate, workers);
        await Parallel.ForAsync(0, passes.Count, new ParallelOptions { MaxDegreeOfParallelism = workers }, async (i, stop) =>
        {
            var graph = Path.Combine(workshop.Work, $"graph{i}.txt");
            await File.WriteAllTextAsync(graph, PassGraph.Text(cut, passes[i]), stop);
            var arguments = PassGraph.Arguments(cut, passes[i], settings, version, graph, Path.Combine(workshop.Work, $"trace{i}.rgb"), "unused").TakeWhile(argument => argument != "libx264").SkipLast(1);
            await workshop.Ffmpeg.RunAsync([.. arguments, "-f", "null", "-"], RunLimits.Render, null, stop);
        });
    }

    private async Task EncodeAloneAsync(string lossless)
    {
        var raw = Path.Combine(workshop.Folder, "frames.yuv");
        await workshop.Ffmpeg.RunAsync(["-i", lossless, "-an", "-f", "rawvideo", raw], RunLimits.Render, null, CancellationToken.None);
        var coded = Path.Combine(workshop.Folder, "coded.mp4");
        string[] input = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", $"{cut.Width}x{cut.Height}", "-r", cut.Rate.ToString(), "-i", raw];
        var cost = await ChildCost.OfAsync(() =>
            workshop.Ffmpeg.RunAsync([.. input, .. settings.EncoderArguments(cut), coded], RunLimits.Render, null, CancellationToken.None));
        rows.Add(("(d) encoder alone, one thread", cost, new FileInfo(coded).Length, null));
        File.Delete(raw);
    }

    private async Task<double> SsimAsync(string film, string lossless)
    {
        var log = new StringBuilder();
        await workshop.Ffmpeg.PipeAsync(
            ["-i", film, "-i", lossless, "-lavfi", "[0:v]settb=1/15360[a];[1:v]settb=1/15360[b];[a][b]ssim=stats_file=-", "-f", "null", "-"],
            RunLimits.Render,
            (text, _) =>
            {
                log.Append(Encoding.ASCII.GetString(text.Span));
                return ValueTask.CompletedTask;
            },
            CancellationToken.None);
        return AllChannels().Matches(log.ToString()).Average(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    private Cut Plan(int height)
    {
        // Two beats a shot, at a tempo that wanders between 114 and 126 beats a minute; bars of two, so that every second beat is taken.
        var beats = new List<double> { 0 };
        while (beats.Count <= 2 * Shots)
        {
            beats.Add(beats[^1] + (60 / (120 + (6 * Math.Sin(beats.Count / 7.0)))));
        }

        var planned = CutPlanner.Plan(new()
        {
            Grid = new(beats, [.. Enumerable.Range(0, Shots).Select(i => 2 * i)], [], [], beats[^1]),
            Clips = clips,
            MinShotSeconds = 0.9,
            Width = height * 16 / 9 / 2 * 2,
            Height = height,
            Fit = Fit.Contain,
        });

        // On the film's frames, where both ways show the same picture of a clip.
        return planned with { Shots = [.. planned.Shots.Select(shot => shot with { SourceStartSeconds = Math.Round(Math.Floor(shot.SourceStartSeconds * 30) / 30, 6) })] };
    }

    private string Table()
    {
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{cut.Shots.Count} shots, {cut.Frames} frames of {cut.Width}x{cut.Height} at {cut.Rate}, {FilmWorkshop.MediaOptions.WorkerCount} workers\n");
        table.AppendLine("| way | CPU s | wall s | peak MB | size MB | SSIM |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var (name, cost, bytes, ssim) in rows)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {cost.CpuSeconds:0.0} | {cost.WallSeconds:0.0} | {cost.PeakMegabytes:0} | {bytes / 1e6:0.0} | {ssim:0.0000} |");
        }

        double Cpu(string start) => rows.Single(row => row.Name.StartsWith(start, StringComparison.Ordinal)).Cost.CpuSeconds;
        var (ours, same, fast) = (Cpu("(b)"), Cpu($"(a) naive, {settings.X264Preset}"), Cpu("(a) naive, fast"));
        table.AppendLine(CultureInfo.InvariantCulture, $"\nFrom the design, same preset: {same / ours:0.0} times less CPU. From the preset alone: {fast / same:0.0}. Both: {fast / ours:0.0}.");
        table.AppendLine(CultureInfo.InvariantCulture, $"Ours over the floor (c)+(d): {ours / (Cpu("(c)") + Cpu("(d)")):0.00}. Ours holds the sound's coding, the join, its check and the poster too.");
        return table.ToString();
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(workshop.Folder, name)).FullName;

    [GeneratedRegex(@"All:([0-9.]+)")]
    private static partial Regex AllChannels();
}

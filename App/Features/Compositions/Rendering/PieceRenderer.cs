using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>The pieces of a film, ready to be joined.</summary>
/// <param name="Paths">One file for each of <see cref="FilmPiece.Of"/>, in order; pieces that are equal share a file.</param>
/// <param name="TracePaths">The packed <see cref="FlashTrace"/> of each.</param>
/// <param name="Shots">Shots of the film.</param>
/// <param name="Rendered">Indexes of the shots that were rendered now, as a whole or in part.</param>
internal sealed record RenderedPieces(IReadOnlyList<string> Paths, IReadOnlyList<string> TracePaths, int Shots, IReadOnlySet<int> Rendered)
{
    /// <summary>Shots that needed no work.</summary>
    public int ReusedShots => Shots - Rendered.Count;

    /// <summary>Shots that were rendered now.</summary>
    public int RenderedShots => Rendered.Count;
}

/// <summary>Renders the pieces of a film that are not there yet, one run of ffmpeg for each worker at a time.</summary>
internal sealed class PieceRenderer(Ffmpeg ffmpeg, IOptions<MediaOptions> options)
{
    /// <summary>Pieces that go while others are rendered are rendered again, so often at the most.</summary>
    private const int MostRounds = 3;

    /// <summary>Renders what is missing of a film.</summary>
    /// <inheritdoc cref="RenderPiecesAsync"/>
    public Task<RenderedPieces> RenderAsync(
        Cut cut, IReadOnlyDictionary<Guid, ShotSource> sources, RenderSettings settings, IPieceStore store, string workFolder, Action<int, int>? progress, CancellationToken stop) =>
        RenderPiecesAsync(cut, FilmPiece.Of(cut), sources, settings, store, workFolder, progress, stop);

    /// <summary>Renders what is missing. Each piece goes into the store as soon as its pass is done, so that a later call goes on where a stopped one ended.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="pieces">Pieces of it.</param>
    /// <param name="sources">The clips that it names, and the watermark.</param>
    /// <param name="settings">How finely.</param>
    /// <param name="store">Finished pieces.</param>
    /// <param name="workFolder">Folder for unfinished files, on the store's disk; emptied again whatever happens.</param>
    /// <param name="progress">Told frames done and frames to do, from any thread, never falling; reused pieces do not count, and when all are reused nothing is told.</param>
    /// <param name="stop">Kills what is running.</param>
    /// <exception cref="MediaFailure">A clip could not be decoded, or gave fewer frames than planned.</exception>
    /// <exception cref="IOException">Pieces vanish as soon as they are there.</exception>
    public async Task<RenderedPieces> RenderPiecesAsync(
        Cut cut, IReadOnlyList<FilmPiece> pieces, IReadOnlyDictionary<Guid, ShotSource> sources, RenderSettings settings, IPieceStore store, string workFolder, Action<int, int>? progress, CancellationToken stop)
    {
        var version = await FfmpegVersion.AskAsync(ffmpeg, stop).ConfigureAwait(false);
        var keys = await KeysAsync(cut, pieces, sources, settings, stop).ConfigureAwait(false);
        var rendered = new HashSet<int>();
        var isAnew = false;
        for (var round = 0; round < MostRounds; round++)
        {
            var missing = isAnew ? [.. pieces.Zip(keys, (piece, key) => new MissingPiece(key, piece))] : Missing(pieces, keys, store);
            await RenderMissingAsync(cut, missing, sources, settings, version, store, workFolder, round == 0 ? progress : null, stop).ConfigureAwait(false);
            rendered.UnionWith(missing.SelectMany(m => m.Piece.Parts).Select(footage => footage.Shot.Index));
            if (Found(keys, store) is { } paths && Found([.. keys.Select(FlashTrace.KeyOf)], store) is { } traces)
            {
                if (AreOfOneKind(paths))
                {
                    return new(paths, traces, cut.Shots.Count, rendered);
                }

                // Some are from another machine, or from before an update, that the keys do not tell apart.
                isAnew = !isAnew ? true : throw new MediaFailure(MediaFailureReason.WrongOutput, "The encoder has not coded all shots alike, so that they cannot be joined.");
            }
        }

        throw new IOException("Rendered pieces vanish as soon as they are there.");
    }

    /// <summary>The pieces of a film that <see cref="RenderAsync"/> would render; equal ones, which it renders once, are all among them.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="sources">The clips that it names, and the watermark.</param>
    /// <param name="settings">How finely.</param>
    /// <param name="store">Finished pieces.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<IReadOnlyList<MissingPiece>> MissingAsync(Cut cut, IReadOnlyDictionary<Guid, ShotSource> sources, RenderSettings settings, IPieceStore store, CancellationToken stop)
    {
        var pieces = FilmPiece.Of(cut);
        return Missing(pieces, await KeysAsync(cut, pieces, sources, settings, stop).ConfigureAwait(false), store);
    }

    /// <summary>The names under which pieces of a film are kept, in order.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="pieces">Pieces of it.</param>
    /// <param name="sources">The clips that it names, and the watermark.</param>
    /// <param name="settings">How finely.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<IReadOnlyList<string>> KeysAsync(Cut cut, IReadOnlyList<FilmPiece> pieces, IReadOnlyDictionary<Guid, ShotSource> sources, RenderSettings settings, CancellationToken stop)
    {
        var version = await FfmpegVersion.AskAsync(ffmpeg, stop).ConfigureAwait(false);
        return [.. pieces.Select(piece => PieceKey.Of(cut, piece, sources, settings, version))];
    }

    private static List<MissingPiece> Missing(IReadOnlyList<FilmPiece> pieces, IReadOnlyList<string> keys, IPieceStore store) =>
        [.. pieces.Zip(keys, (piece, key) => new MissingPiece(key, piece)).Where(m => store.TryFind(m.Key) is null || store.TryFind(FlashTrace.KeyOf(m.Key)) is null)];

    /// <summary>The files of some keys; null when one of them is not there.</summary>
    private static List<string>? Found(IReadOnlyCollection<string> keys, IPieceStore store) => keys.Select(store.TryFind).OfType<string>().ToList() is var paths && paths.Count == keys.Count ? paths : null;

    private async Task RenderMissingAsync(
        Cut cut, List<MissingPiece> missing, IReadOnlyDictionary<Guid, ShotSource> sources, RenderSettings settings, FfmpegVersion version, IPieceStore store, string workFolder,
        Action<int, int>? progress, CancellationToken stop)
    {
        var watermark = cut.Watermark is { } mark ? sources[mark.PictureId] : null;
        var workerCount = Math.Min(options.Value.WorkerCount, settings.Hardware?.MostRuns ?? int.MaxValue);
        var passes = RenderPasses.Plan(missing, sources, cut, workerCount).Select(pass => pass with { Watermark = watermark }).ToList();
        var done = new FramesDone(passes.Count, passes.Sum(pass => pass.Frames), progress);
        var workers = new ParallelOptions { MaxDegreeOfParallelism = workerCount, CancellationToken = stop };
        await Parallel.ForAsync(0, passes.Count, workers, async (i, cancel) =>
            await RenderPassAsync(cut, passes[i], settings, version, store, Path.Combine(workFolder, Name(i)), frames => done.Report(i, frames), cancel).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    // A player is set up once, with what the first piece says.
    private static bool AreOfOneKind(IReadOnlyList<string> paths) =>
        paths.Distinct().Select(path => Convert.ToHexString(Mp4Pictures.ParameterSetsOf(path))).Distinct().Take(2).ToList() is [{ Length: > 0 }];

    private async Task RenderPassAsync(
        Cut cut, RenderPass pass, RenderSettings settings, FfmpegVersion version, IPieceStore store, string folder, Action<long> progress, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        try
        {
            for (var i = 0; i < pass.Pieces.Count; i++)
            {
                if (CaptionScript.Of(cut, pass.Pieces[i].Piece.Frames) is { } captions)
                {
                    await File.WriteAllTextAsync(PassGraph.CaptionsPath(folder, i), captions.Text, stop).ConfigureAwait(false);
                }
            }

            var (graph, trace) = (Path.Combine(folder, "graph.txt"), Path.Combine(folder, "trace.rgb"));
            await File.WriteAllTextAsync(graph, PassGraph.Text(cut, pass, folder, settings.Hardware), stop).ConfigureAwait(false);
            var pattern = Path.Combine(folder.Replace("%", "%%", StringComparison.Ordinal), "part_%04d.mp4");
            await ffmpeg.RunAsync(
                PassGraph.Arguments(cut, pass, settings, version, graph, trace, pattern), RunLimits.Render with { UsesDriver = settings.Hardware is not null }, at => progress(at.Frames), stop).ConfigureAwait(false);
            await using var traces = File.OpenRead(trace);
            for (var i = 0; i < pass.Pieces.Count; i++)
            {
                var part = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"part_{i:0000}.mp4"));
                Check(cut, pass, pass.Pieces[i].Piece, part);
                await FlashTrace.PackAsync(traces, pass.Pieces[i].Piece.Frames.Count, part + ".flash", stop).ConfigureAwait(false);
                await store.AddAsync(FlashTrace.KeyOf(pass.Pieces[i].Key), part + ".flash").ConfigureAwait(false);
                await store.AddAsync(pass.Pieces[i].Key, part).ConfigureAwait(false);
            }

            progress(pass.Frames);
        }
        catch (MediaFailure failure) when (failure.Reason == MediaFailureReason.ExitStatus)
        {
            throw new MediaFailure(failure.Reason, $"{Clips(pass)} could not be rendered: {failure.Message}", failure.ErrorTail);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Check(Cut cut, RenderPass pass, FilmPiece piece, string part)
    {
        // ffmpeg ends well also when a clip gives no picture where one was expected.
        var frames = File.Exists(part) ? Mp4Pictures.CountOf(part) : 0;
        if (frames != piece.Frames.Count)
        {
            throw new MediaFailure(
                MediaFailureReason.WrongOutput,
                FormattableString.Invariant($"{Clips(pass)} gave {frames} of {piece.Frames.Count} frames from {piece.Footage.StartSeconds(cut.Rate):0.###} s on."));
        }
    }

    private static string Clips(RenderPass pass) => $"Clip {string.Join(" and ", pass.Inputs.Select(input => input.Source.ClipId).Distinct())}";

    private static string Name(int pass) => string.Create(CultureInfo.InvariantCulture, $"pass_{pass:0000}");

    private sealed class FramesDone(int passes, int total, Action<int, int>? progress)
    {
        private readonly long[] frames = new long[passes];
        private readonly Lock gate = new();

        public void Report(int pass, long count)
        {
            lock (gate)
            {
                frames[pass] = Math.Max(frames[pass], count);
                progress?.Invoke((int)Math.Min(total, frames.Sum()), total);
            }
        }
    }
}

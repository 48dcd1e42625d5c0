using System.Globalization;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;
using Microsoft.Extensions.Options;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>The shots of a film, ready to be joined.</summary>
/// <param name="Paths">One file for each shot of the cut, in order; shots that are equal share a file.</param>
/// <param name="Reused">Shots that needed no work.</param>
/// <param name="Rendered">Files that were rendered now.</param>
internal sealed record RenderedShots(IReadOnlyList<string> Paths, int Reused, int Rendered);

/// <summary>Renders the shots of a cut that are not there yet, one run of ffmpeg for each worker at a time.</summary>
internal sealed class ShotRenderer(Ffmpeg ffmpeg, IOptions<MediaOptions> options)
{
    /// <summary>Renders what is missing. Each shot goes into the store as soon as its pass is done, so that a later call goes on where a stopped one ended.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="sources">The clips that it names.</param>
    /// <param name="settings">How finely.</param>
    /// <param name="store">Finished shots.</param>
    /// <param name="workFolder">Folder for unfinished files, on the store's disk; emptied again whatever happens.</param>
    /// <param name="progress">Told frames done and frames to do, from any thread, never falling; reused shots do not count, and when all are reused nothing is told.</param>
    /// <param name="stop">Kills what is running.</param>
    /// <exception cref="MediaFailure">A clip could not be decoded, or gave fewer frames than planned.</exception>
    public async Task<RenderedShots> RenderAsync(
        Cut cut, IReadOnlyDictionary<Guid, ShotSource> sources, RenderSettings settings, IPieceStore store, string workFolder, Action<int, int>? progress, CancellationToken stop)
    {
        var version = await FfmpegVersion.AskAsync(ffmpeg, stop).ConfigureAwait(false);
        var keys = cut.Shots.Select(shot => ShotKey.Of(cut, shot, sources[shot.ClipId], settings, version)).ToList();
        var missing = cut.Shots.Where(shot => store.TryFind(keys[shot.Index]) is null)
            .Select(shot => (sources[shot.ClipId], shot.Filling == Filling.Loop, new MissingShot(keys[shot.Index], shot.SourceStartSeconds, shot.Frames.Count)))
            .ToList();
        var passes = ShotPasses.Plan(missing, cut.Rate, options.Value.WorkerCount);
        var done = new FramesDone(passes.Count, passes.Sum(pass => pass.Frames), progress);
        var workers = new ParallelOptions { MaxDegreeOfParallelism = options.Value.WorkerCount, CancellationToken = stop };
        await Parallel.ForAsync(0, passes.Count, workers, async (i, cancel) =>
            await RenderPassAsync(cut, passes[i], settings, version, store, Path.Combine(workFolder, Name(i)), frames => done.Report(i, frames), cancel).ConfigureAwait(false))
            .ConfigureAwait(false);
        var rendered = passes.Sum(pass => pass.Shots.Count);
        return new([.. keys.Select(key => store.TryFind(key) ?? throw new FileNotFoundException($"The rendered shot {key} has gone."))], cut.Shots.Count - rendered, rendered);
    }

    private async Task RenderPassAsync(
        Cut cut, ShotPass pass, RenderSettings settings, FfmpegVersion version, IPieceStore store, string folder, Action<long> progress, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        try
        {
            var graph = Path.Combine(folder, "graph.txt");
            await File.WriteAllTextAsync(graph, ShotGraph.Text(cut, pass), stop).ConfigureAwait(false);
            var pattern = Path.Combine(folder.Replace("%", "%%", StringComparison.Ordinal), "part_%04d.mp4");
            await ffmpeg.RunAsync(
                ShotGraph.Arguments(cut, pass, settings, version, graph, pattern), RunLimits.Render, at => progress(at.Frames), stop).ConfigureAwait(false);
            for (var i = 0; i < pass.Shots.Count; i++)
            {
                var part = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"part_{i:0000}.mp4"));
                Check(pass, pass.Shots[i], part);
                await store.AddAsync(pass.Shots[i].Key, part).ConfigureAwait(false);
            }

            progress(pass.Frames);
        }
        catch (MediaFailure failure) when (failure.Reason == MediaFailureReason.ExitStatus)
        {
            throw new MediaFailure(failure.Reason, $"Clip {pass.Source.ClipId} could not be rendered: {failure.Message}", failure.ErrorTail);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Check(ShotPass pass, MissingShot shot, string part)
    {
        // ffmpeg ends well also when a clip gives no picture where one was expected.
        var frames = File.Exists(part) ? Mp4SampleCount.Of(part) : 0;
        if (frames != shot.Frames)
        {
            throw new MediaFailure(
                MediaFailureReason.WrongOutput,
                FormattableString.Invariant($"Clip {pass.Source.ClipId} gave {frames} of {shot.Frames} frames from {shot.SourceStartSeconds:0.###} s on."));
        }
    }

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

using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;

namespace Downbeat.Features.Demo;

/// <summary>The step that draws the demo's clips and has its video made.</summary>
internal sealed record MakeDemo(Guid SongId);

/// <summary>Draws the clips that are not there yet, two at a time, while the song is being listened to; then asks for the video, once.</summary>
internal sealed class MakeDemoHandler(ClipLibrary clips, SongAnalyst analyst, CompositionStudio studio, JobBoard board, Ffmpeg ffmpeg, FileStore files) : IStepHandler<MakeDemo>
{
    private const int AtOnce = 2;

    /// <inheritdoc/>
    public async Task<StepOutcome> RunAsync(MakeDemo step, StepContext context, CancellationToken stop)
    {
        using var workspace = files.OpenWorkspace(context.WorkspaceName);
        var there = (await clips.ListAsync(context.OwnerId, step.SongId, stop)).Select(clip => clip.Title).ToHashSet();
        var missing = DemoClips.All.Where(clip => !there.Contains(clip.Title)).ToList();
        var done = 0;
        context.Report("Drawing clips", 0);
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (clip, cancel) =>
        {
            using var desk = files.OpenWorkspace($"{context.WorkspaceName}-{clip.Name}");
            var path = desk.File("clip.mp4");
            await DemoClips.DrawAsync(clip, path, ffmpeg, cancel);
            await clips.AddAsync(context.OwnerId, step.SongId, await DemoStudio.DescribeAsync(path, clip.Title, "", cancel), desk, cancel, ClipSource.Generated);
            context.Report("Drawing clips", 0.95 * Interlocked.Increment(ref done) / missing.Count);
        });
        var order = DemoClips.All.Select(clip => clip.Title).ToList();
        var drawn = await clips.ListAsync(context.OwnerId, step.SongId, stop);
        await clips.ReorderAsync(context.OwnerId, step.SongId, [.. drawn.OrderBy(clip => order.IndexOf(clip.Title)).Select(clip => clip.Id)], stop);
        context.Report("Waiting for the song to be heard", 0.95);
        await HeardAsync(context.OwnerId, step.SongId, stop);
        await studio.StartAsync(context.OwnerId, step.SongId, new CompositionSettings { Width = 1280, Height = 720 }, $"demo-{step.SongId:N}", stop);
        return StepOutcome.Done();
    }

    /// <summary>Waits until the song has been listened to. It was uploaded first, so that this is over before the clips are drawn, as a rule.</summary>
    private async Task HeardAsync(Guid ownerId, Guid songId, CancellationToken stop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = board.Subscribe(ownerId, job =>
        {
            if (job is { Kind: JobKind.Analysis, IsFinished: true } && job.SubjectId == songId)
            {
                ended.TrySetResult();
            }
        });
        if (await analyst.FindAsync(ownerId, songId, stop) is null)
        {
            await ended.Task.WaitAsync(TimeSpan.FromMinutes(5), stop);
        }
    }
}

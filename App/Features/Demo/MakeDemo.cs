using Downbeat.Features.Analysis;
using Downbeat.Features.Clips.Generating;
using Downbeat.Features.Compositions;
using Downbeat.Jobs;

namespace Downbeat.Features.Demo;

/// <summary>The step that has the demo's clips drawn and its video made.</summary>
internal sealed record MakeDemo(Guid SongId);

/// <summary>Waits until the song has been heard, asks for its clips, waits for them, and then asks for the video, once.</summary>
internal sealed class MakeDemoHandler(ClipMaker maker, SongAnalyst analyst, CompositionStudio studio, JobDesk desk, JobBoard board) : IStepHandler<MakeDemo>
{
    private const int ClipCount = 10;

    /// <inheritdoc/>
    public async Task<StepOutcome> RunAsync(MakeDemo step, StepContext context, CancellationToken stop)
    {
        context.Report("Waiting for the song to be heard", 0);
        await EndedAsync(context.OwnerId, job => job.Kind == JobKind.Analysis && job.SubjectId == step.SongId, async () => await analyst.FindAsync(context.OwnerId, step.SongId, stop) is not null, stop);
        var drawing = await maker.GenerateAsync(context.OwnerId, step.SongId, new() { Count = ClipCount, Style = "abstract", Lines = 720, Seed = 1 }, $"demo-clips-{step.SongId:N}", stop);
        context.Report("Drawing clips", 0.05);
        await EndedAsync(context.OwnerId, job => job.Id == drawing.Id, async () => (await desk.GetAsync(context.OwnerId, drawing.Id, stop)).IsFinished, stop);
        await studio.StartAsync(context.OwnerId, step.SongId, new CompositionSettings { Width = 1280, Height = 720 }, $"demo-{step.SongId:N}", stop);
        return StepOutcome.Done();
    }

    /// <summary>Waits until a job has ended.</summary>
    private async Task EndedAsync(Guid ownerId, Func<Job, bool> isIt, Func<Task<bool>> hasEnded, CancellationToken stop)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = board.Subscribe(ownerId, job =>
        {
            if (job.IsFinished && isIt(job))
            {
                ended.TrySetResult();
            }
        });
        if (!await hasEnded())
        {
            await ended.Task.WaitAsync(TimeSpan.FromMinutes(10), stop);
        }
    }
}

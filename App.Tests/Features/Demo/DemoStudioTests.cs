using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Features.Demo;
using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Demo;

public sealed class DemoStudioTests(Studios studios)
{
    [Fact]
    public async Task One_click_makes_a_song_ten_clips_drawn_to_it_and_a_finished_video()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var rendered = new TaskCompletionSource<Job>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = studio.Services.GetRequiredService<JobBoard>().Subscribe(owner, job =>
        {
            if (job is { Kind: JobKind.Composition, IsFinished: true } or { Status: JobStatus.Failed })
            {
                rendered.TrySetResult(job);
            }
        });

        var song = await studio.Services.GetRequiredService<DemoStudio>().CreateAsync(owner, TestContext.Current.CancellationToken);

        Assert.Equal("First Light", (await caller.GetAsync($"songs/{song}")).GetProperty("title").GetString());
        var end = await rendered.Task.WaitAsync(TimeSpan.FromMinutes(8), TestContext.Current.CancellationToken);
        Assert.True(end.Status == JobStatus.Succeeded, $"{end.Kind}: {end.ErrorMessage}");
        var clips = await studio.Services.GetRequiredService<ClipLibrary>().ListAsync(owner, song, TestContext.Current.CancellationToken);
        Assert.Equal(10, clips.Count);
        Assert.All(clips, clip => Assert.True(clip is { Source: ClipSource.Generated, Status: ClipStatus.Completed, Prompt.Length: > 20 }));
        Assert.Equal(0, clips[0].SongStart);
        Assert.All(clips.Zip(clips.Skip(1)), pair => Assert.InRange(pair.First.SongStart!.Value + pair.First.DurationSeconds!.Value - pair.Second.SongStart!.Value, 0, 1.0 / 30));
        var compositions = studio.Services.GetRequiredService<CompositionStudio>();
        var video = Assert.Single(await compositions.ListAsync(owner, song, TestContext.Current.CancellationToken));
        Assert.True(File.Exists(compositions.FindVideo(video)) && File.Exists(compositions.FindPoster(video)));
        var sync = await studio.Services.GetRequiredService<SyncProof>().ReadAsync(owner, video.Id, TestContext.Current.CancellationToken);
        Assert.True(sync.Cuts.Count > 8);
        Assert.InRange(sync.MaxErrorMs, 0, 1000.0 / 60);
    }
}

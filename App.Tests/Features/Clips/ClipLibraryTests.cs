using Downbeat.Features.Clips;
using Downbeat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Clips;

public sealed class ClipLibraryTests(Studios studios)
{
    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Databases))]
    public async Task An_order_names_every_clip_of_the_song_once(string database)
    {
        var studio = await studios.OnAsync(database);
        var library = studio.Services.GetRequiredService<ClipLibrary>();
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var songs = await studio.AddSongsAsync(owner, 2);
        var clips = await studio.AddClipsAsync(owner, songs[0], 3);
        var foreign = (await studio.AddClipsAsync(owner, songs[1], 1))[0];
        Guid[] wanted = [clips[2], clips[0], clips[1]];

        Assert.Equal(wanted, (await library.ReorderAsync(owner, songs[0], wanted, CancellationToken.None)).Select(clip => clip.Id));

        Guid[][] refused = [[], [.. clips.Take(2)], [.. clips, foreign], [clips[0], clips[1], foreign], [clips[0], clips[1], clips[1]], [clips[0], clips[1], clips[2], clips[2]]];
        foreach (var order in refused)
        {
            var problem = await Assert.ThrowsAsync<StudioProblem>(() => library.ReorderAsync(owner, songs[0], order, CancellationToken.None));
            Assert.Equal((400, "clipIds"), (problem.Status, Assert.Single(problem.Errors!).Key));
        }

        Assert.Equal(404, (await Assert.ThrowsAsync<StudioProblem>(() => library.ReorderAsync(Guid.NewGuid(), songs[0], wanted, CancellationToken.None))).Status);
        var listed = await library.ListAsync(owner, songs[0], CancellationToken.None);
        Assert.Equal(wanted, listed.Select(clip => clip.Id));
        Assert.Equal([0, 1, 2], listed.Select(clip => clip.Index));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Those_behind_a_deleted_clip_move_up(string database)
    {
        var studio = await studios.OnAsync(database);
        var library = studio.Services.GetRequiredService<ClipLibrary>();
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var song = (await studio.AddSongsAsync(owner, 1))[0];
        var clips = await studio.AddClipsAsync(owner, song, 4);

        // Twice at once: only one of them moves the others.
        var ends = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ => (int)(await caller.Http.DeleteAsync($"clips/{clips[1]}")).StatusCode));

        Assert.Contains(204, ends);
        Assert.All(ends, end => Assert.True(end is 204 or 404));
        Assert.Equal([(clips[0], 0), (clips[2], 1), (clips[3], 2)], (await library.ListAsync(owner, song, CancellationToken.None)).Select(clip => (clip.Id, clip.Index)));
    }

    [Fact]
    public async Task A_song_takes_no_more_clips_than_it_may_have()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var song = (await studio.AddSongsAsync(owner, 1))[0];
        await studio.AddClipsAsync(owner, song, 64);
        await using var still = File.OpenRead(await SmallMedia.StillAsync());

        var answer = await caller.UploadAsync($"songs/{song}/clips", still, "one too many.png");

        Assert.Equal(System.Net.HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("clip.quota_reached", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}

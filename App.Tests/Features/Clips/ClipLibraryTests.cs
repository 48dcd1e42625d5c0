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
    public async Task Clips_that_arrive_together_get_places_of_their_own_and_deleted_ones_leave_no_file(string database)
    {
        var studio = await studios.OnAsync(database);
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var still = await SmallMedia.StillAsync();

        var clips = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => caller.UploadAsync($"songs/{song}/clips", still)));

        Assert.Equal(Enumerable.Range(0, 6), clips.Select(clip => clip.GetProperty("index").GetInt32()).Order());
        var folder = Path.Combine(studio.DataDirectory, "files", Downbeat.Features.Songs.Song.FolderOf(song), "clips");
        Assert.Equal(12, Directory.GetFiles(folder).Length);
        foreach (var clip in clips)
        {
            (await caller.Http.DeleteAsync($"clips/{clip.GetProperty("id").GetString()}")).EnsureSuccessStatusCode();
        }

        Assert.Empty(Directory.GetFiles(folder));
        Assert.Equal(0, (await caller.GetAsync($"songs/{song}/clips")).GetArrayLength());
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

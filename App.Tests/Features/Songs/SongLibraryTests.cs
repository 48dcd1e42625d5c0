using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.Data;
using Downbeat.E2E.Support;
using Downbeat.Features.Songs;
using Downbeat.Jobs;
using Downbeat.Storage;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Songs;

public sealed class SongLibraryTests(Studios studios)
{
    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_song_is_renamed_and_nonsense_is_refused_by_name(string database)
    {
        var (library, studio) = await OpenAsync(database);
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var id = (await studio.AddSongsAsync(owner, 1))[0];

        var song = await library.RenameAsync(owner, id, " New\n name ", "Somebody", CancellationToken.None);
        Assert.Equal(("New name", "Somebody", SongStatus.Ready), (song.Title, song.Artist, song.Status));
        song = await library.RenameAsync(owner, id, null, "", CancellationToken.None);
        Assert.Equal(("New name", ""), (song.Title, song.Artist));

        (string? Title, string? Artist, string Field)[] refused = [("", null, "title"), (" \n ", null, "title"), (new string('x', 257), null, "title"), (null, new string('x', 257), "artist")];
        foreach (var (title, artist, field) in refused)
        {
            var problem = await Assert.ThrowsAsync<StudioProblem>(() => library.RenameAsync(owner, id, title, artist, CancellationToken.None));
            Assert.Equal((400, field), (problem.Status, Assert.Single(problem.Errors!).Key));
        }

        Assert.Equal(404, (await Assert.ThrowsAsync<StudioProblem>(() => library.RenameAsync(Guid.NewGuid(), id, "Mine", null, CancellationToken.None))).Status);
        Assert.Equal("New name", (await library.GetAsync(owner, id, CancellationToken.None)).Title);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Deleting_a_song_stops_its_work_and_leaves_nothing(string database)
    {
        var (library, studio) = await OpenAsync(database);
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var id = Guid.Parse(await caller.AddSongAsync(await SmallMedia.SongAsync()));
        await caller.UploadAsync($"songs/{id}/clips", await SmallMedia.ClipAsync());
        var other = (await studio.AddSongsAsync(owner, 1))[0];
        var (running, ended) = (new TaskCompletionSource(), new TaskCompletionSource<JobStatus>());
        using var subscription = studio.Services.GetRequiredService<JobBoard>().Subscribe(owner, job =>
        {
            if (job is { Kind: JobKind.Composition, IsFinished: true })
            {
                ended.TrySetResult(job.Status);
            }
            else if (job is { Kind: JobKind.Composition, Progress: > 0 })
            {
                running.TrySetResult();
            }
        });
        await caller.PostAsync($"songs/{id}/compositions", new { width = 1920, height = 1080, fps = 60, preset = "high" });
        await running.Task.WaitAsync(TimeSpan.FromMinutes(2));

        await library.DeleteAsync(owner, id, CancellationToken.None);

        // It had ended before the deletion did.
        Assert.True(ended.Task.IsCompleted);
        Assert.Equal(JobStatus.Cancelled, await ended.Task);
        await using var db = await studio.Contexts().CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Equal([other], await db.Jobs.Where(job => job.OwnerId == owner).Select(job => job.SubjectId).ToListAsync(TestContext.Current.CancellationToken));
        Assert.False(Directory.Exists(Path.Combine(studio.DataDirectory, "files", Song.FolderOf(id))));
        Assert.Equal("song.not_found", (await Assert.ThrowsAsync<StudioProblem>(() => library.DeleteAsync(owner, id, CancellationToken.None))).Code);
        Assert.Equal([other], (await library.ListAsync(owner, new(), CancellationToken.None)).Items.Select(song => song.Id));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Uploads_at_the_same_moment_fill_the_quota_exactly(string database)
    {
        var (_, studio) = await OpenAsync(database);
        using var caller = await ApiCaller.RegisterAsync(studio);
        var file = await SmallMedia.SongAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
        {
            await using var content = File.OpenRead(file);
            var answer = await caller.UploadAsync("songs", content, $"song {i}.mp3");
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return (answer.StatusCode, Code: body.TryGetProperty("code", out var code) ? code.GetString() : null);
        }));

        Assert.Equal(Studios.Quota, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(5 - Studios.Quota, answers.Count(answer => answer == (HttpStatusCode.Conflict, "song.quota_reached")));
        var songs = (await caller.GetAsync("songs")).GetProperty("items").EnumerateArray().Select(song => song.GetProperty("id").GetGuid()).ToList();
        Assert.Equal(Studios.Quota, songs.Count);
        Assert.All(songs, id => Assert.True(Directory.Exists(Path.Combine(studio.DataDirectory, "files", Song.FolderOf(id)))));
        Assert.Equal(Studios.Quota, (await caller.GetAsync("jobs")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task What_a_killed_process_left_behind_is_swept_at_the_next_start_and_what_has_a_row_stays()
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-sweep-");
        try
        {
            var kept = await AddSongAsync(folder.FullName);
            var file = Write(Path.Combine("files", Song.FolderOf(kept), "original.mp3"));
            var orphan = Write(Path.Combine("files", Song.FolderOf(Guid.CreateVersion7()), "original.mp3"));
            var half = Write(Path.Combine("work", "upload-1", "upload"));

            await using (await Task.Run(() => Studio.Start(("DataDirectory", folder.FullName))))
            {
                Assert.True(File.Exists(file));
                Assert.False(Directory.Exists(Path.GetDirectoryName(orphan)));
                Assert.False(Directory.Exists(Path.GetDirectoryName(half)));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        string Write(string name)
        {
            var path = Path.Combine(folder.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "x");
            return path;
        }
    }

    /// <summary>What a studio that ended leaves: its database with one song.</summary>
    private static async Task<Guid> AddSongAsync(string folder)
    {
        var collection = new ServiceCollection().AddLogging();
        collection.AddData(new ConfigurationBuilder().Build(), new DataDirectory(folder));
        await using var services = collection.BuildServiceProvider();
        await DataFeature.MigrateAsync(services, CancellationToken.None);
        await using var db = await services.GetRequiredService<IDbContextFactory<StudioDb>>().CreateDbContextAsync();
        var user = new User { Id = Guid.CreateVersion7(), UserName = "somebody" };
        var song = new Song { OwnerId = user.Id, Title = "Kept" };
        db.AddRange(user, song);
        await db.SaveChangesAsync();
        return song.Id;
    }

    private async Task<(SongLibrary Library, Studio Studio)> OpenAsync(string database)
    {
        var studio = await studios.OnAsync(database);
        return (studio.Services.GetRequiredService<SongLibrary>(), studio);
    }
}

using Downbeat.E2E.Support;
using Downbeat.Features.Clips;
using Downbeat.Features.Clips.Library;
using Downbeat.Storage;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Clips.Library;

/// <summary>What the start of the studio makes of clips that are older than the library, and of what a killed process left behind.</summary>
public sealed class FootageSweepTests(Studios studios) : IClassFixture<Studios>
{
    private static readonly DateTimeOffset Yesterday = DateTimeOffset.UtcNow.AddDays(-1);

    public static TheoryData<string> Databases => TestDatabase.Kinds;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task Clips_older_than_the_library_work_as_they_are_and_are_taken_over_with_their_files(string database)
    {
        using var room = await OpenAsync(database);
        var (first, twin, other) = (await room.AddOldAsync(0, await SmallMedia.ClipAsync(), attempt: 2), await room.AddOldAsync(1, await SmallMedia.ClipAsync()), await room.AddOldAsync(0, await SmallMedia.StillAsync()));
        var film = await File.ReadAllBytesAsync(await SmallMedia.ClipAsync(), Stop);
        Assert.Equal(film, await room.Caller.Http.GetByteArrayAsync($"clips/{first}/video", Stop));
        Assert.Equal(0, (await room.Caller.GetAsync("footage")).GetProperty("total").GetInt32());

        await room.SweepAsync();
        await room.SweepAsync();

        Assert.Equal(film, await room.Caller.Http.GetByteArrayAsync($"clips/{first}/video", Stop));
        Assert.Equal(film, await room.Caller.Http.GetByteArrayAsync($"clips/{twin}/video", Stop));
        Assert.NotEmpty(await room.Caller.Http.GetByteArrayAsync($"clips/{other}/thumbnail", Stop));
        var listed = (await room.Caller.GetAsync("footage")).GetProperty("items").EnumerateArray().ToDictionary(footage => footage.GetProperty("id").GetGuid());
        Assert.Equal([first, other], listed.Keys.Order());
        Assert.Equal(["Song 0", "Song 1"], listed[first].GetProperty("songs").EnumerateArray().Select(song => song.GetProperty("title").GetString()));
        Assert.False(listed[first].GetProperty("hasPreview").GetBoolean());
        Assert.All(room.Songs, song => Assert.Empty(Directory.GetFiles(Path.Combine(room.Studio.DataDirectory, "files", Downbeat.Features.Songs.Song.FolderOf(song), "clips"))));

        var again = await room.Caller.UploadAsync($"songs/{room.Songs[1]}/clips", await SmallMedia.ClipAsync());
        Assert.Equal(first, again.GetProperty("footageId").GetGuid());
        foreach (var clip in (Guid[])[first, twin, other, again.GetProperty("id").GetGuid()])
        {
            (await room.Caller.Http.DeleteAsync($"clips/{clip}", Stop)).EnsureSuccessStatusCode();
        }

        Assert.False(room.Exists(first) || room.Exists(other));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_take_over_that_was_killed_between_the_files_and_the_row_is_ended(string database)
    {
        using var room = await OpenAsync(database);
        var clip = await room.AddOldAsync(0, await SmallMedia.StillAsync());
        var files = room.Studio.Services.GetRequiredService<FileStore>();
        await using (var db = await room.Studio.Contexts().CreateDbContextAsync(Stop))
        {
            var row = await db.Clips.AsNoTracking().FirstAsync(c => c.Id == clip, Stop);
            files.Put(Footage.VideoKeyOf(clip, row.Extension), files.Find(row.VideoKey)!);
        }

        await room.SweepAsync();

        Assert.Equal(await File.ReadAllBytesAsync(await SmallMedia.StillAsync(), Stop), await room.Caller.Http.GetByteArrayAsync($"clips/{clip}/video", Stop));
        Assert.NotEmpty(await room.Caller.Http.GetByteArrayAsync($"footage/{clip}/thumbnail", Stop));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task An_old_clip_without_its_file_is_left_and_can_be_deleted(string database)
    {
        using var room = await OpenAsync(database);
        var clip = await room.AddOldAsync(0, await SmallMedia.StillAsync());
        Directory.Delete(Path.Combine(room.Studio.DataDirectory, "files", Downbeat.Features.Songs.Song.FolderOf(room.Songs[0]), "clips"), recursive: true);

        await room.SweepAsync();

        Assert.Equal(0, (await room.Caller.GetAsync("footage")).GetProperty("total").GetInt32());
        Assert.False(room.Exists(clip));
        (await room.Caller.Http.DeleteAsync($"clips/{clip}", Stop)).EnsureSuccessStatusCode();
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_a_killed_process_left_goes_and_what_is_about_to_be_saved_stays(string database)
    {
        using var room = await OpenAsync(database);
        var (unused, kept) = ((await room.Studio.AddFootageAsync(room.Owner, room.Songs[0], "Unused"))[0], (await room.Studio.AddFootageAsync(room.Owner, null, "Kept"))[0]);
        await using (var db = await room.Studio.Contexts().CreateDbContextAsync(Stop))
        {
            // As when a song was deleted and the process died before the library heard of it.
            await db.Clips.Where(clip => clip.FootageId == unused).ExecuteDeleteAsync(Stop);
        }

        var (young, old) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (var id in (Guid[])[unused, kept, young, old])
        {
            room.MakeFolder(id, isOld: id != young);
        }

        await room.SweepAsync();

        Assert.Equal([false, true, true, false], ((Guid[])[unused, kept, young, old]).Select(room.Exists));
        Assert.Equal(["Kept"], (await room.Caller.GetAsync("footage")).GetProperty("items").EnumerateArray().Select(footage => footage.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task The_studio_sweeps_when_it_starts()
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-footage-sweep-");
        try
        {
            var orphan = Directory.CreateDirectory(Path.Combine(folder.FullName, "files", "footage", $"{Guid.CreateVersion7():N}"));

            await using (await Task.Run(() => Studio.Start(("DataDirectory", folder.FullName))))
            {
                Assert.False(Directory.Exists(orphan.FullName));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<Room> OpenAsync(string database)
    {
        var studio = await studios.OnAsync(database);
        var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        return new(studio, caller, owner, await studio.AddSongsAsync(owner, 2));
    }

    private sealed record Room(Studio Studio, ApiCaller Caller, Guid Owner, IReadOnlyList<Guid> Songs) : IDisposable
    {
        public void Dispose() => Caller.Dispose();

        public Task SweepAsync() => Studio.Services.GetRequiredService<FootageSweep>().RunAsync(Yesterday, Stop);

        public bool Exists(Guid footageId) => Directory.Exists(FolderOf(footageId));

        public void MakeFolder(Guid footageId, bool isOld)
        {
            var folder = Directory.CreateDirectory(FolderOf(footageId));
            folder.LastWriteTimeUtc = isOld ? Yesterday.UtcDateTime.AddHours(-1) : DateTime.UtcNow;
        }

        /// <summary>Adds a clip as it was before there was a library: with files of its own in the folder of its song.</summary>
        public async Task<Guid> AddOldAsync(int song, string file, int? attempt = null)
        {
            using var rig = new MediaRig();
            var clip = new Clip { OwnerId = Owner, SongId = Songs[song], Title = Path.GetFileName(file), PublishedAttempt = attempt };
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(file, Stop)));
            clip.Describe(await rig.Clips.RunAsync(file, 600, Stop), hash, new FileInfo(file).Length);
            var clips = Directory.CreateDirectory(Path.Combine(Studio.DataDirectory, "files", Downbeat.Features.Songs.Song.FolderOf(clip.SongId), "clips")).FullName;
            var name = $"{clip.Id:N}{(attempt is null ? "" : $"-{attempt}")}";
            File.Copy(file, Path.Combine(clips, name + clip.Extension));
            File.Copy(await SmallMedia.StillAsync(), Path.Combine(clips, name + ".thumb.jpg"));
            await using var db = await Studio.Contexts().CreateDbContextAsync(Stop);
            db.Clips.Add(clip);
            await db.SaveChangesAsync(Stop);
            return clip.Id;
        }

        private string FolderOf(Guid footageId) => Path.Combine(Studio.DataDirectory, "files", "footage", $"{footageId:N}");
    }
}

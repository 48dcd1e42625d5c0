using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Features.Clips;
using Downbeat.Features.Clips.Library;
using Downbeat.Features.Songs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Clips.Library;

/// <summary>What is stored when the same footage is brought and used more than once, and what goes when.</summary>
public sealed class FootageLibraryTests(Studios studios) : IClassFixture<Studios>
{
    public static TheoryData<string> Databases => TestDatabase.Kinds;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task The_same_file_is_stored_once_for_all_songs_and_goes_with_its_last_clip(string database)
    {
        using var room = await OpenAsync(database, songs: 2);
        var film = await SmallMedia.ClipAsync();
        var (one, other) = (await room.UploadAsync(0, film), await room.UploadAsync(1, film));

        Assert.Equal(one.GetProperty("footageId").GetGuid(), other.GetProperty("footageId").GetGuid());
        var id = Assert.Single(room.Folders());
        Assert.Equal(["preview.mp4", "thumbnail.webp", "video.mp4"], room.Files(id));
        foreach (var clip in (JsonElement[])[one, other])
        {
            Assert.Equal(await File.ReadAllBytesAsync(film, Stop), await room.Caller.Http.GetByteArrayAsync($"clips/{clip.GetProperty("id")}/video", Stop));
            Assert.Equal((4.0, 320, 180, 30.0), (clip.GetProperty("durationSeconds").GetDouble(), clip.GetProperty("width").GetInt32(), clip.GetProperty("height").GetInt32(), clip.GetProperty("fps").GetDouble()));
        }

        var listed = Assert.Single((await room.Caller.GetAsync("footage")).GetProperty("items").EnumerateArray());
        Assert.Equal(["Song 0", "Song 1"], listed.GetProperty("songs").EnumerateArray().Select(song => song.GetProperty("title").GetString()));

        Assert.False(await room.Clips.IsLastUseAsync(room.Owner, one.GetProperty("id").GetGuid(), Stop));
        await room.DeleteClipAsync(one);
        Assert.Equal([id], room.Folders());
        Assert.True(await room.Clips.IsLastUseAsync(room.Owner, other.GetProperty("id").GetGuid(), Stop));
        await room.DeleteClipAsync(other);
        Assert.Empty(room.Folders());
        Assert.Equal(0, (await room.Caller.GetAsync("footage")).GetProperty("total").GetInt32());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_same_file_that_comes_six_times_at_once_is_stored_once(string database)
    {
        using var room = await OpenAsync(database);
        var still = await SmallMedia.StillAsync();

        var clips = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => room.UploadAsync(0, still)));

        var id = Assert.Single(clips.Select(clip => clip.GetProperty("footageId").GetGuid()).Distinct());
        Assert.Equal(Enumerable.Range(0, 6), clips.Select(clip => clip.GetProperty("index").GetInt32()).Order());
        Assert.Equal([id], room.Folders());
        Assert.Equal(["thumbnail.webp", "video.png"], room.Files(id));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_others_have_is_stored_for_them_alone_and_cannot_be_reached(string database)
    {
        using var room = await OpenAsync(database);
        using var stranger = await ApiCaller.RegisterAsync(room.Studio);
        var (film, song) = (await SmallMedia.ClipAsync(), (await room.Studio.AddSongsAsync(await stranger.OwnerIdAsync(), 1))[0]);
        var mine = (await room.UploadAsync(0, film)).GetProperty("footageId").GetGuid();
        var theirs = (await stranger.UploadAsync($"songs/{song}/clips", film)).GetProperty("footageId").GetGuid();

        Assert.NotEqual(mine, theirs);
        Assert.Equal(["preview.mp4", "thumbnail.webp", "video.mp4"], room.Files(theirs));
        Assert.Equal([mine], (await room.Caller.GetAsync("footage")).GetProperty("items").EnumerateArray().Select(footage => footage.GetProperty("id").GetGuid()));
        foreach (var path in (string[])["", "/video", "/thumbnail", "/preview"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await room.Caller.Http.GetAsync($"footage/{theirs}{path}", Stop)).StatusCode);
        }

        using var used = await room.Caller.Http.PostAsJsonAsync($"songs/{room.Songs[0]}/clips/use", new { footageIds = new[] { mine, theirs } }, Stop);
        using var changed = await room.Caller.Http.PatchAsJsonAsync($"footage/{theirs}", new { title = "Mine" }, Stop);
        using var deleted = await room.Caller.Http.DeleteAsync($"footage/{theirs}", Stop);
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound], [used.StatusCode, changed.StatusCode, deleted.StatusCode]);
        Assert.Equal(1, (await room.Caller.GetAsync($"songs/{room.Songs[0]}/clips")).GetProperty("total").GetInt32());

        await room.Services.GetRequiredService<SongLibrary>().DeleteAsync(room.Owner, room.Songs[0], Stop);
        Assert.Equal(["preview.mp4", "thumbnail.webp", "video.mp4"], room.Files(theirs));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_song_takes_with_it_what_no_other_song_uses(string database)
    {
        using var room = await OpenAsync(database, songs: 2);
        var (film, still) = (await room.UploadAsync(0, await SmallMedia.ClipAsync()), await room.UploadAsync(0, await SmallMedia.StillAsync()));
        var shared = still.GetProperty("footageId").GetGuid();
        await room.Clips.UseAsync(room.Owner, room.Songs[1], [shared], Stop);
        Assert.Equal(2, room.Folders().Count);

        await room.Services.GetRequiredService<SongLibrary>().DeleteAsync(room.Owner, room.Songs[0], Stop);

        Assert.Equal([shared], room.Folders());
        Assert.Equal(HttpStatusCode.NotFound, (await room.Caller.Http.GetAsync($"footage/{film.GetProperty("footageId")}", Stop)).StatusCode);
        await room.Services.GetRequiredService<SongLibrary>().DeleteAsync(room.Owner, room.Songs[1], Stop);
        Assert.Empty(room.Folders());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_was_brought_to_the_library_stays_until_it_is_deleted_there(string database)
    {
        using var room = await OpenAsync(database);
        var brought = await room.Caller.UploadAsync("footage", await SmallMedia.ClipAsync());
        var id = brought.GetProperty("id").GetGuid();
        Assert.Equal((true, "clip.mp4", 0), (brought.GetProperty("isKept").GetBoolean(), brought.GetProperty("title").GetString(), brought.GetProperty("songs").GetArrayLength()));
        Assert.Equal(id, (await room.Caller.UploadAsync("footage", await SmallMedia.ClipAsync())).GetProperty("id").GetGuid());
        var clip = Assert.Single((await room.Caller.PostAsync($"songs/{room.Songs[0]}/clips/use", new { footageIds = new[] { id } })).EnumerateArray());

        using var refused = await room.Caller.Http.DeleteAsync($"footage/{id}", Stop);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal((HttpStatusCode.Conflict, "footage.in_use", "“clip.mp4” is a clip of “Song 0”; delete it there first."), (refused.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString()));

        Assert.False(await room.Clips.IsLastUseAsync(room.Owner, clip.GetProperty("id").GetGuid(), Stop));
        await room.DeleteClipAsync(clip);
        Assert.Equal([id], room.Folders());
        (await room.Caller.Http.DeleteAsync($"footage/{id}", Stop)).EnsureSuccessStatusCode();
        Assert.Empty(room.Folders());
        Assert.Equal(HttpStatusCode.NotFound, (await room.Caller.Http.DeleteAsync($"footage/{id}", Stop)).StatusCode);
    }

    [Fact]
    public async Task A_song_that_brings_what_is_in_the_library_does_not_take_it_away_again()
    {
        using var room = await OpenAsync("SQLite");
        var clip = await room.UploadAsync(0, await SmallMedia.StillAsync());
        Assert.True((await room.Caller.UploadAsync("footage", await SmallMedia.StillAsync())).GetProperty("isKept").GetBoolean());

        await room.DeleteClipAsync(clip);

        Assert.Equal([clip.GetProperty("footageId").GetGuid()], room.Folders());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_is_used_while_its_last_clip_is_deleted_is_there_whole_or_not_at_all(string database)
    {
        using var room = await OpenAsync(database, songs: 2);
        for (var round = 0; round < 6; round++)
        {
            var clip = await room.UploadAsync(0, await SmallMedia.StillAsync());
            var id = clip.GetProperty("footageId").GetGuid();
            var deletion = Task.Run(() => room.DeleteClipAsync(clip), Stop);
            using var used = await room.Caller.Http.PostAsJsonAsync($"songs/{room.Songs[1]}/clips/use", new { footageIds = new[] { id } }, Stop);
            await deletion;

            var isThere = used.StatusCode == HttpStatusCode.Created;
            Assert.True(isThere || used.StatusCode == HttpStatusCode.NotFound);
            Assert.Equal(isThere ? [id] : [], room.Folders());
            foreach (var last in await room.Clips.ListAsync(room.Owner, room.Songs[1], Stop))
            {
                Assert.NotNull(room.Clips.FindVideo(last));
                await room.Clips.DeleteAsync(room.Owner, last.Id, Stop);
            }
        }

        Assert.Empty(room.Folders());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Footage_is_used_in_the_order_wanted_as_often_as_wanted_and_within_the_songs_limit(string database)
    {
        using var room = await OpenAsync(database);
        var ids = await room.Studio.AddFootageAsync(room.Owner, null, "Sea", "Night");

        var clips = await room.Clips.UseAsync(room.Owner, room.Songs[0], [ids[1], ids[0], ids[1]], Stop);

        Assert.Equal(["Night", "Sea", "Night"], clips.Select(clip => clip.Title));
        Assert.Equal([0, 1, 2], (await room.Clips.ListAsync(room.Owner, room.Songs[0], Stop)).Select(clip => clip.Index));
        Assert.All(clips, clip => Assert.Equal((ClipStatus.Completed, ClipSource.Generated, "a sea", "Painter", 4.0), (clip.Status, clip.Source, clip.Prompt, clip.Generator, clip.DurationSeconds)));
        Assert.Equal(2, (await room.Library.ListAsync(room.Owner, null, null, new(), Stop)).Total);

        await room.Studio.AddClipsAsync(room.Owner, room.Songs[0], 60);
        Assert.Equal("clip.quota_reached", (await Assert.ThrowsAsync<StudioProblem>(() => room.Clips.UseAsync(room.Owner, room.Songs[0], [ids[0], ids[1]], Stop))).Code);
        await room.Clips.UseAsync(room.Owner, room.Songs[0], [ids[0]], Stop);
        Assert.Equal("footageIds", Assert.Single((await Assert.ThrowsAsync<StudioProblem>(() => room.Clips.UseAsync(room.Owner, room.Songs[0], [], Stop))).Errors!).Key);
        Assert.Equal("song.not_found", (await Assert.ThrowsAsync<StudioProblem>(() => room.Clips.UseAsync(room.Owner, Guid.NewGuid(), [ids[0]], Stop))).Code);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Footage_is_found_by_words_of_its_title_and_its_tags_whatever_their_case(string database)
    {
        using var room = await OpenAsync(database);
        using var stranger = await ApiCaller.RegisterAsync(room.Studio);
        await room.Studio.AddFootageAsync(await stranger.OwnerIdAsync(), null, "Über den Wolken");
        var ids = await room.Studio.AddFootageAsync(room.Owner, null, "Über den Wolken", "Ночь в ГОРОДЕ", "100% sea_side", "100 seaXside", "Οδός");
        await TagAsync(0, "Straße", "Flug");
        await TagAsync(1, "Flugzeug", "straße bei nacht");

        Assert.Equal("Über den Wolken", await FindAsync("ÜBER"));
        Assert.Equal("Über den Wolken", await FindAsync("wolken über"));
        Assert.Equal("Ночь в ГОРОДЕ", await FindAsync("  городе "));
        Assert.Equal("Οδός", await FindAsync("ΟΔΌΣ"));
        Assert.Equal("100% sea_side", await FindAsync("100%"));
        Assert.Equal("100% sea_side", await FindAsync("sea_side"));
        Assert.Equal("Ночь в ГОРОДЕ, Über den Wolken", await FindAsync("flug"));
        Assert.Equal("Ночь в ГОРОДЕ", await FindAsync("flug ночь"));
        Assert.Equal("", await FindAsync("wolken ночь"));
        Assert.Equal("Über den Wolken", await FindAsync(null, "FLUG"));
        Assert.Equal("Ночь в ГОРОДЕ", await FindAsync("nacht", "flugzeug"));
        Assert.Equal("", await FindAsync(null, "Über den Wolken"));
        Assert.Equal("", await FindAsync(null, "Wolken"));
        Assert.Equal("Οδός, 100 seaXside, 100% sea_side, Ночь в ГОРОДЕ, Über den Wolken", await FindAsync(" ", ""));
        Assert.Equal(["Flug", "Flugzeug", "Straße", "straße bei nacht"], (await room.Library.TagsAsync(room.Owner, Stop)).Order(StringComparer.Ordinal));

        var second = await room.Caller.GetAsync($"footage?search={Uri.EscapeDataString("sea")}&page=2&pageSize=1&fields=title");
        Assert.Equal("""{"items":[{"title":"100% sea_side"}],"page":2,"pageSize":1,"total":2}""", second.GetRawText());
        Assert.Equal("search", Assert.Single((await Assert.ThrowsAsync<StudioProblem>(() => room.Library.ListAsync(room.Owner, new('x', 201), null, new(), Stop))).Errors!).Key);

        Task TagAsync(int index, params string[] tags) => room.Library.ChangeAsync(room.Owner, ids[index], null, tags, Stop);
        async Task<string> FindAsync(string? search, string? tag = null) =>
            string.Join(", ", (await room.Library.ListAsync(room.Owner, search, tag, new(), Stop)).Items.Select(footage => footage.Title));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_new_title_is_that_of_all_its_clips_and_nonsense_is_refused_by_name(string database)
    {
        using var room = await OpenAsync(database, songs: 2);
        var id = (await room.Studio.AddFootageAsync(room.Owner, room.Songs[0], "Old"))[0];
        await room.Clips.UseAsync(room.Owner, room.Songs[1], [id], Stop);

        var changed = await room.Library.ChangeAsync(room.Owner, id, " New\n name ", [" Sea ", "", "sea", "Night\u0007"], Stop);

        Assert.Equal(("New name", "Sea|Night"), (changed.Title, string.Join('|', changed.Tags)));
        Assert.Equal(["New name", "New name"], (await ClipsAsync(0)).Concat(await ClipsAsync(1)));
        changed = await room.Library.ChangeAsync(room.Owner, id, null, null, Stop);
        Assert.Equal(("New name", 2), (changed.Title, changed.Tags.Count));
        Assert.Empty((await room.Library.ChangeAsync(room.Owner, id, null, [], Stop)).Tags);

        (string? Title, string[]? Tags, string Field)[] refused =
        [
            ("", null, "title"), (" \n ", null, "title"), (new('x', 257), null, "title"),
            (null, [new('x', 33)], "tags"), (null, ["a,b"], "tags"), (null, [.. Enumerable.Range(0, 13).Select(i => $"{i}")], "tags"),
        ];
        foreach (var (title, tags, field) in refused)
        {
            var problem = await Assert.ThrowsAsync<StudioProblem>(() => room.Library.ChangeAsync(room.Owner, id, title, tags, Stop));
            Assert.Equal((400, field), (problem.Status, Assert.Single(problem.Errors!).Key));
        }

        Assert.Equal("New name", (await room.Library.GetAsync(room.Owner, id, Stop)).Title);

        async Task<IEnumerable<string>> ClipsAsync(int song) => (await room.Clips.ListAsync(room.Owner, room.Songs[song], Stop)).Select(clip => clip.Title);
    }

    [Fact]
    public void Somebody_who_deletes_what_songs_use_is_told_which()
    {
        string Told(int songs) => FootageLibrary.InUse(new Footage { Title = "Sea", Songs = [.. Enumerable.Range(1, songs).Select(i => new FootageSong(Guid.NewGuid(), $"S{i}"))] }).Message;

        Assert.Equal("“Sea” is a clip of “S1”; delete it there first.", Told(1));
        Assert.Equal("“Sea” is a clip of “S1”, “S2” and “S3”; delete it there first.", Told(3));
        Assert.Equal("“Sea” is a clip of “S1”, “S2”, “S3” and 2 more; delete it there first.", Told(5));
    }

    [Fact]
    public async Task Its_files_come_in_parts_and_not_again_to_those_who_have_them()
    {
        using var room = await OpenAsync("SQLite");
        var film = (await room.UploadAsync(0, await SmallMedia.ClipAsync())).GetProperty("footageId").GetGuid();
        var still = (await room.UploadAsync(0, await SmallMedia.StillAsync())).GetProperty("footageId").GetGuid();

        foreach (var (path, type) in ((string, string)[])[("video", "video/mp4"), ("thumbnail", "image/webp"), ("preview", "video/mp4")])
        {
            using var part = new HttpRequestMessage(HttpMethod.Get, $"footage/{film}/{path}") { Headers = { Range = new(10, 19) } };
            using var answer = await room.Caller.Http.SendAsync(part, Stop);
            Assert.Equal((HttpStatusCode.PartialContent, 10, type), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync(Stop)).Length, answer.Content.Headers.ContentType?.MediaType));
            using var again = new HttpRequestMessage(HttpMethod.Get, $"footage/{film}/{path}") { Headers = { IfNoneMatch = { answer.Headers.ETag! } } };
            Assert.Equal(HttpStatusCode.NotModified, (await room.Caller.Http.SendAsync(again, Stop)).StatusCode);
        }

        Assert.False((await room.Caller.GetAsync($"footage/{still}")).GetProperty("hasPreview").GetBoolean());
        using var none = await room.Caller.Http.GetAsync($"footage/{still}/preview", Stop);
        Assert.Equal((HttpStatusCode.NotFound, "preview.not_found"), (none.StatusCode, (await none.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()));
        Assert.IsType<EntityTagHeaderValue>((await room.Caller.Http.GetAsync("footage", Stop)).Headers.ETag);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task An_account_that_goes_takes_its_clips_and_footage_along(string database)
    {
        using var room = await OpenAsync(database);
        await room.Studio.AddFootageAsync(room.Owner, room.Songs[0], "Sea");
        await using var db = await room.Studio.Contexts().CreateDbContextAsync(Stop);

        await db.Users.Where(user => user.Id == room.Owner).ExecuteDeleteAsync(Stop);

        Assert.False(await db.Clips.AnyAsync(clip => clip.OwnerId == room.Owner, Stop) || await db.Footage.AnyAsync(footage => footage.OwnerId == room.Owner, Stop));
    }

    [Fact]
    public async Task No_more_is_brought_to_the_library_than_may_stay_there()
    {
        await using var studio = Studio.Start(("Clips:MaxKept", "1"));
        using var caller = await ApiCaller.RegisterAsync(studio);
        await caller.UploadAsync("footage", await SmallMedia.StillAsync());
        await using var film = File.OpenRead(await SmallMedia.ClipAsync());

        using var answer = await caller.UploadAsync("footage", film, "one too many.mp4");

        Assert.Equal((HttpStatusCode.Conflict, "footage.quota_reached"), (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString()));
        Assert.Single(Directory.GetDirectories(Path.Combine(studio.DataDirectory, "files", "footage")));
    }

    [Fact]
    public async Task What_is_refused_leaves_nothing()
    {
        using var room = await OpenAsync("SQLite");
        await room.Studio.AddClipsAsync(room.Owner, room.Songs[0], 63);
        var files = await Task.WhenAll(SmallMedia.StillAsync(), SmallMedia.ClipAsync());
        var answers = await Task.WhenAll(files.Select(async file =>
        {
            await using var content = File.OpenRead(file);
            return (await room.Caller.UploadAsync($"songs/{room.Songs[0]}/clips", content, "clip")).StatusCode;
        }));

        // Both were looked at; there was room for one.
        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], answers.Order());
        Assert.Single(room.Folders());
        Assert.Equal(1, (await room.Library.ListAsync(room.Owner, null, null, new(), Stop)).Total);
    }

    private async Task<Room> OpenAsync(string database, int songs = 1)
    {
        var studio = await studios.OnAsync(database);
        var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        return new(studio, caller, owner, await studio.AddSongsAsync(owner, songs), Directory.GetDirectories(Home(studio)));
    }

    private static string Home(Studio studio) => Directory.CreateDirectory(Path.Combine(studio.DataDirectory, "files", "footage")).FullName;

    /// <summary>Somebody with songs.</summary>
    private sealed record Room(Studio Studio, ApiCaller Caller, Guid Owner, IReadOnlyList<Guid> Songs, IReadOnlyList<string> Before) : IDisposable
    {
        public IServiceProvider Services => Studio.Services;

        public FootageLibrary Library => Services.GetRequiredService<FootageLibrary>();

        public ClipLibrary Clips => Services.GetRequiredService<ClipLibrary>();

        public void Dispose() => Caller.Dispose();

        public Task<JsonElement> UploadAsync(int song, string file) => Caller.UploadAsync($"songs/{Songs[song]}/clips", file);

        public async Task DeleteClipAsync(JsonElement clip) => (await Caller.Http.DeleteAsync($"clips/{clip.GetProperty("id")}", Stop)).EnsureSuccessStatusCode();

        /// <summary>Names of the files of one footage.</summary>
        public IEnumerable<string?> Files(Guid footageId) => Directory.GetFiles(Path.Combine(Home(Studio), $"{footageId:N}")).Select(Path.GetFileName).Order();

        /// <summary>What has come to the disk since and is still there. Nobody else uses the studios of this class.</summary>
        public IReadOnlyList<Guid> Folders() => [.. Directory.GetDirectories(Home(Studio)).Except(Before).Select(path => Guid.Parse(Path.GetFileName(path)))];
    }
}

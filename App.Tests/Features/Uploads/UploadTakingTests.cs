using System.Net;
using System.Text;
using Downbeat.E2E.Support;
using Downbeat.Features.Analysis;
using Downbeat.Features.Songs;
using Downbeat.Features.Uploads;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Uploads;

/// <summary>What becomes of uploads that are whole: what a plain upload becomes, once, whatever breaks between.</summary>
public sealed class UploadTakingTests(Studios studios, PostgresServer postgres)
{
    public static TheoryData<string> Databases => TestDatabase.Kinds;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task Parts_become_the_same_song_as_a_plain_upload(string database)
    {
        var studio = await studios.OnAsync(database);
        using var tus = await TusCaller.RegisterAsync(studio);
        var file = await SongBytesAsync();
        var id = await tus.OpenAsync(file.Length, ("filename", "Morning.mp3"), ("target", "song"), ("artist", "Somebody"));
        for (var offset = 0; offset < file.Length; offset += 50_000)
        {
            using var answer = await tus.PatchAsync(id, offset, file.AsMemory(offset, Math.Min(50_000, file.Length - offset)));
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal(offset + 50_000 >= file.Length, answer.Headers.Location is not null);
        }

        var song = Assert.Single((await tus.Caller.GetAsync("songs")).GetProperty("items").EnumerateArray());
        Assert.Equal(("Morning", "Somebody", "Morning.mp3"), (song.GetProperty("title").GetString(), song.GetProperty("artist").GetString(), song.GetProperty("originalFileName").GetString()));
        Assert.Equal(file, await tus.Caller.Http.GetByteArrayAsync($"songs/{song.GetProperty("id")}/audio", Stop));
        Assert.Equal(1, (await tus.Caller.GetAsync("jobs?kind=analysis")).GetProperty("total").GetInt32());
        Assert.False(File.Exists(TusCaller.PathOf(studio, id)));
    }

    [Fact]
    public async Task Clips_footage_lyrics_and_watermarks_come_in_parts_too()
    {
        var studio = await studios.OnAsync("SQLite");
        using var tus = await TusCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await tus.Caller.OwnerIdAsync(), 1))[0];
        var clip = await File.ReadAllBytesAsync(await SmallMedia.ClipAsync(), Stop);
        Assert.Equal(clip, await tus.Caller.Http.GetByteArrayAsync(await BringAsync("clip", "dawn.mp4", clip), Stop));
        Assert.Equal("dawn.mp4", (await tus.Caller.GetAsync($"songs/{song}/clips")).GetProperty("items")[0].GetProperty("title").GetString());
        var footage = await File.ReadAllBytesAsync(await SmallMedia.StillAsync(), Stop);
        Assert.Equal("still", (await tus.Caller.GetAsync((await BringAsync("footage", "still", footage)).OriginalString)).GetProperty("title").GetString());
        Assert.Equal("Hello there", (await tus.Caller.GetAsync((await BringAsync("lyrics", "words.txt", Encoding.UTF8.GetBytes("Hello there"))).OriginalString)).GetProperty("lines")[0].GetProperty("text").GetString());
        Assert.Equal(HttpStatusCode.OK, (await tus.Caller.Http.GetAsync(await BringAsync("watermark", "mark.png", footage), Stop)).StatusCode);

        async Task<Uri> BringAsync(string target, string name, byte[] file)
        {
            var id = await tus.OpenAsync(file.Length, ("filename", name), ("target", target), ("song", $"{song}"));
            using var answer = await tus.PatchAsync(id, 0, file);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal(file.Length, await tus.OffsetAsync(id));
            return answer.Headers.Location!;
        }
    }

    [Fact]
    public async Task A_refused_file_says_why_also_to_those_who_did_not_hear_it_and_leaves_nothing()
    {
        var studio = await studios.OnAsync("SQLite");
        using var tus = await TusCaller.RegisterAsync(studio);
        var words = "These are words about a song."u8.ToArray();
        var id = await tus.OpenSongAsync(words.Length);

        Assert.Equal((415, "media.not_supported"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, 0, words)));

        Assert.False(File.Exists(TusCaller.PathOf(studio, id)));
        Assert.Equal(0, await tus.OffsetAsync(id));
        Assert.Equal((415, "media.not_supported"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, 0, words)));
        Assert.Equal((415, "media.not_supported"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, words.Length, Array.Empty<byte>())));
        Assert.Equal(0, (await tus.Caller.GetAsync("songs")).GetProperty("total").GetInt32());
        using var dismissed = await tus.SendAsync(HttpMethod.Delete, $"uploads/{id}");
        Assert.Equal(HttpStatusCode.NoContent, dismissed.StatusCode);
    }

    [Fact]
    public async Task Who_did_not_hear_the_last_answer_is_told_again_and_nothing_comes_twice()
    {
        var studio = await studios.OnAsync("SQLite");
        using var tus = await TusCaller.RegisterAsync(studio);
        var file = await SongBytesAsync();
        var id = await tus.OpenSongAsync(file.Length);
        using var last = await tus.PatchAsync(id, 0, file);

        using var head = await tus.HeadAsync(id);
        using var empty = await tus.PatchAsync(id, file.Length, Array.Empty<byte>());
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (head.StatusCode, empty.StatusCode));
        Assert.All([head, empty], answer => Assert.Equal((last.Headers.Location, $"{file.Length}"), (answer.Headers.Location, answer.Headers.GetValues("Upload-Offset").Single())));
        Assert.Equal((409, "upload.offset"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, 0, file)));
        Assert.Equal((413, "upload.too_long"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, file.Length, file)));
        using var forgotten = await tus.SendAsync(HttpMethod.Delete, $"uploads/{id}");
        Assert.Equal(HttpStatusCode.NoContent, forgotten.StatusCode);
        Assert.Equal(1, (await tus.Caller.GetAsync("songs")).GetProperty("total").GetInt32());
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_process_that_died_after_the_last_byte_is_made_up_for_once_however_many_ask(string database)
    {
        var studio = await studios.OnAsync(database);
        using var tus = await TusCaller.RegisterAsync(studio);
        var file = await SongBytesAsync();
        var id = await tus.OpenSongAsync(file.Length);
        using var first = await tus.PatchAsync(id, 0, file.AsMemory(0, file.Length - 1));
        await File.AppendAllBytesAsync(TusCaller.PathOf(studio, id), [file[^1]], Stop);

        var asked = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => i % 2 == 0 ? tus.HeadAsync(id) : tus.PatchAsync(id, file.Length, Array.Empty<byte>())));
        Assert.All(asked, answer => Assert.True(answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.Locked));
        Assert.Single(asked.Where(answer => answer.StatusCode == HttpStatusCode.NoContent).Select(answer => answer.Headers.Location).Distinct());
        var song = Assert.Single((await tus.Caller.GetAsync("songs")).GetProperty("items").EnumerateArray());
        Assert.Equal(file, await tus.Caller.Http.GetByteArrayAsync($"songs/{song.GetProperty("id")}/audio", Stop));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_breaks_while_a_file_is_taken_undoes_all_of_it_and_the_next_who_asks_has_it_taken(string database)
    {
        var isBroken = true;
        var address = database == "PostgreSQL" ? await postgres.CreateDatabaseAsync() : "";
        await using var studio = Studio.Start(
            services => services.AddSingleton<FirstStep>(provider => (db, song) =>
                isBroken ? throw new InvalidOperationException("The process dies.") : provider.GetRequiredService<SongAnalyst>().AddFirstStep(db, song)),
            ("ConnectionStrings:Database", address));
        using var tus = await TusCaller.RegisterAsync(studio);
        var file = await SongBytesAsync();
        var id = await tus.OpenSongAsync(file.Length);

        using var broken = await tus.PatchAsync(id, 0, file);
        Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
        Assert.Equal(0, (await tus.Caller.GetAsync("songs")).GetProperty("total").GetInt32());

        isBroken = false;
        Assert.Equal(file.Length, await tus.OffsetAsync(id));
        var song = Assert.Single((await tus.Caller.GetAsync("songs")).GetProperty("items").EnumerateArray());
        Assert.Equal(file, await tus.Caller.Http.GetByteArrayAsync($"songs/{song.GetProperty("id")}/audio", Stop));
        Assert.Single(Directory.GetDirectories(Path.Combine(studio.DataDirectory, "files", "songs")));
    }

    [Fact]
    public async Task An_upload_that_is_stopped_while_it_is_taken_becomes_nothing()
    {
        Guid id = default;
        await using var studio = Studio.Start(services => services.AddSingleton<FirstStep>(provider => (db, song) =>
        {
            // The same that the request does, in the transaction that is open: SQLite lets nobody else write now.
            db.Uploads.Where(upload => upload.Id == id).ExecuteDelete();
            return provider.GetRequiredService<SongAnalyst>().AddFirstStep(db, song);
        }));
        using var tus = await TusCaller.RegisterAsync(studio);
        var file = await SongBytesAsync();
        id = await tus.OpenSongAsync(file.Length);

        Assert.Equal((404, "upload.not_found"), await TusCaller.ProblemAsync(await tus.PatchAsync(id, 0, file)));
        Assert.Equal(0, (await tus.Caller.GetAsync("songs")).GetProperty("total").GetInt32());
        Assert.Empty(Directory.GetDirectories(Path.Combine(studio.DataDirectory, "files", "songs")));
    }

    private static async Task<byte[]> SongBytesAsync() => await File.ReadAllBytesAsync(await SmallMedia.SongAsync(), Stop);
}

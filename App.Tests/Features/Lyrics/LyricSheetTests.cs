using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Lyrics;
using Downbeat.Features.Songs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Lyrics;

public sealed class LyricSheetTests(Studios studios)
{
    private const string Lrc = "[00:01.00]one\n[00:03.00]two\n[00:05.00]three\n";

    // Only so that a hang ends as a failure.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Databases))]
    public async Task Words_are_brought_moved_taken_back_and_taken_along(string database)
    {
        var studio = await studios.OnAsync(database);
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var path = $"songs/{song}/lyrics";

        using (var file = new MemoryStream(Encoding.UTF8.GetBytes(Lrc)))
        {
            var made = await caller.UploadAsync(path, file, "whatever.bin");
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        }

        var lyrics = await caller.GetAsync(path);
        Assert.Equal(("lrc", false, 1), (lyrics.GetProperty("source").GetString(), lyrics.GetProperty("isEstimate").GetBoolean(), lyrics.GetProperty("version").GetInt32()));
        Assert.Equal([1, 3, 5], Starts(lyrics));

        Assert.Equal([1, 3.5, 5.5], Starts(await caller.PostAsync($"{path}/retime", new { from = 2, offsetSeconds = 0.5 })));
        Assert.Equal([1, 3, 5], Starts(await caller.PostAsync($"{path}/undo")));
        var again = await caller.PostAsync($"{path}/redo");
        Assert.Equal([1, 3.5, 5.5], Starts(again));
        Assert.Equal((true, false, 4), (again.GetProperty("canUndo").GetBoolean(), again.GetProperty("canRedo").GetBoolean(), again.GetProperty("version").GetInt32()));

        var answer = await caller.Http.GetAsync($"{path}.lrc");
        Assert.Equal(("Song 0.lrc", "text/plain"), (answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'), answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal("[00:01.00]one\n[00:03.50]two\n[00:05.50]three\n", (await answer.Content.ReadAsStringAsync()).Replace("[00:03.00]\n", "", StringComparison.Ordinal));
        Assert.StartsWith("1\n00:00:01,000 -->", await caller.Http.GetStringAsync($"{path}.srt"), StringComparison.Ordinal);
        Assert.StartsWith("WEBVTT\n\n00:00:01.000 -->", await caller.Http.GetStringAsync($"{path}.vtt"), StringComparison.Ordinal);
        Assert.Equal("one\ntwo\nthree\n", await caller.Http.GetStringAsync($"{path}.txt"));
        Assert.Equal(HttpStatusCode.NotFound, (await caller.Http.GetAsync($"{path}.exe")).StatusCode);

        using var known = new HttpRequestMessage(HttpMethod.Get, path);
        known.Headers.IfNoneMatch.Add((await caller.Http.GetAsync(path)).Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await caller.Http.SendAsync(known)).StatusCode);

        (await caller.Http.DeleteAsync(path)).EnsureSuccessStatusCode();
        Assert.Equal("lyrics.not_found", await CodeAsync(await caller.Http.GetAsync(path), HttpStatusCode.NotFound));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Only_so_many_changes_can_be_taken_back_and_a_new_one_ends_what_was_undone(string database)
    {
        var studio = await studios.OnAsync(database);
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var path = $"songs/{song}/lyrics";
        await PutAsync(caller, path, new { lines = new[] { new { text = "0" } } });
        for (var i = 1; i <= LyricSheet.MaxUndo + 5; i++)
        {
            await PutAsync(caller, path, new { lines = new[] { new { text = $"{i}" } } });
        }

        for (var i = 0; i < LyricSheet.MaxUndo; i++)
        {
            await caller.PostAsync($"{path}/undo");
        }

        Assert.Equal("5", (await caller.GetAsync(path)).GetProperty("lines")[0].GetProperty("text").GetString());
        Assert.Equal("lyrics.nothing_to_undo", await CodeAsync(await caller.Http.PostAsync($"{path}/undo", null), HttpStatusCode.Conflict));
        await PutAsync(caller, path, new { lines = new[] { new { text = "other" } } });
        Assert.Equal("lyrics.nothing_to_redo", await CodeAsync(await caller.Http.PostAsync($"{path}/redo", null), HttpStatusCode.Conflict));
        await using var db = await studio.Contexts().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var lyricSnapshots = db.LyricSnapshots;
        Assert.Equal(2, await lyricSnapshots.CountAsync(snapshot => snapshot.SongId == song, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Text_without_times_is_spread_and_marked_as_an_estimate()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];

        var answer = await caller.Http.PostAsync($"songs/{song}/lyrics", new StringContent("one of them\nand another\n", Encoding.UTF8, "text/plain"));

        var lyrics = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(("plain", true), (lyrics.GetProperty("source").GetString(), lyrics.GetProperty("isEstimate").GetBoolean()));
        Assert.All(lyrics.GetProperty("lines").EnumerateArray(), line => Assert.True(line.GetProperty("isEstimate").GetBoolean()));
        var moved = await caller.PostAsync($"songs/{song}/lyrics/retime", new { from = 0, offsetSeconds = 1 });
        Assert.Equal([false, true], moved.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("isEstimate").GetBoolean()));
    }

    [Fact]
    public async Task A_file_is_read_while_others_write()
    {
        var studio = await studios.OnAsync("SQLite");
        var stop = TestContext.Current.CancellationToken;
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var song = (await studio.AddSongsAsync(owner, 1))[0];
        await using var scope = studio.Services.CreateAsyncScope();
        var sheet = scope.ServiceProvider.GetRequiredService<LyricSheet>();

        var problem = await studio.Contexts().InTurnOfAsync(
            owner, _ => Assert.ThrowsAsync<StudioProblem>(() => sheet.ImportAsync(owner, song, Encoding.UTF8.GetBytes("[00:01.00]\n"), stop)), stop);

        Assert.Equal("lyrics.empty", problem.Code);
    }

    [Fact]
    public async Task A_spread_is_thought_out_before_the_owners_turn()
    {
        var studio = await studios.OnAsync("SQLite");
        var stop = TestContext.Current.CancellationToken;
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var song = (await studio.AddSongsAsync(owner, 1))[0];
        var sheet = studio.Services.GetRequiredService<LyricSheet>();
        await sheet.ImportAsync(owner, song, "one\ntwo\n"u8.ToArray(), stop);

        var problem = await studio.Contexts().InTurnOfAsync(owner, _ => Assert.ThrowsAsync<StudioProblem>(() => sheet.SpreadAsync(owner, song, 7, stop).WaitAsync(Patience, stop)), stop);

        Assert.Equal("lyrics.changed", problem.Code);
        Assert.Equal(2, (await sheet.SpreadAsync(owner, song, null, stop)).Version);
    }

    [Fact]
    public async Task Words_are_kept_as_they_are_written()
    {
        const string Text = "さくら, don't <3";
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        await PutAsync(caller, $"songs/{song}/lyrics", new { lines = new[] { new { text = Text } } });
        await using var db = await studio.Contexts().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var lyricSnapshots = db.LyricSnapshots;

        var json = await lyricSnapshots.Where(snapshot => snapshot.SongId == song).Select(snapshot => snapshot.Json).SingleAsync(TestContext.Current.CancellationToken);

        Assert.Contains($"\"{Text}\"", json, StringComparison.Ordinal);
        Assert.Equal(Text, (await caller.GetAsync($"songs/{song}/lyrics")).GetProperty("lines")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_name_in_capitals_means_the_same_format()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var path = $"songs/{song}/lyrics";
        (string Name, string Text, string Source)[] files =
        [
            ("lyrics.LRC", Lrc, "lrc"), ("lyrics.TXT", "1\n00:00:01,000 --> 00:00:02,000\none\n", "srt"), ("lyrics.SRT", Lrc, "lrc"), ("lyrics.lrc", "one\ntwo\n", "plain"),
        ];
        foreach (var (name, text, source) in files)
        {
            using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
            var answer = await caller.UploadAsync(path, file, name);
            Assert.Equal(source, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("source").GetString());
        }

        await PutAsync(caller, path, new { lines = new[] { new { start = 1, text = "one" } } });
        foreach (var format in new[] { "lrc", "srt", "vtt", "txt" })
        {
            var (small, capital) = (await caller.Http.GetAsync($"{path}.{format}"), await caller.Http.GetAsync($"{path}.{format.ToUpperInvariant()}"));
            Assert.Equal(await small.Content.ReadAsStringAsync(), await capital.Content.ReadAsStringAsync());
            Assert.Equal(small.Content.Headers.ContentType, capital.Content.Headers.ContentType);
            Assert.Equal(small.Headers.ETag, capital.Headers.ETag);
        }
    }

    [Fact]
    public async Task All_lines_can_be_taken_away_and_brought_back_but_a_file_without_words_is_refused()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var path = $"songs/{song}/lyrics";
        await PutAsync(caller, path, new { lines = new[] { new { text = "one" } } });

        await PutAsync(caller, path, new { lines = Array.Empty<object>() });

        Assert.Equal(0, (await caller.GetAsync(path)).GetProperty("lines").GetArrayLength());
        var empty = await caller.Http.PostAsync(path, new StringContent(" \n", Encoding.UTF8, "text/plain"));
        Assert.Equal("lyrics.empty", await CodeAsync(empty, HttpStatusCode.UnprocessableEntity));
        Assert.Equal("one", (await caller.PostAsync($"{path}/undo")).GetProperty("lines")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task An_export_is_sent_once_and_again_when_the_words_have_changed()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var path = $"songs/{song}/lyrics";
        var tags = new List<string>();
        foreach (var text in new[] { "one", "two" })
        {
            await PutAsync(caller, path, new { lines = new[] { new { start = 1, text } } });
            foreach (var export in new[] { $"{path}.lrc", $"{path}.lrc?words=true", $"{path}.srt", $"{path}.vtt", $"{path}.txt" })
            {
                var answer = await caller.Http.GetAsync(export);
                Assert.Contains(text, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                using var known = new HttpRequestMessage(HttpMethod.Get, export);
                known.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
                Assert.Equal(HttpStatusCode.NotModified, (await caller.Http.SendAsync(known)).StatusCode);
                tags.Add(answer.Headers.ETag!.Tag);
            }

            // Another sheet, whose versions are counted from 1 again.
            (await caller.Http.DeleteAsync(path)).EnsureSuccessStatusCode();
        }

        Assert.Equal(10, tags.Distinct().Count());
    }

    [Fact]
    public async Task An_export_is_named_as_the_song_in_any_script()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        await using var db = await studio.Contexts().CreateDbContextAsync(TestContext.Current.CancellationToken);
        await db.Songs.Where(row => row.Id == song).ExecuteUpdateAsync(set => set.SetProperty(row => row.Title, "桜 žluť"), TestContext.Current.CancellationToken);
        await PutAsync(caller, $"songs/{song}/lyrics", new { lines = new[] { new { text = "さくら" } } });

        var answer = await caller.Http.GetAsync($"songs/{song}/lyrics.txt");

        Assert.Equal("桜 žluť.txt", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.Equal("さくら\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_cannot_be_taken_is_refused_by_field()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var path = $"songs/{song}/lyrics";
        object word = new { start = 1, end = 2, text = "a" }, late = new { start = 3, end = 2, text = "a" };
        (object Body, int Status, string Field)[] refused =
        [
            (new { }, 400, "lines"),
            (new { source = "guess", lines = Array.Empty<object>() }, 400, "source"),
            (new { lines = new object?[] { null } }, 400, "lines[0]"),
            (new { lines = new[] { new { text = " \u0007" } } }, 400, "lines[0].text"),
            (new { lines = new[] { new { start = -1, text = "a" } } }, 400, "lines[0].start"),
            (new { lines = new[] { new { start = 13, text = "a" } } }, 400, "lines[0].start"),
            (new { lines = new[] { new { start = 5, text = "a" }, new { start = 4, text = "b" } } }, 400, "lines[1].start"),
            (new { lines = new[] { new { start = 5, end = 4, text = "a" } } }, 400, "lines[0].end"),
            (new { lines = new[] { new { end = 4, text = "a" } } }, 400, "lines[0].start"),
            (new { lines = new[] { new { start = 1, end = 4, text = "b", words = new[] { word } } } }, 400, "lines[0].words"),
            (new { lines = new[] { new { start = 1, end = 4, text = "a", words = new[] { late } } } }, 400, "lines[0].words"),
            (new { lines = new[] { new { text = new string('a', 501) } } }, 413, "lines[0]"),
            (new { language = new string('a', 41), lines = Array.Empty<object>() }, 413, "language"),
            (new { lines = Enumerable.Repeat(new { text = "a" }, 2001) }, 413, "lines[2000]"),
            (new { lines = Enumerable.Repeat(new { start = 1, end = 2, text = new string('a', 200), words = Enumerable.Repeat(new { start = 1, end = 1, text = "a" }, 200) }, 101) }, 413, "lines[100]"),
        ];
        foreach (var (body, status, field) in refused)
        {
            var answer = await caller.Http.PutAsJsonAsync(path, body);
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.True(status == (int)answer.StatusCode, $"{field}: {problem}");
            Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
        }

        var large = new StringContent(new string('a', LyricText.MaxBytes + 1), Encoding.UTF8, "text/plain");
        Assert.Equal("lyrics.too_large", await CodeAsync(await caller.Http.PostAsync(path, large), HttpStatusCode.RequestEntityTooLarge));
        Assert.Equal("lyrics.not_found", await CodeAsync(await caller.Http.PostAsJsonAsync($"{path}/retime", new { from = 0, offsetSeconds = 1 }), HttpStatusCode.NotFound));
        await PutAsync(caller, path, new { lines = new[] { new { text = "a" } } });
        foreach (var (body, field) in new (object, string)[] { (new { offsetSeconds = 1 }, "from"), (new { from = 0 }, "offsetSeconds"), (new { }, "from") })
        {
            var problem = await (await caller.Http.PostAsJsonAsync($"{path}/retime", body)).Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal((400, field), (problem.GetProperty("status").GetInt32(), Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name));
        }

        Assert.Equal("lyrics.changed", await CodeAsync(await caller.Http.PutAsJsonAsync(path, new { version = 7, lines = new[] { new { text = "b" } } }), HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Somebody_elses_words_do_not_exist()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        using var stranger = await ApiCaller.RegisterAsync(studio);
        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var path = $"songs/{song}/lyrics";
        await PutAsync(caller, path, new { lines = new[] { new { start = 1, text = "mine" } } });

        (HttpMethod Method, string Path, object? Body)[] requests =
        [
            (HttpMethod.Get, path, null), (HttpMethod.Get, $"{path}.lrc", null), (HttpMethod.Delete, path, null), (HttpMethod.Put, path, new { lines = Array.Empty<object>() }),
            (HttpMethod.Post, path, "text"), (HttpMethod.Post, $"{path}/retime", new { from = 0, offsetSeconds = 1 }), (HttpMethod.Post, $"{path}/spread", null),
            (HttpMethod.Post, $"{path}/undo", null), (HttpMethod.Post, $"{path}/redo", null),
        ];
        foreach (var (method, address, body) in requests)
        {
            using var request = new HttpRequestMessage(method, address)
            {
                Content = body is string text ? new StringContent(text, Encoding.UTF8, "text/plain") : body is null ? null : JsonContent.Create(body),
            };
            Assert.Equal("song.not_found", await CodeAsync(await stranger.Http.SendAsync(request), HttpStatusCode.NotFound));
        }

        Assert.Equal("mine", (await caller.GetAsync(path)).GetProperty("lines")[0].GetProperty("text").GetString());
        (await caller.Http.DeleteAsync($"songs/{song}")).EnsureSuccessStatusCode();
        await using var db = await studio.Contexts().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var lyrics = db.Lyrics;
        Assert.False(await lyrics.AnyAsync(row => row.SongId == song, TestContext.Current.CancellationToken));
    }

    private static async Task PutAsync(ApiCaller caller, string path, object body)
    {
        var answer = await caller.Http.PutAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
    }

    private static IEnumerable<double> Starts(JsonElement lyrics) => lyrics.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("start").GetDouble());
}

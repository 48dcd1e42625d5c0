using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;
using Downbeat.Http;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Downbeat.Tests.Features.Stems;

/// <summary>Splitting over real HTTP and real files, with an engine whose every sample is known.</summary>
public sealed class SplittingTests : IClassFixture<SplittingTests.Fixture>, IDisposable
{
    private static int lastTone = 440;
    private readonly SharesEngine engine;
    private readonly Studio studio;
    private readonly MediaRig rig = new();
    private readonly int openedBefore;

    public SplittingTests(Fixture fixture)
    {
        (engine, studio) = (fixture.Engine, fixture.Studio);
        (engine.AtBlock, engine.Fault, openedBefore) = ((_, _) => Task.CompletedTask, 1, engine.Opened);
    }

    private int Opened => engine.Opened - openedBefore;

    [Fact]
    public async Task A_song_is_split_once_checked_and_given_out_in_all_formats()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var file = await NewSongAsync();
        var song = await caller.AddSongAsync(file);
        var job = await SplitAsync(caller, song, 4);

        var set = Assert.Single((await caller.GetAsync($"songs/{song}/stems")).EnumerateArray());
        Assert.Equal(("succeeded", "Shares 1", 4), (set.GetProperty("status").GetString(), set.GetProperty("engine").GetString(), set.GetProperty("stems").GetInt32()));
        Assert.InRange(set.GetProperty("residualDb").GetDouble(), -150, -100);
        Assert.Equal(StemNames.Of(4), set.GetProperty("files").EnumerateArray().Select(stem => stem.GetProperty("name").GetString()));
        var mix = await DecodeAsync(file);
        Assert.Equal((double)mix.Frames / StereoBlock.SampleRate, set.GetProperty("coveredSeconds").GetDouble(), 1e-9);

        // Each file in each format is its share of the song.
        foreach (var (format, largest) in new[] { ("wav", 1e-6f), ("flac", 1e-6f), ("mp3", 0.1f) })
        {
            using var head = await caller.Http.SendAsync(new(HttpMethod.Head, $"songs/{song}/stems/4.zip?format={format}"));
            Assert.Equal((HttpStatusCode.OK, "application/zip"), (head.StatusCode, head.Content.Headers.ContentType?.MediaType));
            using var again = new HttpRequestMessage(HttpMethod.Get, $"songs/{song}/stems/4.zip?format={format}") { Headers = { IfNoneMatch = { head.Headers.ETag! } } };
            Assert.Equal(HttpStatusCode.NotModified, (await caller.Http.SendAsync(again)).StatusCode);
            var sent = await caller.Http.GetAsync($"songs/{song}/stems/4.zip?format={format}");
            Assert.EndsWith(" - 4 stems.zip", sent.Content.Headers.ContentDisposition?.FileName?.Trim('"'), StringComparison.Ordinal);
            using var archive = new ZipArchive(await sent.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            Assert.Equal(StemNames.Of(4).Select(name => $"{name}.{format}"), archive.Entries.Select(entry => entry.FullName));
            var stem = rig.PathOf($"drums.{format}");
            await archive.Entries[1].ExtractToFileAsync(stem, overwrite: true, TestContext.Current.CancellationToken);
            Assert.Equal(await File.ReadAllBytesAsync(stem, TestContext.Current.CancellationToken), await caller.Http.GetByteArrayAsync($"songs/{song}/stems/4/drums.{format}"));
            var read = await DecodeAsync(stem);
            var (wanted, heard) = (new StereoBlock(44100), new StereoBlock(44100));
            mix.Read(88200, wanted);
            read.Read(88200, heard);
            Assert.Equal(0, wanted.Left.Zip(heard.Left).Max(pair => Math.Abs((pair.First * SharesEngine.ShareOf(1, 4)) - pair.Second)), largest);
        }

        // Asking again costs nothing.
        Assert.Equal(job, (await caller.PostAsync($"songs/{song}/stems", new { stems = 4 })).GetProperty("id").GetString());
        Assert.Equal(1, Opened);

        // A part of a file, and what is not there.
        using var range = new HttpRequestMessage(HttpMethod.Get, $"songs/{song}/stems/4/bass.wav") { Headers = { Range = new(0, 3) } };
        Assert.Equal("RIFF", await (await caller.Http.SendAsync(range)).Content.ReadAsStringAsync());
        await AssertRefusedAsync(await caller.Http.GetAsync($"songs/{song}/stems/2.zip"), HttpStatusCode.NotFound, "stems.not_found");
        await AssertRefusedAsync(await caller.Http.GetAsync($"songs/{song}/stems/4/piano.wav"), HttpStatusCode.NotFound, "stem.not_found");
        await AssertRefusedAsync(await caller.Http.GetAsync($"songs/{song}/stems/4/bass.aiff"), HttpStatusCode.BadRequest, "request.field");
        await AssertRefusedAsync(await caller.Http.PostAsJsonAsync($"songs/{song}/stems", new { stems = 3 }), HttpStatusCode.BadRequest, "request.field");

        // The same recording of somebody else's is not split again.
        using var other = await ApiCaller.RegisterAsync(studio);
        var copy = await other.AddSongAsync(file);
        await SplitAsync(other, copy, 4);
        Assert.Equal(1, Opened);
        Assert.Equal(await caller.Http.GetByteArrayAsync($"songs/{song}/stems/4/vocals.wav"), await other.Http.GetByteArrayAsync($"songs/{copy}/stems/4/vocals.wav"));

        (await caller.Http.DeleteAsync($"songs/{song}/stems/4")).EnsureSuccessStatusCode();
        Assert.Empty((await caller.GetAsync($"songs/{song}/stems")).EnumerateArray());
        Assert.Empty(Folders(song));
        (await other.Http.DeleteAsync($"songs/{copy}")).EnsureSuccessStatusCode();
        Assert.False(Directory.Exists(Path.Combine(studio.DataDirectory, "files", "songs", Guid.Parse(copy).ToString("N"))));
    }

    [Fact]
    public async Task The_page_gets_samples_and_pictures_and_a_mix_is_exported_as_it_was_saved()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var file = await NewSongAsync();
        var song = await caller.AddSongAsync(file);
        await SplitAsync(caller, song, 2);
        var mix = await DecodeAsync(file);
        var original = new StereoBlock(1000);
        mix.Read(22050, original);

        var samples = await caller.Http.GetByteArrayAsync($"songs/{song}/stems/2/samples?start=22050&frames=1000&original=true");
        Assert.Equal(3 * 1000 * 4, samples.Length);
        for (var n = 0; n < 1000; n++)
        {
            Assert.Equal(original.Right[n] * SharesEngine.ShareOf(1, 2), BitConverter.ToInt16(samples, 4000 + (4 * n) + 2) / 32768f, 2e-5f);
            Assert.Equal(original.Left[n], BitConverter.ToInt16(samples, 8000 + (4 * n)) / 32768f, 2e-5f);
        }

        Assert.Empty(await caller.Http.GetByteArrayAsync($"songs/{song}/stems/2/samples?start={mix.Frames}&frames=10"));
        await AssertRefusedAsync(await caller.Http.GetAsync($"songs/{song}/stems/2/samples?start=0&frames=441001"), HttpStatusCode.BadRequest, "request.field");
        var pictures = await caller.GetAsync($"songs/{song}/stems/2/peaks?points=10");
        Assert.Equal(StemNames.Of(2), pictures.EnumerateArray().Select(picture => picture.GetProperty("name").GetString()));
        Assert.All(pictures.EnumerateArray(), picture => Assert.Equal(10, picture.GetProperty("max").GetArrayLength()));

        var wanted = new { tracks = new object[] { new { name = "vocals", gainDb = -6.0206, silences = new[] { new { start = 1.0, end = 2.0 } } }, new { name = "accompaniment", muted = true } } };
        var saved = await (await caller.Http.PutAsJsonAsync($"songs/{song}/stems/2/mix", wanted)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(saved.ToString(), (await caller.GetAsync($"songs/{song}/stems/2/mix")).ToString());
        var path = rig.PathOf("export.flac");
        await File.WriteAllBytesAsync(path, await caller.Http.GetByteArrayAsync($"songs/{song}/stems/2/mix.flac"), TestContext.Current.CancellationToken);
        var exported = await DecodeAsync(path);
        Assert.Equal(mix.Frames, exported.Frames);
        var heard = new StereoBlock(1000);
        exported.Read(22050, heard);
        Assert.Equal(0, original.Left.Zip(heard.Left).Max(pair => Math.Abs((pair.First * SharesEngine.ShareOf(0, 2) * 0.5f) - pair.Second)), 1e-5f);
        exported.Read(66150, heard);
        Assert.All(heard.Left, sample => Assert.Equal(0, sample));
        await AssertRefusedAsync(await caller.Http.PutAsJsonAsync($"songs/{song}/stems/2/mix", new { tracks = new[] { new { name = "bass" } } }), HttpStatusCode.BadRequest, "request.field");

        foreach (var garbage in (string[])["{}", """{"tracks":null}""", """{"tracks":[{"name":"vocals","mute":true}]}""", """{"tracks":[],"colour":"red"}"""])
        {
            using var content = new StringContent(garbage, System.Text.Encoding.UTF8, "application/json");
            Assert.Equal(HttpStatusCode.BadRequest, (await caller.Http.PutAsync($"songs/{song}/stems/2/mix", content)).StatusCode);
        }

        Assert.Equal(saved.ToString(), (await caller.GetAsync($"songs/{song}/stems/2/mix")).ToString());

        // What is not split has no mix, and a mix goes with its stems.
        await AssertRefusedAsync(await caller.Http.PutAsJsonAsync($"songs/{song}/stems/4/mix", new { tracks = Array.Empty<object>() }), HttpStatusCode.NotFound, "stems.not_found");
        await AssertRefusedAsync(await caller.Http.GetAsync($"songs/{song}/stems/4/mix"), HttpStatusCode.NotFound, "stems.not_found");
        (await caller.Http.DeleteAsync($"songs/{song}/stems/2")).EnsureSuccessStatusCode();
        await SplitAsync(caller, song, 2);
        Assert.Empty((await caller.GetAsync($"songs/{song}/stems/2/mix")).GetProperty("tracks").EnumerateArray());
    }

    [Fact]
    public async Task A_song_far_beyond_full_scale_is_split_turned_down()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = await caller.AddSongAsync(await SmallMedia.MakeAsync("hot.wav", "-f", "lavfi", "-i", "aevalsrc='3.5*sin(2*PI*331*t)|2*sin(2*PI*300*t)':s=44100:d=8", "-c:a", "pcm_f32le"));
        await SplitAsync(caller, song, 2);

        var set = Assert.Single((await caller.GetAsync($"songs/{song}/stems")).EnumerateArray());
        Assert.InRange(set.GetProperty("residualDb").GetDouble(), -150, -100);
        var samples = await caller.Http.GetByteArrayAsync($"songs/{song}/stems/2/samples?start=44100&frames=44100&original=true");
        var sum = Enumerable.Range(0, 44100).Max(n => BitConverter.ToInt16(samples, (2 * 44100 * 4) + (4 * n)) / 32768f);
        Assert.Equal(1, sum, 1e-3);
    }

    [Fact]
    public async Task Of_several_mixes_that_counts_which_was_changed_last()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var (owner, song) = (await caller.OwnerIdAsync(), await caller.AddSongAsync(await NewSongAsync()));
        var library = studio.Services.GetRequiredService<StemLibrary>();
        foreach (var stems in new[] { 2, 4 })
        {
            await SplitAsync(caller, song, stems);
        }

        foreach (var (changed, counts) in new[] { (0, 4), (2, 2), (4, 4), (2, 2) })
        {
            if (changed > 0)
            {
                await library.SaveMixAsync(owner, Guid.Parse(song), changed, StemMix.Flat, TestContext.Current.CancellationToken);
            }

            Assert.Equal(counts, (await library.FindMixedAsync(owner, Guid.Parse(song), TestContext.Current.CancellationToken))?.Stems);
        }
    }

    [Fact]
    public async Task A_mix_beyond_full_scale_is_lowered_as_a_whole()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = await caller.AddSongAsync(await NewSongAsync());
        await SplitAsync(caller, song, 2);
        (await caller.Http.PutAsJsonAsync($"songs/{song}/stems/2/mix", new { tracks = new[] { new { name = "vocals", gainDb = 12 }, new { name = "accompaniment", gainDb = 12 } } })).EnsureSuccessStatusCode();
        var path = rig.PathOf("loud.wav");
        await File.WriteAllBytesAsync(path, await caller.Http.GetByteArrayAsync($"songs/{song}/stems/2/mix.wav"), TestContext.Current.CancellationToken);

        // 0.4 and 0.2, each four times as loud: the louder side fits, and the other is half of it as before.
        var heard = new StereoBlock(44100);
        (await DecodeAsync(path)).Read(44100, heard);
        Assert.Equal(0.999, heard.Left.Max(), 2e-3);
        Assert.Equal(heard.Left.Max() / 2, heard.Right.Max(), 2e-3);
    }

    [Fact]
    public async Task A_file_that_belongs_to_no_song_is_split_in_one_call_and_a_second_time_for_nothing()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var file = await NewSongAsync();
        var home = Directory.CreateDirectory(Path.Combine(studio.DataDirectory, "files", "stems"));
        var before = home.GetFileSystemInfos().Length;
        foreach (var (path, fields) in new[] { ("separate", new[] { ("stems", "2") }), ("separate?stems=2", []) })
        {
            await using var content = File.OpenRead(file);
            using var archive = new ZipArchive(await (await caller.UploadAsync(path, content, "a|b?.mp3", fields)).Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            Assert.Equal(["vocals.wav", "accompaniment.wav"], archive.Entries.Select(entry => entry.FullName));
        }

        Assert.Equal(1, Opened);
        Assert.Equal(0, (await caller.GetAsync("songs")).GetProperty("total").GetInt32());

        await using var wrong = File.OpenRead(file);
        await AssertRefusedAsync(await caller.UploadAsync("separate", wrong, "song.mp3", ("stems", "3")), HttpStatusCode.BadRequest, "request.field");
        await using var evil = File.OpenRead(file);
        await AssertRefusedAsync(await caller.UploadAsync("separate?stems=2", evil, "../../x|y?.mp3"), HttpStatusCode.BadRequest, "request.file_name");
        await using var text = new MemoryStream("no sound at all"u8.ToArray());
        await AssertRefusedAsync(await caller.UploadAsync("separate?stems=2", text, "song.mp3"), HttpStatusCode.UnsupportedMediaType, "media.not_supported");

        // Nothing is left but the one result.
        Assert.Equal(before + 1, home.GetFileSystemInfos().Length);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(studio.DataDirectory, "work")));
    }

    [Fact]
    public async Task What_is_being_sent_stays_however_many_come_after_it_and_goes_with_the_next()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        Task<HeldStems> SplitNextAsync() => SplitFileAsync(owner, TestContext.Current.CancellationToken);
        bool IsThere(HeldStems held) => Directory.Exists(Path.Combine(studio.DataDirectory, "files", held.Set.Folder));
        var sent = await SplitNextAsync();
        List<HeldStems> others = [await SplitNextAsync(), await SplitNextAsync(), await SplitNextAsync()];
        Assert.True(IsThere(sent));

        sent.Dispose();
        others.ForEach(other => other.Dispose());
        using var last = await SplitNextAsync();
        Assert.False(IsThere(sent) || IsThere(others[0]));
        Assert.True(IsThere(others[1]) && IsThere(others[2]) && IsThere(last));
    }

    [Fact]
    public async Task Whoever_leaves_while_a_file_is_split_ends_the_work_and_leaves_nothing()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        using var leaves = new CancellationTokenSource();
        engine.AtBlock = async (start, stop) =>
        {
            if (start > 0)
            {
                await leaves.CancelAsync();
                await Task.Delay(Timeout.Infinite, stop);
            }
        };
        var owner = await caller.OwnerIdAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SplitFileAsync(owner, leaves.Token));

        await using var db = await studio.Contexts().CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.False(await db.StemSets.AnyAsync(set => set.OwnerId == owner) || await db.Jobs.AnyAsync(job => job.OwnerId == owner));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(studio.DataDirectory, "work")));
    }

    [Fact]
    public async Task Whoever_cancels_in_the_middle_finds_nothing_left_and_can_try_again()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var file = await NewSongAsync();
        var song = await caller.AddSongAsync(file);
        var reached = new TaskCompletionSource();
        engine.AtBlock = async (start, stop) =>
        {
            if (start == 3 * SharesEngine.BlockFrames)
            {
                reached.SetResult();
                await Task.Delay(Timeout.Infinite, stop);
            }
        };
        var job = (await caller.PostAsync($"songs/{song}/stems", new { stems = 5 })).GetProperty("id").GetString()!;
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await caller.PostAsync($"jobs/{job}/cancel");
        Assert.Equal("cancelled", (await caller.JobEndAsync(job)).GetProperty("status").GetString());
        Assert.Empty(Folders(song));
        Assert.Empty(Assert.Single((await caller.GetAsync($"songs/{song}/stems")).EnumerateArray()).GetProperty("files").EnumerateArray());
        await AssertRefusedAsync(await caller.Http.GetAsync($"songs/{song}/stems/5.zip"), HttpStatusCode.Conflict, "stems.not_ready");

        engine.AtBlock = (_, _) => Task.CompletedTask;
        await caller.PostAsync($"jobs/{job}/retry");
        Assert.Equal("succeeded", (await caller.JobEndAsync(job)).GetProperty("status").GetString());
        Assert.Single(Folders(song));
    }

    [Fact]
    public async Task Stems_that_do_not_add_up_fail_the_job_and_leave_nothing()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var file = await NewSongAsync();
        var song = await caller.AddSongAsync(file);
        foreach (var fault in new[] { 0.99f, float.NaN })
        {
            engine.Fault = fault;
            var job = (await caller.PostAsync($"songs/{song}/stems", new { stems = 2 })).GetProperty("id").GetString()!;
            var end = await caller.JobEndAsync(job);
            Assert.Equal(("failed", "stems.do_not_add_up"), (end.GetProperty("status").GetString(), end.GetProperty("error").GetProperty("code").GetString()));
            Assert.Empty(Folders(song));
        }
    }

    [Fact]
    public async Task A_disk_that_fills_on_the_way_is_said_and_leaves_nothing()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var file = await NewSongAsync();
        var song = await caller.AddSongAsync(file);
        engine.AtBlock = (start, _) => start == 2 * SharesEngine.BlockFrames ? throw new IOException("full", 28) : Task.CompletedTask;
        var end = await caller.JobEndAsync((await caller.PostAsync($"songs/{song}/stems", new { stems = 2 })).GetProperty("id").GetString()!);
        Assert.Equal(("failed", "storage.full"), (end.GetProperty("status").GetString(), end.GetProperty("error").GetProperty("code").GetString()));
        Assert.Empty(Folders(song));
    }

    [Fact]
    public async Task A_late_attempt_leaves_what_a_later_one_made()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = Guid.Parse(await caller.AddSongAsync(await NewSongAsync()));
        var set = await AddSetAsync(await caller.OwnerIdAsync(), song);
        var handler = studio.Services.GetRequiredService<SeparateSongHandler>();
        var late = await handler.RunAsync(new(set.Id), Context(set, 1), TestContext.Current.CancellationToken);
        var newest = await handler.RunAsync(new(set.Id), Context(set, 2), TestContext.Current.CancellationToken);
        await newest.Published!();
        await late.Abandoned!();
        Assert.True(File.Exists(Path.Combine(Assert.Single(Folders($"{song}")), "vocals.wav")));
        engine.Fault = float.NaN;
        await Assert.ThrowsAsync<StudioProblem>(() => handler.RunAsync(new(set.Id), Context(set, 1), TestContext.Current.CancellationToken));
        Assert.EndsWith("-2", Assert.Single(Folders($"{song}")), StringComparison.Ordinal);

        // Nobody has published it, and no job works at it: the next sweep takes it away.
        await studio.Services.GetRequiredService<StemLibrary>().SweepAsync(TestContext.Current.CancellationToken);
        Assert.Empty(Folders($"{song}"));
    }

    [Theory]
    [InlineData("mono", "-ac", "1")]
    [InlineData("surround", "-ac", "6")]
    [InlineData("telephone", "-ar", "8000")]
    public async Task Any_number_of_channels_and_any_rate_is_split_whole(string name, string option, string value)
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var file = await SmallMedia.MakeAsync($"{name}.wav", "-f", "lavfi", "-i", "aevalsrc='0.4*sin(2*PI*330*t)|0.4*sin(2*PI*330*t)':s=44100:d=3", option, value);
        var song = await caller.AddSongAsync(file);
        await SplitAsync(caller, song, 2);
        var set = Assert.Single((await caller.GetAsync($"songs/{song}/stems")).EnumerateArray());
        Assert.Equal(3, set.GetProperty("coveredSeconds").GetDouble(), 0.01);
        var stem = rig.PathOf("vocals.wav");
        await File.WriteAllBytesAsync(stem, await caller.Http.GetByteArrayAsync($"songs/{song}/stems/2/vocals.wav"), TestContext.Current.CancellationToken);
        var heard = new StereoBlock(44100);
        (await DecodeAsync(stem)).Read(44100, heard);
        Assert.Equal(heard.Left, heard.Right);
        Assert.InRange(heard.Left.Max(), 0.05f, 0.3f);
    }

    [Fact]
    public async Task Too_short_and_broken_off_files_are_refused_in_words()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        await using var moment = File.OpenRead(await SmallMedia.MakeAsync("moment.wav", "-f", "lavfi", "-i", "sine=frequency=440:duration=0.2"));
        await AssertRefusedAsync(await caller.UploadAsync("separate?stems=2", moment, "moment.wav"), HttpStatusCode.UnprocessableEntity, "song.too_short");
        var whole = await File.ReadAllBytesAsync(await NewSongAsync(), TestContext.Current.CancellationToken);
        await AssertRefusedAsync(await caller.UploadAsync("separate?stems=2", new MemoryStream(whole[..(whole.Length / 2)]), "song.wav"), HttpStatusCode.UnprocessableEntity, "song.undecodable");
        await using var none = File.OpenRead(await SmallMedia.SongAsync());
        await AssertRefusedAsync(await caller.UploadAsync("separate", none, "song.mp3"), HttpStatusCode.BadRequest, "request.field");
    }

    [Fact]
    public async Task Work_that_was_broken_off_goes_on_at_the_last_whole_block()
    {
        using var caller = await ApiCaller.RegisterAsync(studio);
        var file = await NewSongAsync();
        var song = Guid.Parse(await caller.AddSongAsync(file));
        var set = await AddSetAsync(await caller.OwnerIdAsync(), song);
        var handler = studio.Services.GetRequiredService<SeparateSongHandler>();
        using var goesDown = new CancellationTokenSource();
        List<long> starts = [];
        engine.AtBlock = async (start, stop) =>
        {
            starts.Add(start / SharesEngine.BlockFrames);
            if (start == 5 * SharesEngine.BlockFrames && !goesDown.IsCancellationRequested)
            {
                await goesDown.CancelAsync();
                stop.ThrowIfCancellationRequested();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handler.RunAsync(new(set.Id), Context(set, 1), goesDown.Token));

        // A block of which only half was written counts for nothing.
        var broken = Path.Combine(Assert.Single(Folders($"{song}")), "vocals.wav");
        await using (var half = new FileStream(broken, FileMode.Append))
        {
            half.Write(new byte[1000]);
        }

        starts.Clear();
        await handler.RunAsync(new(set.Id), Context(set, 2), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(5, starts.Count).Select(n => (long)n), starts);

        // The same as from one go, which takes the place of the other.
        var inTwo = await File.ReadAllBytesAsync(Path.Combine(Folders($"{song}").Single(folder => folder.EndsWith("-2", StringComparison.Ordinal)), "accompaniment.wav"), TestContext.Current.CancellationToken);
        await SplitAsync(caller, $"{song}", 2);
        Assert.Equal(await caller.Http.GetByteArrayAsync($"songs/{song}/stems/2/accompaniment.wav"), inTwo);
        Assert.Single(Folders($"{song}"));
    }

    public void Dispose() => rig.Dispose();

    /// <summary>Eight seconds that no other test has: what one test had split would cost another nothing.</summary>
    private static Task<string> NewSongAsync()
    {
        var tone = Interlocked.Increment(ref lastTone);
        return SmallMedia.MakeAsync($"tone-{tone}.wav", "-f", "lavfi", "-i", $"aevalsrc='0.4*sin(2*PI*{tone}*t)|0.2*sin(2*PI*300*t)':s=44100:d=8");
    }

    private static StepContext Context(StemSet set, int attempt) => new(set.JobId, set.OwnerId, attempt, (_, _) => { }, _ => { });

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    private static async Task<string> SplitAsync(ApiCaller caller, string song, int stems)
    {
        var job = (await caller.PostAsync($"songs/{song}/stems", new { stems })).GetProperty("id").GetString()!;
        var end = await caller.JobEndAsync(job);
        Assert.True(end.GetProperty("status").GetString() == "succeeded", end.ToString());
        return job;
    }

    private async Task<HeldStems> SplitFileAsync(Guid owner, CancellationToken stop)
    {
        var path = rig.PathOf($"{Guid.NewGuid():N}.wav");
        File.Copy(await NewSongAsync(), path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)));
        var upload = new Upload(path, "song.wav", new FileInfo(path).Length, hash, new Dictionary<string, string>());
        return await studio.Services.GetRequiredService<FileSplits>().SplitAsync(owner, upload, 2, stop);
    }

    private string[] Folders(string song)
    {
        var home = Path.Combine(studio.DataDirectory, "files", "songs", Guid.Parse(song).ToString("N"), "stems");
        return Directory.Exists(home) ? Directory.GetFileSystemEntries(home) : [];
    }

    private async Task<MixFile> DecodeAsync(string path)
    {
        var decoded = rig.PathOf($"{Guid.NewGuid():N}.f32");
        await rig.Decoder.DecodeToFileAsync(path, MediaSniffer.Identify(path), StereoBlock.SampleRate, 2, 100, decoded, TestContext.Current.CancellationToken);
        return new(decoded);
    }

    /// <summary>A splitting into two that nobody works at.</summary>
    private async Task<StemSet> AddSetAsync(Guid owner, Guid song)
    {
        await using var db = await studio.Contexts().CreateDbContextAsync();
        var set = new StemSet { OwnerId = owner, SongId = song, Stems = 2, DurationSeconds = 8, JobId = Guid.CreateVersion7(), CreatedAt = DateTimeOffset.UnixEpoch };
        db.StemSets.Add(set);
        await db.SaveChangesAsync();
        return set;
    }

    /// <summary>A studio with the engine of shares.</summary>
    public sealed class Fixture : IAsyncDisposable
    {
        internal SharesEngine Engine { get; } = new();

        internal Studio Studio { get; }

        public Fixture() => Studio = Studio.Start(
            services =>
            {
                services.RemoveAll<ISeparationEngine>();
                services.AddSingleton<ISeparationEngine>(Engine);
            },
            ("Jobs:Heartbeat", "00:00:00.1"));

        public ValueTask DisposeAsync() => Studio.DisposeAsync();
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Features.Songs;
using Downbeat.Jobs;
using Downbeat.Media;
using Downbeat.Storage;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Features.Compositions;

public sealed class CompositionStudioTests(Studios studios)
{
    private static readonly CompositionSettings Small = new() { Width = 128, Height = 128, Preset = "draft" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_late_attempt_takes_nothing_from_the_published_one_and_leaves_nothing()
    {
        await using var room = await OpenAsync();
        var video = await room.MakeAsync();
        Assert.Equal(["1.mp4", "1.webp"], room.VideoNames(video.Id));

        var outcome = await room.RunAsync(video, attempt: 7);
        Assert.Equal(["1.mp4", "1.webp", "7.mp4", "7.webp"], room.VideoNames(video.Id));
        await outcome.Abandoned!();

        Assert.Equal(["1.mp4", "1.webp"], room.VideoNames(video.Id));
        Assert.True(File.Exists(room.Compositions.FindVideo(video)));
    }

    [Fact]
    public async Task A_finished_video_says_how_it_flashes_and_its_plan_is_what_was_rendered()
    {
        await using var room = await OpenAsync();
        var strobes = Small with { Effects = [new() { Kind = "strobe", On = "beat", Strength = 1, Seconds = 0.5 }] };
        async Task<(JsonElement Flash, int Hits, int Weakened)> MakeAsync(CompositionSettings settings)
        {
            var video = await room.MakeAsync(settings);
            var plan = await room.Caller.GetAsync($"compositions/{video.Id}/plan");
            var hits = plan.GetProperty("shots").EnumerateArray().Sum(shot => shot.GetProperty("effects").GetArrayLength());
            return ((await room.Caller.GetAsync($"compositions/{video.Id}")).GetProperty("flash"), hits, plan.GetProperty("weakened").GetInt32());
        }

        var asked = await MakeAsync(strobes with { FlashSafe = false });
        var safe = await MakeAsync(strobes);

        Assert.False(asked.Flash.GetProperty("passes").GetBoolean());
        Assert.True(asked.Flash.GetProperty("mostFlashes").GetInt32() > 3);
        var range = asked.Flash.GetProperty("unsafe")[0];
        Assert.True(range.GetProperty("start").GetDouble() < range.GetProperty("end").GetDouble());
        Assert.Equal((0, 0), (asked.Weakened, asked.Flash.GetProperty("weakened").GetInt32()));
        Assert.True(safe.Flash.GetProperty("passes").GetBoolean());
        Assert.InRange(safe.Flash.GetProperty("mostFlashes").GetInt32(), 1, 3);
        Assert.Equal(safe.Weakened, safe.Flash.GetProperty("weakened").GetInt32());
        Assert.InRange(safe.Hits, 1, asked.Hits - 1);
    }

    [Fact]
    public async Task A_platform_a_rate_and_the_best_encoder_are_met_and_the_log_says_what_was_checked()
    {
        await using var room = await OpenAsync();

        var started = await room.Caller.PostAsync(
            $"songs/{room.SongId}/compositions", new { platform = "square", width = 128, preset = "draft", encoder = "auto", targetBitrateKbps = 5000, end = 4 });

        var job = started.GetProperty("job").GetProperty("id").GetString()!;
        Assert.Equal("succeeded", (await room.Caller.JobEndAsync(job)).GetProperty("status").GetString());
        var settings = started.GetProperty("composition").GetProperty("settings");
        Assert.Equal(("square", 128), (settings.GetProperty("platform").GetString(), settings.GetProperty("height").GetInt32()));
        var log = await room.Caller.Http.GetStringAsync($"jobs/{job}/log", Stop);
        Assert.Contains("5000 were asked for", log);
        Assert.Contains("More bits would show nothing more", log);
        Assert.Contains("Checked: H.264 ", log);
    }

    [Fact]
    public async Task A_late_attempt_does_not_bring_the_folder_of_a_deleted_song_back()
    {
        await using var room = await OpenAsync();
        var video = await room.MakeAsync();
        var outcome = await room.RunAsync(video, attempt: 7);
        await using (var db = await room.Studio.Contexts().CreateDbContextAsync(Stop))
        {
            await db.Songs.Where(song => song.Id == room.SongId).ExecuteDeleteAsync(Stop);
        }

        await outcome.Abandoned!();

        Assert.False(Directory.Exists(room.PathOf(Song.FolderOf(room.SongId))));
    }

    [Fact]
    public async Task Pieces_outlive_the_videos_of_a_song_and_only_one_of_two_deletions_finds_it()
    {
        await using var room = await OpenAsync();
        var (first, second) = (await room.MakeAsync(), await room.MakeAsync());
        Assert.Equal(0, second.RenderedShots);
        await room.Compositions.DeleteAsync(room.Owner, first.Id, Stop);
        Assert.Empty(room.VideoNames(first.Id));

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => room.Caller.Http.DeleteAsync($"compositions/{second.Id}", Stop)));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
        Assert.Equal(2, answers.Count(answer => answer.StatusCode == HttpStatusCode.NotFound));
        Assert.Empty(room.VideoNames(second.Id));
        await using (var db = await room.Studio.Contexts().CreateDbContextAsync(Stop))
        {
            Assert.False(await db.Jobs.AnyAsync(job => job.OwnerId == room.Owner && job.Kind == JobKind.Composition, Stop));
        }

        Assert.Equal(0, (await room.MakeAsync()).RenderedShots);
        (await room.Caller.Http.DeleteAsync($"songs/{room.SongId}", Stop)).EnsureSuccessStatusCode();
        Assert.False(Directory.Exists(room.PathOf(PieceShelf.FolderOf(room.SongId))));
    }

    [Fact]
    public async Task What_a_video_costs_is_said_beforehand_and_learnt_from_it()
    {
        await using var room = await OpenAsync();
        var before = (await room.Caller.PostAsync($"songs/{room.SongId}/compositions/plan", Small)).GetProperty("estimate");
        Assert.True(before.GetProperty("seconds").GetDouble() > 0);
        Assert.Equal(0, before.GetProperty("reusedShots").GetInt32());
        var forecasts = room.Studio.Services.GetRequiredService<RenderForecasts>();
        var films = (await forecasts.AccuracyAsync(Stop)).Films;

        var video = await room.MakeAsync();

        Assert.Equal(before.GetProperty("renderedShots").GetInt32(), video.RenderedShots);
        var after = (await room.Caller.PostAsync($"songs/{room.SongId}/compositions/plan", Small)).GetProperty("estimate");
        Assert.Equal((0, video.RenderedShots), (after.GetProperty("renderedShots").GetInt32(), after.GetProperty("reusedShots").GetInt32()));
        var accuracy = await forecasts.AccuracyAsync(Stop);
        Assert.Equal(Math.Min(100, films + 1), accuracy.Films);
        Assert.NotNull(accuracy.SecondsError);
        await room.MakeAsync();
        var learnt = (await room.Caller.PostAsync($"songs/{room.SongId}/compositions/plan", Small)).GetProperty("estimate");
        Assert.InRange(learnt.GetProperty("bytes").GetDouble() / video.SizeBytes!.Value, 0.99, 1.01);
    }

    [Fact]
    public async Task A_video_that_the_disk_has_no_room_for_is_refused_and_one_that_fills_it_ends_in_words_and_leaves_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The script needs sh.");
        await using var room = await OpenAsync();
        var none = new FileStore(room.Studio.Services.GetRequiredService<DataDirectory>(), Options.Create(new StorageOptions { DiskReserveMegabytes = int.MaxValue }));
        var shelf = ActivatorUtilities.CreateInstance<PieceShelf>(room.Studio.Services, none);
        var studio = ActivatorUtilities.CreateInstance<CompositionStudio>(room.Studio.Services, shelf);
        var refused = await Assert.ThrowsAsync<StudioProblem>(() => studio.StartAsync(room.Owner, room.SongId, Small, null, Stop));
        Assert.Equal((507, "storage.full"), (refused.Status, refused.Code));
        Assert.Empty((await room.Compositions.ListAsync(room.Owner, room.SongId, Stop)));

        var video = await room.MakeAsync();
        Directory.Delete(room.PathOf(PieceShelf.FolderOf(room.SongId)), recursive: true);

        using var rig = new MediaRig(ownTools: true);
        var script = rig.Write("ffmpeg", "#!/bin/sh\ncase \"$*\" in *-version) exec ffmpeg -version;; esac\necho 'av_interleaved_write_frame(): No space left on device' >&2\nexit 1\n"u8);
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var full = await Assert.ThrowsAsync<StudioProblem>(() => room.RunAsync(video, attempt: 7, rig.Ffmpeg));
        Assert.Equal((507, "storage.full"), (full.Status, full.Code));
        Assert.Equal(["1.mp4", "1.webp"], room.VideoNames(video.Id));
        Assert.False(Directory.Exists(room.PathOf(PieceShelf.FolderOf(room.SongId))));
        Assert.Empty(Directory.GetDirectories(Path.Combine(room.Studio.DataDirectory, "work"), $"{video.JobId:N}*"));
    }

    [Fact]
    public async Task A_clip_that_is_deleted_while_its_shots_are_rendered_ends_the_job_in_words_and_trying_again_shows_others()
    {
        await using var room = await OpenAsync();
        var moving = (await room.Caller.UploadAsync($"songs/{room.SongId}/clips", await SmallMedia.ClipAsync())).GetProperty("id").GetGuid();
        var video = await room.MakeAsync();
        var before = await room.Compositions.CutOfAsync(room.Owner, video.Id, Stop);
        Assert.Contains(before.Shots, shot => shot.ClipId == moving);
        Directory.Delete(room.PathOf(PieceShelf.FolderOf(room.SongId)), recursive: true);
        var clip = await room.Clips.GetAsync(room.Owner, moving, Stop);
        void DeleteWhenRendering(string stage)
        {
            if (stage == "Rendering shots")
            {
                using var db = room.Studio.Contexts().CreateDbContext();
                db.Clips.Where(c => c.Id == moving).ExecuteDelete();
                File.Delete(room.PathOf(clip.VideoKey));
            }
        }

        var gone = await Assert.ThrowsAsync<StudioProblem>(() => room.RunAsync(video, attempt: 1, reached: DeleteWhenRendering));
        Assert.Equal((422, "composition.clip_gone"), (gone.Status, gone.Code));

        var lines = new List<string>();
        var outcome = await room.RunAsync(video, attempt: 2, log: lines.Add);
        await using (var db = await room.Studio.Contexts().CreateDbContextAsync(Stop))
        {
            await outcome.Publish!(db, Stop);
            await db.SaveChangesAsync(Stop);
        }

        var after = await room.Compositions.CutOfAsync(room.Owner, video.Id, Stop);
        Assert.DoesNotContain(after.Shots, shot => shot.ClipId == moving);
        Assert.Equal(before.Shots.Select(shot => shot.Frames), after.Shots.Select(shot => shot.Frames));
        Assert.Contains(lines, line => line.Contains($"The clips of {before.Shots.Count(shot => shot.ClipId == moving)} shots have been deleted"));

        await room.Clips.DeleteAsync(room.Owner, after.Shots[0].ClipId, Stop);
        var nothing = await Assert.ThrowsAsync<StudioProblem>(() => room.RunAsync(video, attempt: 3));
        Assert.Equal("composition.clip_gone", nothing.Code);
        Assert.Contains("add clips", nothing.Message);
    }

    [Fact]
    public async Task Where_one_of_the_chosen_clips_is_left_the_shots_of_the_other_show_the_songs_other_clips_too()
    {
        await using var room = await OpenAsync();
        var lost = (await room.Caller.UploadAsync($"songs/{room.SongId}/clips", await SmallMedia.ClipAsync())).GetProperty("id").GetGuid();
        var kept = (await room.Clips.ListAsync(room.Owner, room.SongId, Stop)).First(clip => clip.Id != lost).Id;
        var video = await room.MakeAsync(Small with { ClipIds = [kept, lost] });
        var other = (await room.Caller.UploadAsync($"songs/{room.SongId}/clips", await SmallMedia.ClipAsync())).GetProperty("id").GetGuid();
        await room.Clips.DeleteAsync(room.Owner, lost, Stop);

        var (cut, changed) = await room.Compositions.MendedCutOfAsync(room.Owner, video.Id, Stop);

        Assert.NotEqual(0, changed);
        Assert.Equal([kept, other], cut.Shots.Select(shot => shot.ClipId).Distinct().OrderBy(clip => clip == other));
    }

    [Fact]
    public async Task A_key_of_other_work_and_a_key_without_end_are_refused()
    {
        await using var room = await OpenAsync();
        await room.Studio.Services.GetRequiredService<SongAnalyst>().RequestAsync(room.Owner, room.SongId, "again", Stop);

        var taken = await Assert.ThrowsAsync<StudioProblem>(() => room.Compositions.StartAsync(room.Owner, room.SongId, Small, "again", Stop));
        Assert.Equal((409, "request.idempotency_key"), (taken.Status, taken.Code));
        var tooLong = await Assert.ThrowsAsync<StudioProblem>(() => room.Compositions.StartAsync(room.Owner, room.SongId, Small, new('k', 201), Stop));
        Assert.Equal((400, "Idempotency-Key"), (tooLong.Status, Assert.Single(tooLong.Errors!).Key));
    }

    [Fact]
    public async Task Twenty_videos_may_wait_and_the_next_is_told_when_to_come_back()
    {
        await using var room = await OpenAsync();
        await using (var db = await room.Studio.Contexts().CreateDbContextAsync(Stop))
        {
            // Due in a year, so that no worker takes them.
            db.Jobs.AddRange(Enumerable.Range(0, 20).Select(_ => new Job { OwnerId = room.Owner, Kind = JobKind.Composition, StepName = "", DueAt = DateTimeOffset.UtcNow.AddYears(1) }));
            await db.SaveChangesAsync(Stop);
        }

        var answer = await room.Caller.Http.PostAsJsonAsync($"songs/{room.SongId}/compositions", new { width = 128, height = 128 }, Stop);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(30), answer.Headers.RetryAfter?.Delta);
        Assert.Equal("composition.too_many", (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString());
        Assert.Equal(0, (await room.Caller.GetAsync("compositions")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_program_asks_for_effects_and_transitions_sees_them_in_the_plan_and_gets_the_video()
    {
        await using var room = await OpenAsync();
        var wish = new
        {
            width = 128,
            height = 128,
            preset = "draft",
            cutOn = "beat",
            transition = new { kind = "wipeLeft", seconds = 0.4 },
            effects = new object[] { new { kind = "flash", on = "downbeat", strength = 0.3 }, new { kind = "zoomPulse", on = "beat", every = 2, seconds = 0.2 } },
        };

        var plan = await room.Caller.PostAsync($"songs/{room.SongId}/compositions/plan", wish);

        var shots = plan.GetProperty("shots").EnumerateArray().ToList();
        Assert.False(shots[0].TryGetProperty("transition", out _));
        Assert.All(shots.Skip(1), shot => Assert.Equal("wipeLeft", shot.GetProperty("transition").GetProperty("kind").GetString()));
        var kinds = shots.SelectMany(shot => shot.GetProperty("effects").EnumerateArray()).Select(effect => effect.GetProperty("kind").GetString()).ToHashSet();
        Assert.Equal(["flash", "zoomPulse"], kinds.Order());

        var started = await room.Caller.PostAsync($"songs/{room.SongId}/compositions", wish);
        var id = started.GetProperty("composition").GetProperty("id").GetString();
        Assert.Equal("succeeded", (await room.Caller.JobEndAsync(started.GetProperty("job").GetProperty("id").GetString()!)).GetProperty("status").GetString());
        Assert.InRange((await room.Caller.GetAsync($"compositions/{id}/sync")).GetProperty("maxErrorMs").GetDouble(), 0, 17);
    }

    [Theory]
    [InlineData("""{"transition":{"kind":"explode"}}""", "transition.kind")]
    [InlineData("""{"transition":{"seconds":1}}""", "transition.kind")]
    [InlineData("""{"transition":{"kind":"fade","seconds":-1}}""", "transition.seconds")]
    [InlineData("""{"effects":[{"kind":"flash"},{"kind":"boom"}]}""", "effects[1].kind")]
    [InlineData("""{"effects":[{"on":"beat"}]}""", "effects[0].kind")]
    [InlineData("""{"effects":[{"kind":"flash","strength":1e9}]}""", "effects[0].strength")]
    [InlineData("""{"effects":[{"kind":"flash","strength":-0.1}]}""", "effects[0].strength")]
    [InlineData("""{"effects":[{"kind":"flash","every":0}]}""", "effects[0].every")]
    [InlineData("""{"effects":[{"kind":"flash","seconds":60}]}""", "effects[0].seconds")]
    public async Task A_senseless_effect_or_transition_is_refused_by_its_field(string wish, string field)
    {
        await using var room = await OpenAsync();

        using var content = new StringContent(wish, System.Text.Encoding.UTF8, "application/json");
        var answer = await room.Caller.Http.PostAsync($"songs/{room.SongId}/compositions", content, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_transition_can_be_seen_before_it_is_chosen()
    {
        await using var room = await OpenAsync();

        var answer = await room.Caller.Http.GetAsync("transitions/circleOpen/preview", Stop);

        Assert.Equal("image/webp", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("ANIM", System.Text.Encoding.ASCII.GetString((await answer.Content.ReadAsByteArrayAsync(Stop)).AsSpan(0, 64)));
        Assert.Equal(HttpStatusCode.BadRequest, (await room.Caller.Http.GetAsync("transitions/explode/preview", Stop)).StatusCode);
    }

    private async Task<Room> OpenAsync()
    {
        var studio = await studios.OnAsync("SQLite");
        var caller = await ApiCaller.RegisterAsync(studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.StillAsync());
        return new(studio, caller, await caller.OwnerIdAsync(), Guid.Parse(song));
    }

    /// <summary>A user with a song and a picture.</summary>
    private sealed record Room(Studio Studio, ApiCaller Caller, Guid Owner, Guid SongId) : IAsyncDisposable
    {
        public CompositionStudio Compositions => Studio.Services.GetRequiredService<CompositionStudio>();

        public ClipLibrary Clips => Studio.Services.GetRequiredService<ClipLibrary>();

        public string PathOf(string key) => Path.Combine(Studio.DataDirectory, "files", key);

        public async Task<CompositionView> MakeAsync(CompositionSettings? settings = null)
        {
            var started = await Compositions.StartAsync(Owner, SongId, settings ?? Small, null, Stop);
            Assert.Equal("succeeded", (await Caller.JobEndAsync(started.JobId.ToString())).GetProperty("status").GetString());
            return await Compositions.GetAsync(Owner, started.Id, Stop);
        }

        public Task<StepOutcome> RunAsync(CompositionView video, int attempt, Ffmpeg? ffmpeg = null, Action<string>? reached = null, Action<string>? log = null)
        {
            var renderer = ActivatorUtilities.CreateInstance<PieceRenderer>(Studio.Services, ffmpeg ?? Studio.Services.GetRequiredService<Ffmpeg>());
            var handler = ActivatorUtilities.CreateInstance<RenderCompositionHandler>(Studio.Services, ActivatorUtilities.CreateInstance<FilmCoder>(Studio.Services, new FlashGuard(renderer), renderer));
            return handler.RunAsync(new(video.Id), new(video.JobId, Owner, attempt, (stage, _) => reached?.Invoke(stage), log ?? (_ => { })), Stop);
        }

        /// <summary>Files of a video, without what their names have in common.</summary>
        public IEnumerable<string> VideoNames(Guid id) =>
            Directory.GetFiles(PathOf(Composition.FolderOf(SongId)), Composition.NameOf(id) + "*").Select(path => Path.GetFileName(path)[Composition.NameOf(id).Length..]).Order();

        public ValueTask DisposeAsync()
        {
            Caller.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

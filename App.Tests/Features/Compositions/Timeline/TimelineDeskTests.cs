using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Timeline;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Compositions.Timeline;

public sealed class TimelineDeskTests(Studios studios)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Every_edit_is_kept_and_can_be_undone_and_made_again(string database)
    {
        using var room = await OpenAsync(database);
        var plan = await room.GetAsync();
        Assert.Equal((0, false, false), (plan.Version, plan.CanUndo, plan.IsOutdated));
        Assert.Equal(0, (await room.GetAsync()).Version);

        var split = await room.EditAsync(new { shot = 1, split = plan.Shots[1].Start + 0.6, locked = true });
        Assert.Equal((1, true, false, plan.Shots.Count + 1), (split.Version, split.CanUndo, split.CanRedo, split.Shots.Count));
        Assert.Equal([true, true], split.Shots.Skip(1).Take(2).Select(shot => shot.Locked));
        AssertSame(split, await room.GetAsync());
        Assert.Equal(split.Version, (await room.EditAsync(new { shot = 1, locked = true })).Version);

        var undone = await room.PostAsync("/undo");
        Assert.Equal((2, false, true), (undone.Version, undone.CanUndo, undone.CanRedo));
        Assert.Equal(plan.Shots.Select(shot => shot.StartFrame), undone.Shots.Select(shot => shot.StartFrame));
        Assert.Equal((409, "timeline.nothing_to_undo"), await room.RefusalAsync(HttpMethod.Post, "/undo"));
        AssertSame(split with { Version = 3 }, await room.PostAsync("/redo", new { version = 2 }));
        Assert.Equal((409, "timeline.nothing_to_redo"), await room.RefusalAsync(HttpMethod.Post, "/redo"));

        // Something else after an undo: what was undone is gone.
        await room.PostAsync("/undo");
        Assert.False((await room.EditAsync(new { shot = 0, mergeNext = true })).CanRedo);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Of_several_who_saw_the_same_version_one_is_first_and_those_who_saw_none_all_come_in(string database)
    {
        using var room = await OpenAsync(database);
        var shots = (await room.GetAsync()).Shots;
        for (var version = 0; version < 2; version++)
        {
            var seen = version;
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
                room.SendAsync(HttpMethod.Patch, "", new { version = seen, shot = i, effects = new[] { new { kind = "flash", at = shots[i].Start, strength = 0.5 + (0.1 * seen) } } })));
            Assert.Single(answers, answer => answer.Status == 200);
            Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal((409, "timeline.changed"), (answer.Status, answer.Code)));
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => room.EditAsync(new { shot = i, locked = true })));
        Assert.All((await room.GetAsync()).Shots.Take(4), shot => Assert.True(shot.Locked));
    }

    [Fact]
    public async Task Fifty_states_are_kept()
    {
        using var room = await OpenAsync();
        for (var i = 0; i < 60; i++)
        {
            await room.Desk.EditAsync(room.Owner, room.SongId, new() { Shot = 0, Locked = i % 2 == 0 }, Stop);
        }

        var steps = 0;
        while ((await room.Desk.GetAsync(room.Owner, room.SongId, Stop)).History.CanUndo)
        {
            await room.Desk.UndoAsync(room.Owner, room.SongId, null, Stop);
            steps++;
        }

        Assert.Equal(49, steps);
    }

    [Fact]
    public async Task Somebody_elses_timeline_is_not_there()
    {
        using var room = await OpenAsync();
        await room.EditAsync(new { shot = 0, locked = true });
        using var stranger = await ApiCaller.RegisterAsync(room.Studio);
        var path = $"songs/{room.SongId}/timeline";

        HttpResponseMessage[] answers =
        [
            await stranger.Http.GetAsync(path, Stop), await stranger.Http.PatchAsJsonAsync(path, new { shot = 0, locked = false }, Stop), await stranger.Http.PostAsJsonAsync(path, new { }, Stop),
            await stranger.Http.PostAsJsonAsync(path + "/undo", new { }, Stop), await stranger.Http.PostAsJsonAsync(path + "/redo", new { }, Stop), await stranger.Http.PostAsJsonAsync(path + "/render", new { }, Stop),
        ];

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        Assert.Equal(1, (await room.GetAsync()).Version);
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_a_reason_and_changes_nothing()
    {
        using var room = await OpenAsync();
        (object Edit, int Status, string Code)[] refused =
        [
            (new { locked = true }, 400, "request.field"),
            (new { shot = -1, locked = true }, 400, "request.field"),
            (new { shot = 99, locked = true }, 400, "request.field"),
            (new { shot = 1, sparkle = true }, 400, "request.field"),
            (new { shot = 1, clipId = Guid.NewGuid() }, 404, "clip.not_found"),
            (new { shot = 1, sourceStart = -1 }, 400, "request.field"),
            (new { shot = 1, filling = "sparkle" }, 400, "request.field"),
            (new { shot = 1, start = 99 }, 400, "request.field"),
            (new { shot = 1, start = 2, snap = "sparkle" }, 400, "request.field"),
            (new { shot = 0, start = 2 }, 422, "timeline.infeasible"),
            (new { shot = 0, transition = new { kind = "fade" } }, 422, "timeline.infeasible"),
            (new { shot = 1, transition = new { kind = "sparkle" } }, 400, "request.field"),
            (new { shot = 1, transition = new { kind = "fade", seconds = 99 } }, 400, "request.field"),
            (new { shot = 1, effects = new[] { new { kind = "flash", at = 11.5 } } }, 400, "request.field"),
            (new { shot = 0, effects = new[] { new { kind = "sparkle", at = 0.1 } } }, 400, "request.field"),
            (new { shot = 0, effects = new[] { new { kind = "flash", at = 0.1, strength = 7 } } }, 400, "request.field"),
            (new { shot = 0, effects = new object?[] { null } }, 400, "request.field"),
            (new { shot = 0, effects = Enumerable.Repeat(new { kind = "flash", at = 0.1 }, 201) }, 400, "request.field"),
        ];

        foreach (var (edit, status, code) in refused)
        {
            Assert.Equal((JsonSerializer.Serialize(edit), status, code), (JsonSerializer.Serialize(edit), (await room.SendAsync(HttpMethod.Patch, "", edit)).Status, (await room.SendAsync(HttpMethod.Patch, "", edit)).Code));
        }

        var last = (await room.GetAsync()).Shots.Count - 1;
        Assert.Equal((422, "timeline.infeasible"), await room.RefusalAsync(HttpMethod.Patch, "", new { shot = last, mergeNext = true }));
        Assert.Equal((404, "composition.not_found"), await room.RefusalAsync(HttpMethod.Post, "", new { compositionId = Guid.NewGuid() }));
        Assert.Equal((400, "request.field"), await room.RefusalAsync(HttpMethod.Post, "", new { settings = new { cutOn = "sparkle" } }));
        Assert.Equal((409, "timeline.changed"), await room.RefusalAsync(HttpMethod.Post, "/render", new { version = 7 }));
        Assert.Equal((400, "request.field"), await room.RefusalAsync(HttpMethod.Post, "/render", new { preset = "sparkle" }));
        Assert.Equal((400, "request.field"), await room.RefusalAsync(HttpMethod.Post, "/render", new { priority = 10 }));
        Assert.Equal(0, (await room.GetAsync()).Version);
    }

    [Fact]
    public async Task Exactly_this_cut_is_rendered_and_can_be_laid_on_the_table_again()
    {
        using var room = await OpenForRealAsync();
        await room.PostAsync("", new { settings = new { width = 128, height = 128, preset = "draft", end = 6 } });
        var plan = await room.GetAsync();
        await room.EditAsync(new { shot = 1, start = plan.Shots[1].Start + 0.5, transition = new { kind = "wipeLeft", seconds = 0.4 }, effects = new[] { new { kind = "zoomPulse", at = plan.Shots[1].Start + 0.5, strength = 0.8 } } });
        var edited = await room.EditAsync(new { shot = 0, clipId = plan.Shots[1].ClipId, sourceStart = 1.25 });

        var started = await room.Caller.PostAsync($"songs/{room.SongId}/timeline/render");
        Assert.Equal("succeeded", (await room.Caller.JobEndAsync(started.GetProperty("job").GetProperty("id").GetString()!)).GetProperty("status").GetString());
        var video = started.GetProperty("composition").GetProperty("id").GetGuid();
        var made = await room.Caller.GetAsync($"compositions/{video}/plan");
        Assert.Equal(
            edited.Shots.Select(shot => (shot.StartFrame, shot.ClipId, shot.SourceStart, shot.Transition?.GetRawText())),
            made.GetProperty("shots").EnumerateArray().Select(shot => (
                shot.GetProperty("startFrame").GetInt32(), shot.GetProperty("clipId").GetGuid(), shot.GetProperty("sourceStart").GetDouble(), shot.TryGetProperty("transition", out var transition) ? transition.GetRawText() : null)));
        Assert.InRange((await room.Caller.GetAsync($"compositions/{video}/sync")).GetProperty("maxErrorMs").GetDouble(), 0, 17);

        await room.PostAsync("", new { settings = new { width = 128, height = 128, cutOn = "beat" } });
        AssertSame(edited with { Version = 5 }, await room.PostAsync("", new { compositionId = video }));
        using var other = await OpenAsync();
        Assert.Equal((404, "composition.not_found"), await other.RefusalAsync(HttpMethod.Post, "", new { compositionId = video }));
    }

    [Fact]
    public async Task Other_beats_are_told_and_a_fresh_plan_follows_them_around_locked_shots()
    {
        using var room = await OpenAsync();
        var locked = (await room.EditAsync(new { shot = 2, locked = true })).Shots[2];
        (await room.Caller.Http.PatchAsJsonAsync($"songs/{room.SongId}/analysis", new { shiftSeconds = 0.2 }, Stop)).EnsureSuccessStatusCode();

        var old = await room.GetAsync();
        Assert.True(old.IsOutdated);
        Assert.Equal(locked.StartFrame, old.Shots[2].StartFrame);
        var fresh = await room.PostAsync("");

        Assert.False(fresh.IsOutdated);
        var kept = Assert.Single(fresh.Shots, shot => shot.Locked);
        Assert.Equal((locked.StartFrame, locked.EndFrame, locked.ClipId), (kept.StartFrame, kept.EndFrame, kept.ClipId));
        Assert.Contains(fresh.Shots, shot => shot.BeatIndex is not null && shot.StartFrame % 15 == 6);
    }

    [Fact]
    public async Task A_deleted_clip_is_told_and_replaced()
    {
        using var room = await OpenAsync();
        var shots = (await room.EditAsync(new { shot = 0, locked = true })).Shots;
        await room.Caller.Http.DeleteAsync($"clips/{shots[1].ClipId}", Stop);

        Assert.Contains((await room.GetAsync()).Shots, shot => shot.ClipGone);
        Assert.Equal((422, "composition.clip_gone"), await room.RefusalAsync(HttpMethod.Post, "/render"));
        foreach (var gone in shots.Where(shot => shot.ClipId == shots[1].ClipId))
        {
            await room.EditAsync(new { shot = gone.Index, clipId = shots[0].ClipId });
        }

        Assert.DoesNotContain((await room.GetAsync()).Shots, shot => shot.ClipGone);
        await room.Caller.Http.DeleteAsync($"clips/{shots[0].ClipId}", Stop);
        Assert.Equal((422, "cut.infeasible"), await room.RefusalAsync(HttpMethod.Post, ""));
        Assert.All((await room.GetAsync()).Shots, shot => Assert.True(shot.ClipGone));
    }

    [Fact]
    public async Task A_timeline_begins_with_what_the_newest_video_was_asked_for()
    {
        using var room = await OpenAsync();
        var studio = room.Studio.Services.GetRequiredService<CompositionStudio>();
        var asked = new CompositionSettings { Width = 320, Height = 180, CutOn = "downbeat", Captions = new() { Source = "lyrics" }, Watermark = new(Guid.NewGuid(), null, null, null), Priority = 9 };
        await studio.StartAsync(room.Owner, room.SongId, asked, await studio.PlanAsync(room.Owner, room.SongId, new(), Stop), "", null, Stop);

        var open = await room.Desk.GetAsync(room.Owner, room.SongId, Stop);

        // Lyrics and watermark of that song are gone by now.
        Assert.Equal((0, 320, "downbeat", null, null, null), (open.Version, open.Cut.Width, open.Content.Settings.CutOn, open.Content.Settings.Captions, open.Content.Settings.Watermark, open.Content.Settings.Priority));
        await room.PostAsync("", new { settings = new { width = 640, height = 360 } });
        Assert.Equal(640, (await room.Desk.LastSettingsAsync(room.Owner, room.SongId, Stop))!.Width);
    }

    [Fact]
    public async Task What_was_asked_for_last_and_cannot_be_had_any_more_is_left_out()
    {
        using var room = await OpenAsync();
        var studio = room.Studio.Services.GetRequiredService<CompositionStudio>();
        var analysis = await room.Studio.Services.GetRequiredService<SongAnalyst>().GetAsync(room.Owner, room.SongId, Stop);
        var part = analysis.Sections[0].Label;
        EffectWish[] effects = [new() { Kind = "flash", Sections = ["gone"] }, new() { Kind = "shake", Sections = ["gone", part] }, new() { Kind = "glitch" }];
        var asked = new CompositionSettings { Width = 128, Height = 128, Encoder = "gone", Effects = effects };
        var made = await studio.StartAsync(room.Owner, room.SongId, asked, await studio.PlanAsync(room.Owner, room.SongId, new(), Stop), "", null, Stop);

        var open = await room.Desk.GetAsync(room.Owner, room.SongId, Stop);
        var again = await studio.MakeAgainAsync(room.Owner, made.Id, Stop);

        Assert.All([open.Content.Settings, again.Settings], left =>
        {
            Assert.Null(left.Encoder);
            Assert.Equal([("shake", part), ("glitch", "")], left.Effects!.Select(effect => (effect.Kind!, string.Join(' ', effect.Sections ?? []))));
        });
    }

    [Fact]
    public async Task Shots_that_lost_their_clip_get_another_one_even_where_an_effect_names_a_part_that_is_gone()
    {
        using var room = await OpenAsync();
        var studio = room.Studio.Services.GetRequiredService<CompositionStudio>();
        var cut = await studio.PlanAsync(room.Owner, room.SongId, new() { Width = 128, Height = 128 }, Stop);
        var asked = new CompositionSettings { Width = 128, Height = 128, Effects = [new() { Kind = "flash", Sections = ["gone"] }] };
        var made = await studio.StartAsync(room.Owner, room.SongId, asked, cut, "", null, Stop);
        await room.Studio.Services.GetRequiredService<ClipLibrary>().DeleteAsync(room.Owner, cut.Shots[0].ClipId, Stop);

        var (mended, changed) = await studio.MendedCutOfAsync(room.Owner, made.Id, Stop);

        Assert.Equal(cut.Shots.Count(shot => shot.ClipId == cut.Shots[0].ClipId), changed);
        Assert.DoesNotContain(cut.Shots[0].ClipId, mended.Shots.Select(shot => shot.ClipId));
        Assert.Equal(cut.Hits, mended.Hits);
    }

    [Fact]
    public async Task Where_other_settings_are_given_the_last_ones_are_not_planned()
    {
        using var room = await OpenAsync();
        var studio = room.Studio.Services.GetRequiredService<CompositionStudio>();
        await studio.StartAsync(room.Owner, room.SongId, new() { Start = 99 }, await studio.PlanAsync(room.Owner, room.SongId, new(), Stop), "", null, Stop);

        await room.Desk.BeginAsync(room.Owner, room.SongId, new() { Width = 128, Height = 128 }, Stop);

        Assert.Equal((1, 128), (await room.Desk.GetAsync(room.Owner, room.SongId, Stop)) is var open ? (open.Version, open.Cut.Width) : default);
    }

    [Fact]
    public async Task A_quality_that_is_named_when_a_cut_is_rendered_takes_the_place_of_its_platform_s_bit_rate()
    {
        using var room = await OpenAsync();
        var studio = room.Studio.Services.GetRequiredService<CompositionStudio>();
        var wish = new CompositionSettings { Platform = "shorts", Width = 128, Height = 128 };
        await studio.StartAsync(room.Owner, room.SongId, wish, await studio.PlanAsync(room.Owner, room.SongId, wish, Stop), "", null, Stop);

        var same = await room.Desk.RenderAsync(room.Owner, room.SongId, new(null, null, null), null, Stop);
        var draft = await room.Desk.RenderAsync(room.Owner, room.SongId, new(null, "draft", null), null, Stop);

        Assert.Equal([("balanced", 8000), ("draft", null)], new[] { same, draft }.Select(video => (video.Settings.Preset!, video.Settings.TargetBitrateKbps)));
    }

    [Fact]
    public async Task Words_that_were_sent_along_are_kept_once_and_a_fresh_plan_has_them_still()
    {
        using var room = await OpenAsync();
        await room.PostAsync("", new { settings = new { captions = new { text = "[00:01.00]one\n[00:03.00]two", style = "centre" } } });
        await room.EditAsync(new { shot = 0, locked = true });
        await using var db = await room.Studio.Contexts().CreateDbContextAsync(Stop);
        Assert.All(await db.Set<DraftState>().Where(state => db.Set<Draft>().Any(draft => draft.Id == state.DraftId && draft.SongId == room.SongId)).ToListAsync(Stop), state => Assert.DoesNotContain("00:01.00", state.SettingsJson, StringComparison.Ordinal));

        var last = (await room.Desk.GetAsync(room.Owner, room.SongId, Stop)).Content.Settings;
        var fresh = await room.Desk.StartAsync(room.Owner, room.SongId, new(null, null, last with { CutOn = "beat" }), Stop);

        Assert.Equal(["one", "two"], fresh.Cut.Captions!.Lines.Select(line => line.Text));
    }

    [Fact]
    public async Task A_cut_that_was_made_by_hand_follows_other_beats_and_keeps_its_shots()
    {
        using var room = await OpenAsync();
        var plan = await room.GetAsync();
        var edited = await room.EditAsync(new { shot = 1, clipId = plan.Shots[0].ClipId, effects = new[] { new { kind = "flash", at = plan.Shots[1].Start } } });
        Assert.True((await room.Desk.GetAsync(room.Owner, room.SongId, Stop)).Cut.IsByHand);
        (await room.Caller.Http.PatchAsJsonAsync($"songs/{room.SongId}/analysis", new { shiftSeconds = 0.2 }, Stop)).EnsureSuccessStatusCode();
        var before = await room.Desk.GetAsync(room.Owner, room.SongId, Stop);
        Assert.Equal(edited.Shots.Count - 1, before.CutsOffBeat);

        var after = await room.PostAsync("/follow", new { version = 1 });

        Assert.False(after.IsOutdated);
        Assert.Equal(edited.Shots.Select(shot => shot.ClipId), after.Shots.Select(shot => shot.ClipId));
        Assert.Equal(edited.Shots.Skip(1).Select(shot => shot.StartFrame + 6), after.Shots.Skip(1).Select(shot => shot.StartFrame));
        Assert.All(after.Shots.Skip(1), shot => Assert.NotNull(shot.BeatIndex));
        Assert.Equal(after.Shots[1].Start, after.Shots[1].Effects[0].GetProperty("at").GetDouble(), 3);
        Assert.Equal(0, (await room.Desk.GetAsync(room.Owner, room.SongId, Stop)).CutsOffBeat);
    }

    private static void AssertSame(View expected, View actual) => Assert.Equal(JsonSerializer.Serialize(expected with { CanUndo = true, CanRedo = false }), JsonSerializer.Serialize(actual with { CanUndo = true, CanRedo = false }));

    /// <summary>Somebody with a song of twelve seconds that was heard at 120 a minute, and two pictures.</summary>
    private async Task<Room> OpenAsync(string database = "SQLite")
    {
        var studio = await studios.OnAsync(database);
        var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var (song, _) = await studio.AddHeardSongAsync(owner);
        return new(studio, caller, owner, song);
    }

    /// <summary>The same with files, for those who render.</summary>
    private async Task<Room> OpenForRealAsync()
    {
        var studio = await studios.OnAsync("SQLite");
        var caller = await ApiCaller.RegisterAsync(studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.StillAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.ClipAsync());
        return new(studio, caller, await caller.OwnerIdAsync(), Guid.Parse(song));
    }

    private sealed record View(int Version, bool CanUndo, bool CanRedo, bool IsOutdated, IReadOnlyList<ShotView> Shots);

    private sealed record ShotView(int Index, Guid ClipId, int StartFrame, int EndFrame, double Start, double SourceStart, int? BeatIndex, bool Locked, bool ClipGone, JsonElement? Transition, JsonElement Effects);

    /// <summary>A user with a song and clips, and its timeline over the API.</summary>
    private sealed record Room(Studio Studio, ApiCaller Caller, Guid Owner, Guid SongId) : IDisposable
    {
        public TimelineDesk Desk => Studio.Services.GetRequiredService<TimelineDesk>();

        public async Task<(int Status, string? Code, string Text)> SendAsync(HttpMethod method, string path, object? body = null)
        {
            using var request = new HttpRequestMessage(method, $"songs/{SongId}/timeline{path}") { Content = method == HttpMethod.Get ? null : JsonContent.Create(body ?? new { }) };
            var answer = await Caller.Http.SendAsync(request, Stop);
            var text = await answer.Content.ReadAsStringAsync(Stop);
            return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : JsonSerializer.Deserialize<JsonElement>(text).GetProperty("code").GetString(), text);
        }

        public async Task<(int Status, string? Code)> RefusalAsync(HttpMethod method, string path, object? body = null) => await SendAsync(method, path, body) is var answer ? (answer.Status, answer.Code) : default;

        public Task<View> GetAsync() => ReadAsync(HttpMethod.Get, "");

        public Task<View> EditAsync(object edit) => ReadAsync(HttpMethod.Patch, "", edit);

        public Task<View> PostAsync(string path, object? body = null) => ReadAsync(HttpMethod.Post, path, body);

        public void Dispose() => Caller.Dispose();

        private async Task<View> ReadAsync(HttpMethod method, string path, object? body = null)
        {
            var (status, _, text) = await SendAsync(method, path, body);
            Assert.True(status == 200, $"{status}: {text}");
            return JsonSerializer.Deserialize<View>(text, JsonSerializerOptions.Web)!;
        }
    }
}

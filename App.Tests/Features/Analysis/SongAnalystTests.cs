using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Features.Analysis;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Compositions;
using Downbeat.Features.Songs;
using Downbeat.Jobs;
using Downbeat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Analysis;

/// <summary>Corrections over HTTP, on both databases.</summary>
public sealed class SongAnalystTests(Studios studios)
{
    private static readonly object Small = new { width = 128, height = 128, preset = "draft" };

    public static TheoryData<string> Databases => TestDatabase.Kinds;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases))]
    public async Task A_correction_is_kept_at_once_undone_made_again_and_taken_back(string database)
    {
        await using var room = await OpenAsync(database);
        var heard = await room.ReadAsync();
        Assert.Equal((false, false, false), (heard.IsCorrected, heard.CanUndo, heard.CanRedo));

        var halved = await room.CorrectAsync(new { tempoFactor = 0.5 });
        Assert.Equal(heard.Bpm / 2, halved.Bpm, 0.5);
        Assert.Equal((heard.Version + 1, true, true, false), (halved.Version, halved.Corrected.Grid, halved.CanUndo, halved.CanRedo));
        Assert.Equal(halved.Beats.Count, halved.Energy.Count);
        Assert.Equal(halved.Beats.Count, halved.Curves.Kick.Count);
        Assert.Equal(halved.Beats, (await room.ReadAsync()).Beats);

        await room.CorrectAsync(new { key = "Eb", mode = "minor" });
        var back = await room.PostAsync("undo");
        Assert.Equal((heard.Key, halved.Bpm, true, true), (back.Key, back.Bpm, back.CanUndo, back.CanRedo));
        Assert.Equal(heard.Beats, (await room.PostAsync("undo")).Beats);
        Assert.Equal("analysis.nothing_to_undo", await room.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, "/undo"));
        await room.PostAsync("redo");
        Assert.Equal(("D#", halved.Bpm), (await room.PostAsync("redo")) is var again ? (again.Key, again.Bpm) : default);
        Assert.Equal("analysis.nothing_to_redo", await room.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, "/redo"));

        var restored = await room.SendAsync(HttpMethod.Delete, "/corrections");
        Assert.Equal((false, true, heard.Key), (restored.IsCorrected, restored.CanUndo, restored.Key));
        Assert.Equal(JsonSerializer.Serialize(heard.Sections), JsonSerializer.Serialize(restored.Sections));
        Assert.Equal("D#", (await room.PostAsync("undo")).Key);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Corrections_at_the_same_moment_all_count(string database)
    {
        await using var room = await OpenAsync(database, isHeard: false);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => room.CorrectAsync(new { shiftSeconds = 0.01 })));

        Assert.Equal(Enumerable.Range(2, 8), answers.Select(answer => answer.Version).Order());
        Assert.Equal([1.08, 2.08, 3.08], (await room.ReadAsync()).Beats, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal("analysis.changed", await room.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Patch, "", """{"version":5,"genre":"polka"}"""));
        Assert.Equal("polka", (await room.CorrectAsync(new { version = 9, genre = "polka" })).Genre.Name);
    }

    [Fact]
    public async Task Listening_again_loses_no_correction_and_the_old_result_can_be_read_until_then()
    {
        await using var room = await OpenAsync("SQLite");
        var duration = (await room.ReadAsync()).DurationSeconds;
        object[] sections = [new { start = 0, end = 5, label = "intro" }, new { start = 5, end = duration, label = "drop" }];
        var corrected = await room.CorrectAsync(new { shiftBeats = 0.5, sections, genre = "polka", mood = new { tension = 0.5 } });

        var job = await room.Caller.PostAsync($"songs/{room.SongId}/analysis");
        Assert.Equal("polka", (await room.ReadAsync()).Genre.Name);
        await room.Caller.JobEndAsync(job.GetProperty("id").GetString()!);

        var again = await room.ReadAsync();
        Assert.Equal(corrected.Version + 1, again.Version);
        Assert.Equal(corrected.Beats, again.Beats);
        Assert.Equal(["intro", "drop"], again.Sections.Select(section => section.Label));
        Assert.Equal(("polka", 0.5, true), (again.Genre.Name, again.Mood.Tension, again.CanUndo));
        Assert.False((await room.SendAsync(HttpMethod.Delete, "/corrections")).IsCorrected);
    }

    [Fact]
    public async Task What_was_stored_before_there_were_corrections_can_be_corrected_and_restored()
    {
        await using var room = await OpenAsync("SQLite", isHeard: false);

        var doubled = await room.CorrectAsync(new { tempoFactor = 2 });
        Assert.Equal([1, 1.5, 2, 2.5, 3, 3.5], doubled.Beats);
        Assert.Equal([0.2, 0.2, 0.4, 0.4, 0.6, 0.6], doubled.Energy);

        Assert.Equal([1, 2, 3], (await room.SendAsync(HttpMethod.Delete, "/corrections")).Beats);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task The_history_keeps_fifty_states_and_none_that_was_undone(string database)
    {
        await using var room = await OpenAsync(database, isHeard: false);
        for (var n = 1; n <= CorrectionHistory.MostSteps + 3; n++)
        {
            await room.CorrectAsync(new { genre = $"{n}" });
        }

        await room.PostAsync("undo");
        Assert.Equal("51", (await room.PostAsync("undo")).Genre.Name);
        await room.CorrectAsync(new { genre = "polka" });

        await using var db = await room.Studio.Contexts().CreateDbContextAsync(Stop);
        Assert.Equal(Enumerable.Range(3, 50), await db.Set<CorrectionSnapshot>().Where(snapshot => snapshot.SongId == room.SongId).Select(snapshot => snapshot.Number).Order().ToListAsync(Stop));
        for (var n = 51; n >= 3; n--)
        {
            Assert.Equal($"{n}", (await room.PostAsync("undo")).Genre.Name);
        }

        Assert.Equal("analysis.nothing_to_undo", await room.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, "/undo"));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task What_was_heard_in_stems_is_offered_used_kept_when_the_song_is_heard_again_and_taken_back(string database)
    {
        await using var room = await OpenAsync(database);
        var heard = await room.ReadAsync();
        Assert.Equal("analysis.no_stems", await room.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, "/stems"));

        await OfferAsync(room, Findings(heard.DurationSeconds));
        var offered = await room.ReadAsync();
        Assert.Equal((3, 2, 4, 0, false), offered.OfferedStems is { } offer ? (offer.Kick, offer.Snare, offer.Bass, offer.Phrases, offer.IsDismissed) : default);
        Assert.Null(offered.Stems);
        Assert.Equal(heard.Hits.Kick, offered.Hits.Kick);

        Assert.True((await room.SendAsync(HttpMethod.Delete, "/stems/offer")).OfferedStems!.IsDismissed);
        var used = await room.PostAsync("stems");
        AssertUsed(heard, used);
        Assert.Equal("analysis.no_stems", await room.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, "/stems"));
        Assert.Equal("analysis.no_stems", await room.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Delete, "/stems/offer"));

        await room.Caller.JobEndAsync((await room.Caller.PostAsync($"songs/{room.SongId}/analysis")).GetProperty("id").GetString()!);
        AssertUsed(heard, await room.ReadAsync());

        var back = await room.SendAsync(HttpMethod.Delete, "/stems");
        Assert.Equal(
            JsonSerializer.Serialize(heard with { Version = 0, CreatedAt = default }),
            JsonSerializer.Serialize(back with { Version = 0, CreatedAt = default, OfferedStems = null }));
        Assert.True(back.OfferedStems!.IsDismissed);
        Assert.Equal("analysis.no_stems", await room.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Delete, "/stems"));
    }

    [Fact]
    public async Task Corrections_lie_over_the_stems_and_neither_takes_the_other_back()
    {
        await using var room = await OpenAsync("SQLite");
        var heard = await room.ReadAsync();
        await OfferAsync(room, Findings(heard.DurationSeconds));
        await room.CorrectAsync(new { tempoFactor = 0.5 });

        var used = await room.PostAsync("stems");
        Assert.Equal((true, true), (used.IsCorrected, used.CanUndo));
        Assert.Equal(used.Beats.Count, used.StemEnergy[0].Energy.Count);
        Assert.Equal(used.Beats.Count, used.Curves.Kick.Count);

        Assert.Equal([1, 2.5, 4], (await room.PostAsync("undo")).Hits.Kick);
        Assert.Equal([1, 2.5, 4], (await room.SendAsync(HttpMethod.Delete, "/corrections")).Hits.Kick);
        await room.PostAsync("redo");
        var back = await room.SendAsync(HttpMethod.Delete, "/stems");
        Assert.Equal((heard.Hits.Kick.Count, true), (back.Hits.Kick.Count, back.Corrected.Grid));
    }

    [Fact]
    public async Task Stems_that_are_heard_anew_are_offered_while_the_old_ones_stay_in_use_and_the_same_are_nothing_new()
    {
        await using var room = await OpenAsync("SQLite");
        var duration = (await room.ReadAsync()).DurationSeconds;
        await OfferAsync(room, Findings(duration));
        await room.PostAsync("stems");

        await OfferAsync(room, Findings(duration));
        Assert.Null((await room.ReadAsync()).OfferedStems);

        await OfferAsync(room, Findings(duration) with { Energies = [new("vocals", []), new("accompaniment", [])], Drums = null, Bass = null });
        Assert.Null((await room.ReadAsync()).OfferedStems);

        var newer = Findings(duration) with { Engine = "Better", Drums = null };
        await OfferAsync(room, newer);
        var offered = await room.ReadAsync();
        Assert.Equal(("Downbeat separation", "Better", null), (offered.Stems!.Engine, offered.OfferedStems!.Engine, offered.OfferedStems.Kick));

        var used = await room.PostAsync("stems");
        Assert.Equal(("Better", null), (used.Stems!.Engine, used.OfferedStems));
        Assert.NotEqual([1, 2.5, 4], used.Hits.Kick);
    }

    [Fact]
    public async Task Stems_of_a_song_that_is_not_heard_yet_are_offered_when_it_is()
    {
        await using var room = await OpenAsync("SQLite", isHeard: false);
        await using (var db = await room.Studio.Contexts().CreateDbContextAsync(Stop))
        {
            await db.Analyses.Where(analysis => analysis.SongId == room.SongId).ExecuteDeleteAsync(Stop);
            await OfferAsync(room, Findings(4));
            await db.Database.BeginTransactionAsync(Stop);
            db.Analyses.Add(new() { SongId = room.SongId }).Entity.Hear(
                new() { SongId = room.SongId, DurationSeconds = 4, Beats = [1, 2, 3], Voice = [new(0, 4)] }, Curves.None, await db.FindStemsAsync(room.SongId, Stop), Corrections.None, 1);
            await db.SaveChangesAsync(Stop);
            await db.Database.CommitTransactionAsync(Stop);
        }

        Assert.Equal(3, (await room.ReadAsync()).OfferedStems!.Kick);
        Assert.Equal([new(0.5, 1.75), new(2, 3.5)], (await room.PostAsync("stems")).Voice);
    }

    [Fact]
    public async Task In_a_song_without_a_voice_what_leads_it_is_none()
    {
        await using var room = await OpenAsync("SQLite", isHeard: false);
        await OfferAsync(room, Findings(4));

        Assert.Equal(0, (await room.ReadAsync()).OfferedStems!.Phrases);
        Assert.Empty((await room.PostAsync("stems")).Voice);
    }

    [Fact]
    public async Task Beats_moved_and_moved_back_are_the_same_to_a_video()
    {
        await using var room = await OpenAsync("SQLite");
        var heard = await room.ReadAsync();
        var print = await PrintAsync();

        await room.CorrectAsync(new { shiftSeconds = 0.01 });
        Assert.NotEqual(print, await PrintAsync());
        Assert.Equal(heard.Energy, (await room.CorrectAsync(new { shiftSeconds = -0.01 })).Energy);
        Assert.Equal(print, await PrintAsync());

        async Task<string?> PrintAsync()
        {
            await using var db = await room.Studio.Contexts().CreateDbContextAsync(Stop);
            return await db.Analyses.Where(analysis => analysis.SongId == room.SongId).Select(analysis => analysis.GridPrint).SingleAsync(Stop);
        }
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_video_from_before_fingerprints_is_out_of_date_when_the_song_was_heard_again_since(string database)
    {
        await using var room = await OpenAsync(database);
        await room.Caller.UploadAsync($"songs/{room.SongId}/clips", await SmallMedia.StillAsync());
        var video = (await room.Caller.PostAsync($"songs/{room.SongId}/compositions", Small)).GetProperty("composition").GetProperty("id").GetGuid();
        await using var db = await room.Studio.Contexts().CreateDbContextAsync(Stop);
        await db.Set<Composition>().Where(c => c.Id == video).ExecuteUpdateAsync(set => set.SetProperty(c => c.GridPrint, (string?)null), Stop);
        Assert.False(await IsOutdatedAsync());

        await room.CorrectAsync(new { shiftSeconds = 0.1 });
        Assert.True(await IsOutdatedAsync());

        await db.Analyses.Where(analysis => analysis.SongId == room.SongId).ExecuteDeleteAsync(Stop);
        Assert.False(await IsOutdatedAsync());

        async Task<bool> IsOutdatedAsync() => (await room.Caller.GetAsync($"compositions/{video}")).GetProperty("isOutdated").GetBoolean();
    }

    [Fact]
    public async Task A_correction_while_the_song_is_heard_again_tells_nothing_of_that_job()
    {
        await using var room = await OpenAsync("SQLite", isHeard: false);
        await using var db = await room.Studio.Contexts().CreateDbContextAsync(Stop);
        var job = await db.Songs.Where(song => song.Id == room.SongId).Join(db.Jobs, song => song.AnalysisJobId, job => job.Id, (_, job) => job).SingleAsync(Stop);
        await db.Jobs.Where(j => j.Id == job.Id).ExecuteUpdateAsync(set => set.SetProperty(j => j.Status, JobStatus.Running), Stop);
        var told = new List<Guid>();
        using var watch = room.Studio.Services.GetRequiredService<JobBoard>().Subscribe(job.OwnerId, changed => told.Add(changed.Id));

        await room.CorrectAsync(new { genre = "polka" });
        Assert.Empty(told);

        await db.Jobs.Where(j => j.Id == job.Id).ExecuteUpdateAsync(set => set.SetProperty(j => j.Status, JobStatus.Succeeded), Stop);
        await room.CorrectAsync(new { genre = "waltz" });
        Assert.Equal([job.Id], told);
    }

    [Fact]
    public async Task A_correction_longer_than_any_song_needs_is_refused_unread()
    {
        await using var room = await OpenAsync("SQLite", isHeard: false);

        using var answer = await room.PatchAsync("{\"taps\":[" + string.Join(',', Enumerable.Repeat("1", 1 << 20)) + "]}");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task A_song_that_was_not_heard_has_no_analysis_and_that_of_another_is_not_there()
    {
        await using var room = await OpenAsync("SQLite", isHeard: false);
        var analyst = room.Studio.Services.GetRequiredService<SongAnalyst>();
        var owner = await room.Caller.OwnerIdAsync();
        Assert.NotNull(await analyst.FindAsync(owner, room.SongId, Stop));
        Assert.Equal("song.not_found", (await Assert.ThrowsAsync<StudioProblem>(() => analyst.FindAsync(Guid.NewGuid(), room.SongId, Stop))).Code);

        await using var db = await room.Studio.Contexts().CreateDbContextAsync(Stop);
        await db.Analyses.Where(analysis => analysis.SongId == room.SongId).ExecuteDeleteAsync(Stop);
        Assert.Null(await analyst.FindAsync(owner, room.SongId, Stop));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_video_is_out_of_date_while_its_beats_are_others_and_a_new_plan_follows_them(string database)
    {
        await using var room = await OpenAsync(database);
        await room.Caller.UploadAsync($"songs/{room.SongId}/clips", await SmallMedia.StillAsync());
        var plan = await room.Caller.PostAsync($"songs/{room.SongId}/compositions/plan", new { cutOn = "downbeat" });
        var video = (await room.Caller.PostAsync($"songs/{room.SongId}/compositions", Small)).GetProperty("composition").GetProperty("id").GetString();
        Assert.False(await IsOutdatedAsync());

        await room.CorrectAsync(new { shiftSeconds = 0.1 });
        Assert.True(await IsOutdatedAsync());
        Assert.NotEqual(plan.ToString(), (await room.Caller.PostAsync($"songs/{room.SongId}/compositions/plan", new { cutOn = "downbeat" })).ToString());

        await room.PostAsync("undo");
        await room.CorrectAsync(new { key = "C", mode = "major" });
        Assert.False(await IsOutdatedAsync());

        async Task<bool> IsOutdatedAsync() => (await room.Caller.GetAsync($"compositions/{video}")).GetProperty("isOutdated").GetBoolean();
    }

    [Fact]
    public async Task A_correction_is_told_to_other_pages_and_read_once_after_it()
    {
        await using var room = await OpenAsync("SQLite");
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hub = await room.Caller.WatchAllAsync(job =>
        {
            if (job.GetProperty("subjectId").GetGuid() == room.SongId)
            {
                told.TrySetResult();
            }
        });

        await room.CorrectAsync(new { beatsPerBar = 3 });

        await told.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        Assert.Equal(1, await room.QueriesOfReadingAsync());
        Assert.Equal(0, await room.QueriesOfReadingAsync());
    }

    [Theory]
    [InlineData("""{"tempoFactor":3}""", "tempoFactor")]
    [InlineData("""{"shiftSeconds":1e999}""", "shiftSeconds")]
    [InlineData("""{"firstDownbeatIndex":99999}""", "firstDownbeatIndex")]
    [InlineData("""{"tempo":120}""", "tempo")]
    [InlineData("""{"sections":[{"start":0,"end":5}]}""", "sections[0]")]
    [InlineData("""{"taps":[1,2]}""", "taps")]
    public async Task A_correction_that_cannot_be_made_is_refused_by_name_and_changes_nothing(string body, string field)
    {
        await using var room = await OpenAsync("SQLite", isHeard: false);

        using var answer = await room.PatchAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("errors").TryGetProperty(field, out _));
        Assert.Equal(1, (await room.ReadAsync()).Version);
    }

    [Theory]
    [InlineData("""{"shiftSeconds":NaN}""")]
    [InlineData("""{"beats":"all"}""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task What_is_no_correction_is_refused(string body)
    {
        await using var room = await OpenAsync("SQLite", isHeard: false);

        using var answer = await room.PatchAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Nobody_corrects_the_song_of_another_or_one_that_was_not_heard()
    {
        await using var room = await OpenAsync("SQLite", isHeard: false);
        await using var stranger = new Room(room.Studio, await ApiCaller.RegisterAsync(room.Studio), room.SongId);
        (HttpMethod, string)[] ways =
        [
            (HttpMethod.Patch, ""), (HttpMethod.Post, "/undo"), (HttpMethod.Post, "/redo"), (HttpMethod.Delete, "/corrections"), (HttpMethod.Post, "/stems"), (HttpMethod.Delete, "/stems"),
            (HttpMethod.Delete, "/stems/offer"),
        ];
        foreach (var (method, path) in ways)
        {
            Assert.Equal("song.not_found", await stranger.RefusedAsync(HttpStatusCode.NotFound, method, path, """{"tempoFactor":2}"""));
        }

        await using (var db = await room.Studio.Contexts().CreateDbContextAsync(Stop))
        {
            await db.Analyses.Where(analysis => analysis.SongId == room.SongId).ExecuteDeleteAsync(Stop);
        }

        Assert.Equal("analysis.not_ready", await room.RefusedAsync(HttpStatusCode.Conflict, HttpMethod.Patch, "", """{"tempoFactor":2}"""));
    }

    private static void AssertUsed(SongAnalysis heard, SongAnalysis used)
    {
        Assert.Equal(("Downbeat separation", null), (used.Stems!.Engine, used.OfferedStems));
        Assert.Equal([1, 2.5, 4], used.Hits.Kick);
        Assert.Equal([1.5, 3.5], used.Hits.Snare);
        Assert.Equal([0.5, 1.5, 2.5, 3.5], used.Hits.Bass);
        Assert.Empty(used.Voice);
        Assert.Equal(heard.Beats, used.Beats);
        Assert.Equal(heard.Energy, used.Energy);
        Assert.Equal((heard.Bpm, heard.IsCorrected), (used.Bpm, used.IsCorrected));
        Assert.Equal(JsonSerializer.Serialize(heard.Sections), JsonSerializer.Serialize(used.Sections));
        Assert.All(used.Curves.Kick, kick => Assert.Equal(1, kick));
        Assert.Equal(["vocals", "drums", "bass", "other"], used.StemEnergy.Select(stem => stem.Name));
    }

    private static async Task OfferAsync(Room room, StemFindings findings)
    {
        await using var db = await room.Studio.Contexts().CreateDbContextAsync(Stop);
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        await db.OfferStemFindingsAsync(room.SongId, findings, Stop);
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        await room.Studio.Services.GetRequiredService<SongAnalyst>().TellOfStemsAsync(await room.Caller.OwnerIdAsync(), room.SongId);
    }

    internal static StemFindings Findings(double durationSeconds)
    {
        float[] full = [.. Enumerable.Repeat(1f, (int)(durationSeconds * Curves.PerSecond) + 1)];
        return new(
            "Downbeat separation",
            durationSeconds,
            [new("vocals", full), new("drums", full), new("bass", full), new("other", full)],
            new(new([1, 2.5, 4], full), new([1.5, 3.5], full), new([1, 2, 3], full)),
            new([0.5, 1.5, 2.5, 3.5], full),
            new([new(0.5, 1.75), new(2, 3.5)], new([0.5, 2, 2.5], full), full));
    }

    private async Task<Room> OpenAsync(string database, bool isHeard = true)
    {
        var studio = await studios.OnAsync(database);
        var caller = await ApiCaller.RegisterAsync(studio);
        if (isHeard)
        {
            return new(studio, caller, Guid.Parse(await caller.AddSongAsync(await SmallMedia.SongAsync())));
        }

        var song = (await studio.AddSongsAsync(await caller.OwnerIdAsync(), 1))[0];
        var stored = new SongAnalysis { SongId = song, DurationSeconds = 4, Bpm = 60, Beats = [1, 2, 3], Energy = [0.2, 0.4, 0.6] };
        await using var db = await studio.Contexts().CreateDbContextAsync(Stop);
        await db.Analyses.Where(analysis => analysis.SongId == song).ExecuteUpdateAsync(set => set.SetProperty(analysis => analysis.Json, JsonSerializer.Serialize(stored)), Stop);
        return new(studio, caller, song);
    }

    /// <summary>A user with a song.</summary>
    private sealed record Room(Studio Studio, ApiCaller Caller, Guid SongId) : IAsyncDisposable
    {
        private static readonly JsonSerializerOptions Json = Downbeat.Http.ApiJson.Options;

        private string Path => $"songs/{SongId}/analysis";

        public async Task<SongAnalysis> ReadAsync() => (await Caller.Http.GetFromJsonAsync<SongAnalysis>(Path, Json, Stop))!;

        public Task<SongAnalysis> CorrectAsync(object correction) => SendAsync(HttpMethod.Patch, "", JsonSerializer.Serialize(correction));

        public Task<SongAnalysis> PostAsync(string what) => SendAsync(HttpMethod.Post, $"/{what}");

        public Task<HttpResponseMessage> PatchAsync(string body) => AskAsync(HttpMethod.Patch, "", body);

        public async Task<SongAnalysis> SendAsync(HttpMethod method, string path, string? body = null)
        {
            using var answer = await AskAsync(method, path, body);
            Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Stop)}");
            return (await answer.Content.ReadFromJsonAsync<SongAnalysis>(Json, Stop))!;
        }

        public async Task<string?> RefusedAsync(HttpStatusCode status, HttpMethod method, string path, string? body = null)
        {
            using var answer = await AskAsync(method, path, body);
            Assert.Equal(status, answer.StatusCode);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
        }

        public async Task<int> QueriesOfReadingAsync()
        {
            using var answer = await Caller.Http.GetAsync(Path, Stop);
            return int.Parse(answer.Headers.GetValues("Server-Timing").Single().Split("desc=\"")[1].Split(' ')[0]);
        }

        public ValueTask DisposeAsync()
        {
            Caller.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string? body)
        {
            using var request = new HttpRequestMessage(method, Path + path) { Content = body is null ? null : new StringContent(body, MediaTypeHeaderValue.Parse("application/json")) };
            return await Caller.Http.SendAsync(request, Stop);
        }
    }
}

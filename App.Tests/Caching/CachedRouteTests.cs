using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.Data;
using Downbeat.Features.Accounts;
using Downbeat.Features.Analysis;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Caching;

/// <summary>What is kept costs no query the second time, and whoever asks after a change sees it.</summary>
public sealed class CachedRouteTests(Studios studios)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_reading_costs_no_query()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var (song, _) = await studio.AddHeardSongAsync(await caller.OwnerIdAsync());
        await studio.AddVideosAsync(await caller.OwnerIdAsync(), song, 1);
        var video = (await caller.GetAsync("compositions")).GetProperty("items")[0].GetProperty("id").GetString();
        string[] paths =
        [
            "auth/me", "songs?pageSize=3", $"songs/{song}", $"songs/{song}/audio", $"songs/{song}/analysis", $"songs/{song}/clips/status", $"songs/{song}/compositions",
            "compositions?pageSize=3", $"compositions/{video}",
        ];
        foreach (var path in paths)
        {
            (await caller.Http.GetAsync(path, Stop)).EnsureSuccessStatusCode();
            var again = await caller.Http.GetAsync(path, Stop);
            Assert.True(again.Headers.GetValues("Server-Timing").Any(cost => cost.Contains("\"0 queries\"", StringComparison.Ordinal)), path);
        }
    }

    [Fact]
    public async Task Another_user_does_not_find_what_one_has_read()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        using var stranger = await ApiCaller.RegisterAsync(studio);
        var (song, _) = await studio.AddHeardSongAsync(await caller.OwnerIdAsync());
        await studio.AddVideosAsync(await caller.OwnerIdAsync(), song, 1);
        var video = (await caller.GetAsync("compositions")).GetProperty("items")[0].GetProperty("id").GetString();
        foreach (var path in new[] { $"songs/{song}", $"songs/{song}/audio", $"songs/{song}/analysis", $"songs/{song}/clips/status", $"compositions/{video}" })
        {
            (await caller.Http.GetAsync(path, Stop)).EnsureSuccessStatusCode();
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await stranger.Http.GetAsync(path, Stop)).StatusCode);
        }

        Assert.Equal(0, (await stranger.GetAsync("songs")).GetProperty("total").GetInt32());
        Assert.Equal(0, (await stranger.GetAsync("compositions")).GetProperty("total").GetInt32());
        Assert.Equal(stranger.Email, (await stranger.GetAsync("auth/me")).GetProperty("email").GetString());
    }

    [Fact]
    public async Task Every_change_of_a_song_is_seen_at_once()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var (song, _) = await studio.AddHeardSongAsync(owner);
        await studio.AddVideosAsync(owner, song, 1);
        async Task<(string? Title, string? Listed, string? OfVideo)> TitlesAsync() => (
            Text(await caller.GetAsync($"songs/{song}"), "title"),
            Text((await caller.GetAsync("songs")).GetProperty("items")[0], "title"),
            Text((await caller.GetAsync("compositions")).GetProperty("items")[0], "songTitle"));
        Assert.Equal(("Song 0", "Song 0", "Song 0"), await TitlesAsync());

        (await caller.Http.PatchAsJsonAsync($"songs/{song}", new { title = "Renamed" }, Stop)).EnsureSuccessStatusCode();
        Assert.Equal(("Renamed", "Renamed", "Renamed"), await TitlesAsync());

        var job = await studio.Services.GetRequiredService<SongAnalyst>().RequestAsync(owner, song, null, Stop);
        Assert.NotEqual("ready", Text(await caller.GetAsync($"songs/{song}"), "status"));
        await caller.JobEndAsync($"{job.Id}");
        Assert.Equal("failed", Text(await caller.GetAsync($"songs/{song}"), "status"));
        Assert.Equal("failed", Text((await caller.GetAsync("songs")).GetProperty("items")[0], "status"));

        (await caller.Http.DeleteAsync($"songs/{song}", Stop)).EnsureSuccessStatusCode();
        Assert.Equal(0, (await caller.GetAsync("songs")).GetProperty("total").GetInt32());
        Assert.Equal(0, (await caller.GetAsync("compositions")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Every_change_of_a_video_is_seen_at_once()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var owner = await caller.OwnerIdAsync();
        var (song, _) = await studio.AddHeardSongAsync(owner);
        Assert.Equal(0, (await caller.GetAsync($"songs/{song}/compositions")).GetProperty("total").GetInt32());

        // Its clips are empty files, so it fails in the end.
        var started = await caller.PostAsync($"songs/{song}/compositions");
        var (video, job) = (Text(started.GetProperty("composition"), "id"), Text(started.GetProperty("job"), "id"));
        Assert.Equal(1, (await caller.GetAsync($"songs/{song}/compositions")).GetProperty("total").GetInt32());
        await caller.JobEndAsync(job!);
        Assert.Equal("failed", Text(await caller.GetAsync($"compositions/{video}"), "status"));
        Assert.Equal("failed", Text((await caller.GetAsync("compositions")).GetProperty("items")[0], "status"));
        Assert.False((await caller.GetAsync($"compositions/{video}")).GetProperty("isOutdated").GetBoolean());

        await caller.Http.PatchAsJsonAsync($"songs/{song}/analysis", new { tempoFactor = 2 }, Stop);
        Assert.True((await caller.GetAsync($"compositions/{video}")).GetProperty("isOutdated").GetBoolean());

        (await caller.Http.DeleteAsync($"compositions/{video}", Stop)).EnsureSuccessStatusCode();
        Assert.Equal(0, (await caller.GetAsync("compositions")).GetProperty("total").GetInt32());
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await caller.Http.GetAsync($"compositions/{video}", Stop)).StatusCode);
    }

    [Fact]
    public async Task A_change_of_an_account_is_seen_at_once()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        Assert.NotEqual("Somebody else", Text(await caller.GetAsync("auth/me"), "displayName"));
        await using var scope = studio.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = (await users.FindByEmailAsync(caller.Email))!;
        user.DisplayName = "Somebody else";
        Assert.True((await users.UpdateAsync(user)).Succeeded);
        Assert.Equal("Somebody else", Text(await caller.GetAsync("auth/me"), "displayName"));

        await users.AddToRoleAsync(user, Registrar.Administrator);
        Assert.Equal("[\"administrator\"]", (await caller.GetAsync("auth/me")).GetProperty("roles").GetRawText());
        await users.RemoveFromRoleAsync(user, Registrar.Administrator);
        Assert.Equal("[]", (await caller.GetAsync("auth/me")).GetProperty("roles").GetRawText());
    }

    private static string? Text(JsonElement thing, string field) => thing.GetProperty(field).GetString();
}

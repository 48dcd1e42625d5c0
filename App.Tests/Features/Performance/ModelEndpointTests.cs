using System.Net;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Tests.Networks;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Performance;

/// <summary>The networks over real HTTP: a song is heard with them, and the administrator sees and releases them.</summary>
public sealed class ModelEndpointTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_administrator_sees_the_networks_that_heard_a_song_and_releases_them()
    {
        await using var studio = Studio.Start(("Models:Directory", Shelves.RealFolder));
        using var administrator = await ApiCaller.RegisterAsync(studio);
        using var other = await ApiCaller.RegisterAsync(studio);

        var song = await other.AddSongAsync(await SmallMedia.SongAsync());
        Assert.Equal("Downbeat DSP + BeatNet + MusiCNN + YAMNet", (await other.GetAsync($"songs/{song}/analysis")).GetProperty("engine").GetString());

        var models = (await administrator.GetAsync("performance/models")).EnumerateArray().ToList();
        Assert.Equal(["BeatNet 1", "BeatNet 2", "BeatNet 3", "MusiCNN", "YAMNet"], models.Select(model => model.GetProperty("name").GetString()));
        Assert.All(models, model => Assert.Equal("loaded", model.GetProperty("state").GetString()));
        Assert.True(models.Sum(model => model.GetProperty("memoryBytes").GetInt64()) > 0);

        Assert.Equal(0, (await administrator.GetAsync("performance/estimates")).GetProperty("films").GetInt32());
        Assert.Contains("x264", (await administrator.GetAsync("performance/encoders")).EnumerateArray().Select(encoder => encoder.GetProperty("name").GetString()));
        string[] rooms = ["performance/models", "performance/estimates", "performance/encoders"];
        foreach (var refused in (await Task.WhenAll(rooms.Select(room => other.Http.GetAsync(room, Stop)))).Append(await other.Http.DeleteAsync("performance/models", Stop)))
        {
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        var answer = await administrator.Http.DeleteAsync("performance/models", Stop);
        var released = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(Stop));
        Assert.True(released.GetProperty("bytes").GetInt64() > 0);
        Assert.All(released.GetProperty("models").EnumerateArray(), model => Assert.Equal("ready", model.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_song_is_heard_although_a_network_is_broken_and_health_says_what_is_wrong()
    {
        await using var studio = Studio.Start();
        Directory.CreateDirectory(Path.Combine(studio.DataDirectory, "models"));
        await File.WriteAllTextAsync(Path.Combine(studio.DataDirectory, "models", "beatnet_1.onnx"), "broken", Stop);
        using var administrator = await ApiCaller.RegisterAsync(studio);

        var song = await administrator.AddSongAsync(await SmallMedia.SongAsync());

        Assert.Equal("Downbeat DSP", (await administrator.GetAsync($"songs/{song}/analysis")).GetProperty("engine").GetString());
        var states = (await administrator.GetAsync("performance/models")).EnumerateArray().Select(model => model.GetProperty("state").GetString());
        Assert.Equal(["refused", "missing", "missing", "missing", "missing"], states);
        var health = JsonSerializer.Deserialize<JsonElement>(await administrator.Http.GetStringAsync(new Uri(studio.Address, "/health/ready"), Stop));
        var check = health.GetProperty("checks").GetProperty("models");
        Assert.Equal("degraded", check.GetProperty("status").GetString());
        Assert.Contains("beatnet_1.onnx has other content than expected", check.GetProperty("description").GetString(), StringComparison.Ordinal);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Downbeat.E2E.Support;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Http;

/// <summary>Files and requests made to do harm: each is refused with a problem document, and nothing is left on the disk.</summary>
public sealed class HostileUploadTests(StudioFixture fixture) : IClassFixture<StudioFixture>
{
    private Studio Studio => fixture.Studio;

    [Theory]
    [InlineData("empty_file.mp3")]
    [InlineData("mutagen_ooming-header.flac")]
    [InlineData("taglib_segfault.wav")]
    [InlineData("taglib_garbage.mp3")]
    public async Task A_hostile_song_leaves_nothing_behind(string name)
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        await using var content = File.OpenRead(TestData.PathOf($"hostile/{name}"));

        await AssertRefusedAsync(await caller.UploadAsync("songs", content, name));

        Assert.Equal(0, (await caller.GetAsync("songs")).GetProperty("total").GetInt32());
        AssertNoWorkLeft();
    }

    [Fact]
    public async Task A_playlist_named_like_a_film_is_refused()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        var playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n";

        var code = await AssertRefusedAsync(await caller.UploadAsync($"songs/{song}/clips", new MemoryStream(Encoding.UTF8.GetBytes(playlist)), "clip.mp4"));

        Assert.Equal("media.not_supported", code);
        Assert.Equal(0, (await caller.GetAsync($"songs/{song}/clips")).GetProperty("total").GetInt32());
        AssertNoWorkLeft();
    }

    [Theory]
    [InlineData("../../../../etc/passwd.mp3")]
    [InlineData("..\\..\\boot.ini.mp3")]
    [InlineData("👩‍🚀", 500)]
    public async Task A_name_that_is_a_path_or_has_no_end_is_refused(string name, int times = 1)
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        await using var content = File.OpenRead(await SmallMedia.SongAsync());

        var code = await AssertRefusedAsync(await caller.UploadAsync("songs", content, string.Concat(Enumerable.Repeat(name, times))));

        Assert.Equal("request.file_name", code);
        AssertNoWorkLeft();
    }

    [Fact]
    public async Task A_name_keeps_its_emoji_and_loses_what_deceives()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        await using var content = File.OpenRead(await SmallMedia.SongAsync());

        var answer = await caller.UploadAsync("songs", content, "Orbit 👩‍🚀 \u202E3pm.exe");

        answer.EnsureSuccessStatusCode();
        Assert.Equal("Orbit 👩‍🚀 3pm", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_request_that_is_no_form_or_has_no_file_is_malformed()
    {
        using var caller = await ApiCaller.RegisterAsync(Studio);
        using var noFile = new MultipartFormDataContent { { new StringContent("x"), "title" } };
        foreach (var body in new HttpContent[] { noFile, new StringContent("--x\r\nnonsense", Encoding.ASCII, "multipart/form-data") })
        {
            Assert.Equal("request.multipart", await AssertRefusedAsync(await caller.Http.PostAsync("songs", body)));
        }

        Assert.Equal("request.media_type", await AssertRefusedAsync(await caller.Http.PostAsJsonAsync("songs", new { })));

        AssertNoWorkLeft();
    }

    [Fact]
    public async Task An_upload_over_the_limit_is_stopped_on_the_way()
    {
        await using var small = Studio.Start(("Songs:MaxMegabytes", "1"));
        using var caller = await ApiCaller.RegisterAsync(small);

        var answer = await caller.UploadAsync("songs", new MemoryStream(new byte[3 << 20]), "long.wav");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("song.too_large", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(small.DataDirectory, "work")));
    }

    [Fact]
    public async Task A_disk_that_is_nearly_full_takes_no_more()
    {
        await using var full = Studio.Start(("Storage:DiskReserveMegabytes", "100000000"));
        using var caller = await ApiCaller.RegisterAsync(full);
        await using var content = File.OpenRead(await SmallMedia.SongAsync());

        var answer = await caller.UploadAsync("songs", content, "song.mp3");

        Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
        Assert.Equal("storage.full", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    private static async Task<string> AssertRefusedAsync(HttpResponseMessage answer)
    {
        Assert.InRange((int)answer.StatusCode, 400, 422);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        return problem.GetProperty("code").GetString()!;
    }

    private void AssertNoWorkLeft() =>
        Assert.DoesNotContain(Directory.GetFileSystemEntries(Path.Combine(Studio.DataDirectory, "work")), path => Path.GetFileName(path).StartsWith("upload", StringComparison.Ordinal));
}

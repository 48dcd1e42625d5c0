using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Compositions;

public sealed class OverlayEndpointsTests(Studios studios)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_video_with_captions_titles_and_a_watermark_is_made_and_its_captions_are_handed_out()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.StillAsync());
        var picture = await caller.UploadAsync($"songs/{song}/watermarks", await SmallMedia.MakeAsync("mark.jpg", "-f", "lavfi", "-i", "color=white:s=64x32", "-frames:v", "1"));
        Assert.Equal("image/png", (await caller.Http.GetAsync(new Uri(picture.GetProperty("url").GetString()!, UriKind.Relative), Stop)).Content.Headers.ContentType?.MediaType);
        var wishes = new
        {
            width = 128,
            height = 128,
            preset = "draft",
            start = 2,
            end = 6,
            captions = new { source = "lyrics", style = "karaoke" },
            titleCard = new { heading = "A {title}", seconds = 1 },
            endCard = new { },
            watermark = new { pictureId = picture.GetProperty("id").GetString(), corner = "topLeft" },
        };
        Assert.Equal("captions.no_lyrics", await CodeAsync(await caller.Http.PostAsJsonAsync($"songs/{song}/compositions", wishes, Stop), HttpStatusCode.Conflict));
        using (var words = new MemoryStream(Encoding.UTF8.GetBytes("[00:01.00]one\n[00:03.00]two {\\b1}\n[00:05.00]three\n")))
        {
            await caller.UploadAsync($"songs/{song}/lyrics", words, "words.lrc");
        }

        var started = await caller.PostAsync($"songs/{song}/compositions", wishes);

        var job = await caller.JobEndAsync(started.GetProperty("job").GetProperty("id").GetString()!);
        Assert.True(job.GetProperty("status").GetString() == "succeeded", job.ToString());
        var path = $"compositions/{started.GetProperty("composition").GetProperty("id").GetString()}";
        Assert.Equal("1\n00:00:00,000 --> 00:00:01,000\none\n\n2\n00:00:01,000 --> 00:00:03,000\ntwo {\\b1}\n\n3\n00:00:03,000 --> 00:00:04,000\nthree\n\n", await caller.Http.GetStringAsync($"{path}/captions.srt", Stop));
        Assert.StartsWith("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\none\n", await caller.Http.GetStringAsync($"{path}/captions.vtt", Stop), StringComparison.Ordinal);

        using var stranger = await ApiCaller.RegisterAsync(studio);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Http.GetAsync($"{path}/captions.srt", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Http.GetAsync(new Uri(picture.GetProperty("url").GetString()!, UriKind.Relative), Stop)).StatusCode);
    }

    [Fact]
    public async Task What_is_no_small_picture_and_text_without_end_are_refused()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.StillAsync());

        Assert.Equal("watermark.not_supported", await UploadAsync(caller, song, Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>"), HttpStatusCode.UnsupportedMediaType));
        var wide = await File.ReadAllBytesAsync(await SmallMedia.MakeAsync("wide.png", "-f", "lavfi", "-i", "color=white:s=20000x400", "-frames:v", "1"), Stop);
        Assert.Equal("watermark.too_large_picture", await UploadAsync(caller, song, wide, HttpStatusCode.UnprocessableEntity));
        Assert.Equal("watermark.too_large", await UploadAsync(caller, song, new byte[6 << 20], HttpStatusCode.RequestEntityTooLarge));
        var cutOff = (await File.ReadAllBytesAsync(await SmallMedia.StillAsync(), Stop))[..^20];
        Assert.NotNull(await UploadAsync(caller, song, cutOff, HttpStatusCode.UnprocessableEntity));

        var path = $"songs/{song}/compositions/plan";
        Assert.Equal("lyrics.too_large", await CodeAsync(await caller.Http.PostAsJsonAsync(path, new { captions = new { text = new string('x', 2 << 20) } }, Stop), HttpStatusCode.RequestEntityTooLarge));
        Assert.Equal("watermark.not_found", await CodeAsync(await caller.Http.PostAsJsonAsync(path, new { watermark = new { pictureId = Guid.NewGuid() } }, Stop), HttpStatusCode.NotFound));
        Assert.Equal("request.field", await CodeAsync(await caller.Http.PostAsJsonAsync(path, new { watermark = new { opacity = 2 } }, Stop), HttpStatusCode.BadRequest));
        Assert.Equal("request.field", await CodeAsync(await caller.Http.PostAsJsonAsync(path, new { titleCard = new { heading = new string('x', 121) } }, Stop), HttpStatusCode.BadRequest));
    }

    private static async Task<string?> UploadAsync(ApiCaller caller, string song, byte[] bytes, HttpStatusCode expected)
    {
        using var content = new MemoryStream(bytes);
        return await CodeAsync(await caller.UploadAsync($"songs/{song}/watermarks", content, "mark.png"), expected);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        Assert.Equal(expected, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("code").GetString();
    }
}

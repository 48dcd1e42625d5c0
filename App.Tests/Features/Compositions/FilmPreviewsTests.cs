using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Http;
using Downbeat.Media;
using Downbeat.Tests.Support;
using Downbeat.Timing;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Compositions;

public sealed class FilmPreviewsTests(Studios studios)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_seconds_of_settings_a_draft_or_a_video_can_be_played_and_come_at_once_the_second_time()
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        var song = await caller.AddSongAsync(await SmallMedia.SongAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.ClipAsync());
        await caller.UploadAsync($"songs/{song}/clips", await SmallMedia.StillAsync());

        var preview = await caller.PostAsync($"songs/{song}/compositions/preview?from=2&to=3.5", new { cutOn = "beat", transition = new { kind = "fade", seconds = 0.2 } });
        var url = preview.GetProperty("url").GetString()!;
        Assert.InRange(preview.GetProperty("start").GetDouble(), 1.8, 2.001);
        Assert.InRange(preview.GetProperty("end").GetDouble(), 3.499, 3.7);
        Assert.Equal(url, (await caller.PostAsync($"songs/{song}/compositions/preview?from=2&to=3.5", new { cutOn = "beat", transition = new { kind = "fade", seconds = 0.2 } })).GetProperty("url").GetString());

        var draft = await caller.Http.GetAsync($"songs/{song}/timeline/preview?shot=1", Stop);
        Assert.Equal("video/mp4", draft.Content.Headers.ContentType?.MediaType);
        var path = Path.Combine(studio.DataDirectory, "preview.mp4");
        await File.WriteAllBytesAsync(path, await draft.Content.ReadAsByteArrayAsync(Stop), Stop);
        var shot = (await caller.GetAsync($"songs/{song}/timeline")).GetProperty("shots")[1];
        var packets = await PacketReader.ReadAsync(studio.Services.GetRequiredService<Ffmpeg>(), path, Stop);
        Assert.Equal(shot.GetProperty("endFrame").GetInt32() - shot.GetProperty("startFrame").GetInt32(), packets.PictureSeconds.Count);
        Assert.InRange(packets.AudioSeconds - packets.VideoSeconds, -0.03, 0.03);

        using var range = new HttpRequestMessage(HttpMethod.Get, $"songs/{song}/timeline/preview?shot=1") { Headers = { Range = new RangeHeaderValue(0, 9) } };
        var part = await caller.Http.SendAsync(range, Stop);
        Assert.Equal((HttpStatusCode.PartialContent, 10, draft.Headers.ETag), (part.StatusCode, (await part.Content.ReadAsByteArrayAsync(Stop)).Length, part.Headers.ETag));

        using var other = await ApiCaller.RegisterAsync(studio);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Http.GetAsync(url, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Http.GetAsync($"songs/{song}/timeline/preview?shot=1", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await caller.Http.GetAsync(url, Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await caller.Http.GetAsync($"songs/{song}/previews/{new string('0', 64)}", Stop)).StatusCode);
        foreach (var (query, field) in new[] { ("shot=999", "shot"), ("from=-1", "from"), ("from=99", "from"), ("from=3&to=3", "to"), ("", "from") })
        {
            var refused = await caller.Http.GetAsync($"songs/{song}/timeline/preview?{query}", Stop);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.True((await refused.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("errors").TryGetProperty(field, out _), query);
        }
    }

    [Theory]
    [InlineData(null, null, 1, 20, 55)]
    [InlineData(null, null, 2, 45, 345)]
    [InlineData(12.0, null, null, 60, 360)]
    [InlineData(12.0, 12.5, null, 60, 75)]
    [InlineData(49.999, null, null, 1199, 1200)]
    public void A_part_is_a_shot_with_its_transitions_or_at_most_ten_seconds(double? from, double? to, int? shot, int start, int end)
    {
        var cut = Film();
        var part = new PreviewPart(from, to, shot).FramesOf(cut);
        Assert.Equal(new FrameRange(start, end), part);

        var pieces = FilmPiece.Within(cut, part);
        Assert.True(pieces[0].Frames.Start <= part.Start && pieces[^1].Frames.End >= part.End);
        Assert.All(pieces.Zip(pieces.Skip(1)), pair => Assert.Equal(pair.First.Frames.End, pair.Second.Frames.Start));
        Assert.All(pieces, piece => Assert.Equal(piece.Frames.Start - piece.Footage.Shot.Frames.Start, piece.Footage.Offset));
        Assert.All(pieces, piece => Assert.Equal(piece.Frames.Count, piece.Footage.Frames));
    }

    [Fact]
    public async Task One_person_has_one_turn_at_a_time_and_whoever_goes_away_leaves_the_line()
    {
        using var turns = new OwnerTurns(2);
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        using var stop = new CancellationTokenSource();
        var first = await turns.WaitAsync(one, Stop);
        var (second, third) = (turns.WaitAsync(one, stop.Token), turns.WaitAsync(one, Stop));
        (await turns.WaitAsync(other, Stop)).Dispose();
        Assert.False(second.IsCompleted || third.IsCompleted);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();
        (await third).Dispose();
        (await turns.WaitAsync(one, Stop)).Dispose();
    }

    /// <summary>Forty seconds from the tenth of a song on, with a transition into the second and the third shot.</summary>
    private static Cut Film()
    {
        Shot Of(int index, int start, int end, int transition) => new(index, Guid.NewGuid(), new(start, end), 0, null, 0, Filling.Hold)
        {
            Transition = transition > 0 ? new(TransitionKind.Fade, transition) : null,
        };
        return new(FrameRate.Of(30), 1920, 1080, Fit.Cover, 10, 1200, [Of(0, 0, 25, 0), Of(1, 25, 50, 10), Of(2, 50, 1200, 10)]);
    }
}

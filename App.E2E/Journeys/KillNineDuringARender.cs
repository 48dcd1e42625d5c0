using Downbeat.E2E.Support;
using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.E2E.Journeys;

/// <summary>The machine loses its power, or the kernel its memory, in the middle of a render.</summary>
public sealed class KillNineDuringARender
{
    [Fact]
    public async Task After_kill_nine_the_render_finishes_by_itself_with_the_shots_it_had()
    {
        // One worker: the passes come one after another, so that half way some shots are finished and others are not begun.
        await using var studio = await StudioProcess.RunAsync(("Media:Workers", "1"));
        using var owner = await ApiCaller.RegisterAsync(studio.Address);
        var songId = await owner.AddSongAsync(await SmallMedia.SongAsync());
        foreach (var clip in await Footage.ClipsAsync())
        {
            await owner.UploadAsync($"songs/{songId}/clips", clip);
        }

        var started = await owner.PostAsync($"songs/{songId}/compositions", new { preset = "high" });
        var (jobId, id) = (started.GetProperty("job").GetProperty("id").GetString()!, started.GetProperty("composition").GetProperty("id").GetString()!);
        IReadOnlyList<int> tools = [];
        await owner.JobAsync(jobId, job => job.GetProperty("progress").GetDouble() >= 0.5 && (tools = Traces.ToolsIn(studio.DataDirectory)).Count > 0);
        await studio.KillAsync();
        Assert.NotEmpty(Traces.UnfinishedIn(studio.DataDirectory));

        await studio.StartAsync();
        Assert.Empty(Traces.ToolsIn(studio.DataDirectory).Intersect(tools));
        Assert.Equal("succeeded", (await owner.JobEndAsync(jobId)).GetProperty("status").GetString());
        var made = await owner.GetAsync($"compositions/{id}");
        Assert.True(made.GetProperty("reusedShots").GetInt32() > 0, made.ToString());
        Assert.True(made.GetProperty("renderedShots").GetInt32() > 0, made.ToString());
        Assert.Equal(1, (await owner.GetAsync("compositions")).GetProperty("total").GetInt32());
        Assert.Empty(Traces.UnfinishedIn(studio.DataDirectory));
        Assert.Empty(Traces.ToolsIn(studio.DataDirectory));
        await AssertDecodesAsync(await owner.Http.GetByteArrayAsync($"compositions/{id}/video"));
    }

    private static async Task AssertDecodesAsync(byte[] video)
    {
        using var media = new MediaRig();
        var path = media.Write("video.mp4", video);
        var facts = await media.Probe.ProbeAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal((1920, 1080), (facts.Video!.Width, facts.Video.Height));
        Assert.InRange(facts.DurationSeconds, 11.9, 12.1);
        string[] decode = ["-xerror", "-err_detect", "explode", "-i", path, "-f", "null", "-"];
        await media.Ffmpeg.RunAsync(decode, RunLimits.Render, null, TestContext.Current.CancellationToken);
    }
}

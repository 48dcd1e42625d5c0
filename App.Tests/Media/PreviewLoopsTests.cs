using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Media;

public sealed class PreviewLoopsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("video/mp_big_buck_bunny_0_30.webm", 320, 180, 4)]
    [InlineData("video/rabbit320.mp4", 320, 240, 4)]
    [InlineData("video/mb_rotate-buck-bunny.mp4", 320, 568, 4)]
    [InlineData("video/mb_sar_2x1.mp4", 320, 90, 4)]
    [InlineData("video/hlg10-color-test.mp4", 320, 180, 0.3)]
    [InlineData("video/mb_cursed-vfr.mp4", 320, 146, 4)]
    [InlineData("video/sample.avi", 320, 134, 4)]
    public async Task A_preview_is_short_small_silent_and_upright(string file, int width, int height, double mostSeconds)
    {
        using var rig = new MediaRig();
        var preview = await MakeAsync(rig, TestData.PathOf(file));

        Assert.Equal(("h264", "yuv420p", width, height), (preview.Video!.Codec, preview.Video.PixelFormat, preview.Video.Width, preview.Video.Height));
        Assert.Null(preview.Audio);
        Assert.InRange(preview.DurationSeconds, 0.05, mostSeconds + 0.1);
        Assert.InRange(new FileInfo(rig.PathOf("preview.mp4")).Length, 1, 300_000);
    }

    [Fact]
    public async Task Noise_too_gives_a_small_one()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("film.mp4", "-f", "lavfi", "-i", "nullsrc=s=640x360:r=30:d=8,geq=random(1)*255:128:128", "-c:v", "libx264", "-preset", "ultrafast");

        await MakeAsync(rig, path);

        Assert.InRange(new FileInfo(rig.PathOf("preview.mp4")).Length, 1, 300_000);
    }

    [Fact]
    public async Task A_film_of_an_odd_width_has_one_too()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("film.webm", "-f", "lavfi", "-i", "testsrc2=s=63x47:r=25:d=1", "-c:v", "libvpx");

        Assert.Equal(62, (await MakeAsync(rig, path)).Video!.Width);
    }

    [Fact]
    public async Task What_has_no_picture_there_has_no_preview()
    {
        using var rig = new MediaRig();
        var path = await SmallMedia.ClipAsync();
        var longer = await rig.Clips.RunAsync(path, 600, Stop) with { DurationSeconds = 100 };

        Assert.Equal(MediaFailureReason.WrongOutput, (await Assert.ThrowsAsync<MediaFailure>(() => new PreviewLoops(rig.Ffmpeg).MakeAsync(path, longer, rig.PathOf("preview.mp4"), Stop))).Reason);
    }

    [Theory]
    [InlineData(2, "0")]
    [InlineData(5, "0.5")]
    [InlineData(4.2, "0.2")]
    [InlineData(600, "60")]
    public async Task It_begins_a_tenth_into_the_film_and_ends_with_it_at_the_latest(double seconds, string start)
    {
        using var rig = new MediaRig();
        var path = await SmallMedia.ClipAsync();
        var arguments = PreviewLoops.Arguments(path, await rig.Clips.RunAsync(path, 600, Stop) with { DurationSeconds = seconds }, rig.PathOf("preview.mp4")).ToList();

        Assert.Equal(start, arguments[arguments.IndexOf("-ss") + 1]);
        Assert.Equal("4", arguments[arguments.IndexOf("-t") + 1]);
        Assert.True(arguments.IndexOf("-ss") < arguments.IndexOf("-i"));
    }

    private static async Task<MediaFacts> MakeAsync(MediaRig rig, string path)
    {
        var output = rig.PathOf("preview.mp4");
        await new PreviewLoops(rig.Ffmpeg).MakeAsync(path, await rig.Clips.RunAsync(path, 600, Stop), output, Stop);
        return await rig.Clips.RunAsync(output, 600, Stop);
    }
}

using Downbeat.Media;
using Downbeat.Tests.Support;
using SkiaSharp;

namespace Downbeat.Tests.Media;

public sealed class PicturesTests
{
    [Theory]
    [InlineData("video/frog.mp4", 320, 214)]
    [InlineData("video/mb_rotate-buck-bunny.mp4", 320, 568)]
    [InlineData("video/mb_sar_2x1.mp4", 320, 90)]
    [InlineData("video/hlg10-color-test.mp4", 320, 180)]
    [InlineData("video/sample.avi", 320, 134)]
    [InlineData("video/exif/Landscape_1.jpg", 320, 214)]
    [InlineData("video/exif/Landscape_6.jpg", 320, 214)]
    [InlineData("video/rabbit320.mp4", 320, 240)]
    public async Task A_thumbnail_stands_upright_in_its_shape(string file, int width, int height)
    {
        using var rig = new MediaRig();
        using var picture = await MakeAsync(rig, TestData.PathOf(file), 320);

        Assert.Equal((width, height), (picture.Width, picture.Height));
    }

    [Fact]
    public async Task A_small_film_is_not_enlarged()
    {
        using var rig = new MediaRig();
        using var picture = await MakeAsync(rig, TestData.PathOf("video/rabbit320.mp4"), 1280);

        Assert.Equal(320, picture.Width);
    }

    [Fact]
    public async Task All_four_orientations_of_a_photo_give_the_same_picture()
    {
        using var rig = new MediaRig();
        using var straight = await MakeAsync(rig, TestData.PathOf("video/exif/Landscape_1.jpg"), 64);
        foreach (var turned in (string[])["3", "6", "8"])
        {
            using var picture = await MakeAsync(rig, TestData.PathOf($"video/exif/Landscape_{turned}.jpg"), 64);
            // The photos carry a printed number, so the corners are compared and not the middle.
            foreach (var (x, y) in ((int, int)[])[(2, 2), (61, 2), (2, 39), (61, 39)])
            {
                Assert.Equal(Luma(straight.GetPixel(x, y)), Luma(picture.GetPixel(x, y)), 25.0);
            }
        }
    }

    [Fact]
    public async Task A_dark_beginning_is_passed_over()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("film.mp4", "-f", "lavfi", "-i", "color=black:s=64x64:d=2,format=yuv420p", "-vf", "drawbox=c=white:t=fill:enable='gt(t,1.2)'", "-c:v", "libx264");

        using var picture = await MakeAsync(rig, path, 64);

        Assert.InRange(Luma(picture.GetPixel(32, 32)), 230, 255);
    }

    [Fact]
    public async Task A_film_that_is_dark_all_through_still_gets_a_picture()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("film.mp4", "-f", "lavfi", "-i", "color=black:s=64x64:d=1", "-c:v", "libx264");

        using var picture = await MakeAsync(rig, path, 64);

        Assert.InRange(Luma(picture.GetPixel(32, 32)), 0, 8);
    }

    [Fact]
    public async Task There_is_no_picture_after_the_end()
    {
        using var rig = new MediaRig();
        var stop = TestContext.Current.CancellationToken;
        var path = TestData.PathOf("video/frog.mp4");

        Assert.Null(await new Pictures(rig.Ffmpeg).MakeAtAsync(path, await rig.Probe.ProbeAsync(path, stop), rig.PathOf("none.jpg"), 100, 64, stop));
    }

    [Theory]
    [InlineData("ts", ".mp4")]
    [InlineData("avi", ".mp4")]
    [InlineData("flv", ".mp4")]
    [InlineData("mpg", ".mp4")]
    public async Task A_container_that_seeks_badly_is_left_for_one_that_does_not(string name, string extension)
    {
        using var rig = new MediaRig();
        var stop = TestContext.Current.CancellationToken;
        string[] codec = name switch { "mpg" => ["-c:v", "mpeg2video"], "avi" => ["-c:v", "mpeg4", "-bf", "2"], _ => ["-c:v", "libx264"] };
        var path = await rig.MakeAsync("film." + name, ["-f", "lavfi", "-i", "testsrc2=d=2:s=128x96:r=25", "-f", "lavfi", "-i", "sine=d=2", .. codec]);
        var facts = await rig.Clips.RunAsync(path, 600, stop);
        var target = Remux.TargetOf(facts);
        var output = rig.PathOf("moved" + target!.Extension);

        await new Remux(rig.Ffmpeg).RunAsync(path, facts, target, output, stop);

        var moved = await rig.Clips.RunAsync(output, 600, stop);
        Assert.Equal(extension, moved.Kind.Extension);
        Assert.Equal(50, moved.Video!.Frames);
        Assert.False(moved.Video.IsVariableFrameRate);
        Assert.Null(Remux.TargetOf(moved));
    }

    [Theory]
    [InlineData("a\" -y \"b.mp4")]
    [InlineData("a\\\".mp4")]
    public void A_name_that_could_end_its_quotes_never_reaches_FFMpegCore(string name)
    {
        var facts = MediaProbe.Read("""{"streams":[{"codec_type":"video","codec_name":"h264","width":8,"height":8}],"format":{"format_name":"avi"}}""", MediaKind.Avi);

        Assert.Throws<ArgumentException>(() => Pictures.Command("/data/" + name, facts, "/data/out.jpg", 0, 320));
        Assert.Throws<ArgumentException>(() => Pictures.Command("/data/in.mp4", facts, "/data/" + name, 0, 320));
        Assert.Throws<ArgumentException>(() => Remux.Command("/data/" + name, facts, MediaKind.Mp4, "/data/out.mp4"));
        Assert.Throws<ArgumentException>(() => Remux.Command("/data/in.avi", facts, MediaKind.Mp4, "/data/" + name));
    }

    private static async Task<SKBitmap> MakeAsync(MediaRig rig, string path, int width)
    {
        var stop = TestContext.Current.CancellationToken;
        var output = rig.PathOf("picture.webp");
        await new Pictures(rig.Ffmpeg).MakeAsync(path, await rig.Clips.RunAsync(path, 600, stop), output, width, stop);
        return SKBitmap.Decode(output);
    }

    private static double Luma(SKColor colour) => (0.2126 * colour.Red) + (0.7152 * colour.Green) + (0.0722 * colour.Blue);
}

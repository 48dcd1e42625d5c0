using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Media;

public sealed class CoverArtTests
{
    [Fact]
    public async Task The_picture_that_a_song_carries_is_found()
    {
        using var rig = new MediaRig();
        var song = await rig.MakeAsync(
            "covered.mp3", "-i", await SmallMedia.SongAsync(), "-i", await SmallMedia.StillAsync(), "-map", "0:a", "-map", "1:v", "-c:a", "copy", "-c:v", "mjpeg", "-disposition:v", "attached_pic");

        Assert.True(await new CoverArt(rig.Ffmpeg).FindAsync(song, rig.PathOf("cover.jpg"), 150, TestContext.Current.CancellationToken));
        using var picture = SkiaSharp.SKBitmap.Decode(rig.PathOf("cover.jpg"));
        Assert.Equal((150, 84), (picture.Width, picture.Height));
        Assert.True(picture.GetPixel(75, 42) is { Red: < 40, Green: > 100, Blue: > 100 });
    }

    [Fact]
    public async Task A_song_without_one_has_none()
    {
        using var rig = new MediaRig();

        Assert.False(await new CoverArt(rig.Ffmpeg).FindAsync(await SmallMedia.SongAsync(), rig.PathOf("cover.jpg"), 150, TestContext.Current.CancellationToken));
    }
}

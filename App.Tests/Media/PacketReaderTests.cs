using Downbeat.Media;

namespace Downbeat.Tests.Media;

public class PacketReaderTests
{
    [Fact]
    public void Times_counts_and_keyframes_come_from_the_list()
    {
        var packets = PacketReader.Parse("""
            #extradata 0:       45, 0x2e140f42
            #software: Lavf59.27.100
            #tb 0: 1/15360
            #media_type 0: video
            #tb 1: 1/48000
            #media_type 1: audio
            0,      -1024,          0,      512,     5155, 0xa7369a94
            0,       -512,       1024,      512,     2219, 0x642b6e89, F=0x0
            1,      -1024,      -1024,     1024,      258, 0x2c5b786a, F=0x5, S=1,       10
            0,          0,        512,      512,     1318, 0x679592dd, F=0x0
            1,          0,          0,     1024,      258, 0x8057765e
            """.ReplaceLineEndings("\n"));

        Assert.Equal([0, 1 / 30.0, 2 / 30.0], packets.PictureSeconds);
        Assert.Equal([0], packets.KeyframeSeconds);
        Assert.Equal(0.1, packets.VideoSeconds, 6);
        Assert.Equal(1024 / 48000.0, packets.AudioSeconds, 6);
    }

    [Theory]
    [InlineData("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026 the FFmpeg developers\nbuilt with", "5.1.9-0+deb12u1", "-filter_complex_script")]
    [InlineData("ffmpeg version n6.1.1 Copyright", "n6.1.1", "-filter_complex_script")]
    [InlineData("ffmpeg version 7.0 Copyright", "7.0", "-/filter_complex")]
    [InlineData("ffmpeg version N-118012-g2a4f5b1 Copyright", "N-118012-g2a4f5b1", "-/filter_complex")]
    public void Versions_are_understood(string answer, string text, string option)
    {
        var version = FfmpegVersion.Parse(answer);

        Assert.Equal((text, option), (version.Text, version.GraphFileOption));
    }

    [Fact]
    public void A_file_without_pictures_counts_as_none()
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, [0, 0, 0, 8, .. "free"u8, 0, 0, 0, 16, .. "moov"u8, 0, 0, 0, 8, .. "mvhd"u8]);

        Assert.Equal(0, Mp4Pictures.CountOf(path));
        File.Delete(path);
    }
}

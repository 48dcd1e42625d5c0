using System.Text;
using CsCheck;
using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Media;

public sealed class MediaSnifferTests
{
    public static readonly TheoryData<string, string> Heads = new()
    {
        { "fLaC", ".flac" },
        { "RIFF....WAVEfmt ", ".wav" },
        { "RIFF....AVI LIST", ".avi" },
        { "RIFF....WEBPVP8 ", ".webp" },
        { "GIF89a", ".gif" },
        { "\u0089PNG\r\n\u001a\n", ".png" },
        { "\u00ff\u00d8\u00ff\u00e0", ".jpg" },
        { "\0\0\0\u0020ftypisom", ".mp4" },
        { "\0\0\0\u0020ftypM4A ", ".m4a" },
        { "\0\0\0\u0020ftypqt  ", ".mov" },
        { "\0\0\u0010\0moov\0\0\0\0", ".mov" },
        { "\u001a\u0045\u00df\u00a3\u009fB\u0082\u0084webm", ".webm" },
        { "\u001a\u0045\u00df\u00a3\u009fB\u0082\u0088matroska", ".mkv" },
        { "FLV\u0001\u0005", ".flv" },
        { "\0\0\u0001\u00ba", ".mpg" },
        { "OggS\0\u0002\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\u0001\u001e\u0001vorbis", ".ogg" },
        { "OggS\0\u0002\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\u0001\u002a\u0080theora", ".ogv" },
    };

    [Theory, MemberData(nameof(Heads))]
    public void A_container_is_known_by_its_first_bytes(string head, string extension) =>
        Assert.Equal(extension, MediaSniffer.Identify(new MemoryStream(Encoding.Latin1.GetBytes(head)))?.Extension);

    [Theory]
    [InlineData("hello")]
    [InlineData("#EXTM3U\n")]
    [InlineData("RIFF....CDDA")]
    [InlineData("RIFF....WEBPVP8X\u000a\0\0\0\u0002\0\0\0")]
    [InlineData("%PDF-1.4")]
    [InlineData("\0\0\0\u0018ftypheic")]
    [InlineData("\u00ff\u00fb\u0090d and then no second frame")]
    [InlineData("ID3")]
    [InlineData("")]
    public void Anything_else_is_nothing(string head) => Assert.Null(MediaSniffer.Identify(new MemoryStream(Encoding.Latin1.GetBytes(head))));

    [Fact]
    public void Any_bytes_get_an_answer() => Gen.Byte.Array[0, 300].Sample(bytes => { _ = MediaSniffer.Identify(new MemoryStream(bytes)); });

    [Fact]
    public void The_end_of_any_bytes_gets_an_answer()
    {
        using var rig = new MediaRig();
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[0, MediaKind.All.Count - 1].Select(i => MediaKind.All[i])).Sample(
            (bytes, kind) => { _ = ContainerEnd.IsCutOff(rig.Write("any.bin", bytes), kind); }, iter: 500, threads: 1);
    }

    [Theory]
    [InlineData("ts", ".ts")]
    [InlineData("mpg", ".mpg")]
    [InlineData("flv", ".flv")]
    [InlineData("mkv", ".mkv")]
    [InlineData("avi", ".avi")]
    [InlineData("aac", ".aac")]
    [InlineData("mp2v.ts", ".ts")]
    public async Task What_ffmpeg_writes_is_known_again_and_accepted(string name, string extension)
    {
        using var rig = new MediaRig();
        string[] codec = name switch { "mp2v.ts" => ["-c:v", "mpeg2video"], "flv" or "mkv" or "ts" => ["-c:v", "libx264"], _ => [] };
        var path = await rig.MakeAsync("made." + name, ["-f", "lavfi", "-i", "testsrc2=d=2:s=128x96:r=25", "-f", "lavfi", "-i", "sine=d=2", .. codec]);

        Assert.Equal(extension, MediaSniffer.Identify(path).Extension);
        Assert.Matches(@"^[12]\.\d\d s$", await Verdict.OfSongAsync(rig, path));
        Assert.Matches(name == "aac" ? "clip.no_picture" : @"^(1\.9[26]|2\.\d\d) s$", await Verdict.OfClipAsync(rig, path));
    }

    [Fact]
    public void A_tag_before_the_first_frame_is_passed_over()
    {
        byte[] frame = [0xFF, 0xFB, 0x90, 0x64, .. new byte[413]];
        byte[] file = [.. "ID3\u0003\0\0\0\0\u0001\0"u8, .. new byte[128], .. frame, .. frame, .. frame];

        Assert.Same(MediaKind.Mp3, MediaSniffer.Identify(new MemoryStream(file)));
        Assert.Equal(new Mp3Frames.Frame(417, 1152, 44100, 32), Mp3Frames.Read(frame));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(100, true)]
    [InlineData(414, false)]
    public void An_mp3_is_cut_off_when_its_last_frame_is(int missingBytes, bool isCutOff)
    {
        byte[] frame = [0xFF, 0xFB, 0x90, 0x64, .. new byte[413]];
        byte[] tail = [.. frame, .. frame, .. frame, .. frame, .. frame];

        Assert.Equal(isCutOff, Mp3Frames.IsCutOff(tail.AsSpan(0, tail.Length - missingBytes)));
        Assert.False(Mp3Frames.IsCutOff([.. tail, .. "TAG"u8, .. new byte[125]]));
    }
}

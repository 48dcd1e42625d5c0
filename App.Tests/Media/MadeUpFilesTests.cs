using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Media;

/// <summary>Hostile files made here, each named so that a program that trusts names would take it.</summary>
public sealed class MadeUpFilesTests
{
    [Theory]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")]
    [InlineData("ffconcat version 1.0\nfile secret.mp4\n")]
    [InlineData("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"30000\" height=\"30000\"/>")]
    [InlineData("<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"></MPD>")]
    [InlineData("Just a letter to a friend, much longer than any magic number and with no sound in it at all.")]
    [InlineData("\0\0\0\u001cftypavif\0\0\0\0mif1avifmiaf")]
    public async Task Text_and_playlists_named_as_a_film_are_not_supported(string content)
    {
        using var rig = new MediaRig();
        var path = rig.Write("film.mp4", Encoding.Latin1.GetBytes(content));

        Assert.Equal("media.not_supported", await Verdict.OfSongAsync(rig, path));
        Assert.Equal("media.not_supported", await Verdict.OfClipAsync(rig, path));
    }

    [Theory]
    [InlineData("mp3")]
    [InlineData("mov")]
    [InlineData("matroska")]
    public async Task A_playlist_is_not_opened_even_when_the_demuxer_is_forced(string demuxer)
    {
        using var rig = new MediaRig();
        var secret = await rig.MakeAsync("secret.mp4", "-f", "lavfi", "-i", "testsrc2=d=0.2:s=64x64");
        var path = rig.Write("film.mp4", Encoding.UTF8.GetBytes($"#EXTM3U\n#EXTINF:10,\n{secret}\n#EXT-X-ENDLIST\n"));
        var kind = MediaKind.All.First(kind => kind.Demuxer == demuxer);

        await Assert.ThrowsAsync<StudioProblem>(() => rig.Probe.ProbeAsync(path, kind, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(30000)]
    [InlineData(16000)]
    public async Task A_tiny_file_that_unpacks_to_a_huge_picture_is_refused_before_it_is_unpacked(int side)
    {
        using var rig = new MediaRig();
        var path = rig.Write("picture.png", OneBitPng(side));
        Assert.InRange(new FileInfo(path).Length, 1, 200_000);

        Assert.Equal("media.too_large_picture", await Verdict.OfClipAsync(rig, path));
    }

    [Fact]
    public async Task A_picture_under_the_limit_is_accepted()
    {
        using var rig = new MediaRig();

        var facts = await rig.Clips.RunAsync(rig.Write("picture.png", OneBitPng(6000)), 600, TestContext.Current.CancellationToken);

        Assert.Equal((6000, 6000, true), (facts.Video!.Width, facts.Video.Height, facts.IsStill));
    }

    [Fact]
    public async Task A_song_of_eleven_minutes_is_too_long_and_one_of_ten_is_not()
    {
        using var rig = new MediaRig();
        string[] sound = ["-f", "lavfi", "-i", "sine=f=220:r=22050:d=660", "-ac", "1", "-b:a", "8k"];
        var eleven = await rig.MakeAsync("song.mp3", sound);
        var ten = await rig.MakeAsync("ten.mp3", [.. sound, "-t", "599.9"]);

        Assert.Equal("song.too_long", await Verdict.OfSongAsync(rig, eleven));
        Assert.Matches(@"^(599|600)\.\d\d s$", await Verdict.OfSongAsync(rig, ten));
    }

    [Fact]
    public async Task A_clip_over_the_limit_is_too_long()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("clip.mp4", "-f", "lavfi", "-i", "color=s=32x32:r=5:d=4", "-c:v", "libx264");

        var problem = await Assert.ThrowsAsync<StudioProblem>(() => rig.Clips.RunAsync(path, 2, TestContext.Current.CancellationToken));

        Assert.Equal("clip.too_long", problem.Code);
    }

    [Fact]
    public async Task A_film_of_a_million_frames_a_second_is_refused()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync(
            "clip.mp4", "-f", "lavfi", "-i", "color=s=64x64:r=1000000", "-frames:v", "2000", "-c:v", "libx264", "-video_track_timescale", "1000000");

        Assert.Equal("media.frame_rate", await Verdict.OfClipAsync(rig, path));
    }

    [Fact]
    public async Task A_clip_of_odd_width_and_height_is_accepted()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("odd.mp4", "-f", "lavfi", "-i", "testsrc2=d=1,scale=321:241", "-pix_fmt", "yuv444p", "-c:v", "libx264");

        var facts = await rig.Clips.RunAsync(path, 600, TestContext.Current.CancellationToken);

        Assert.Equal((321, 241, 25L), (facts.Video!.Width, facts.Video.Height, facts.Video.Frames));
    }

    [Theory]
    [InlineData("frog.mp4")]
    [InlineData("crystal.webm")]
    [InlineData("sample.avi")]
    [InlineData("fc_input_3sec_rotation_90deg.mp4")]
    [InlineData("sample_fragmented.mp4")]
    [InlineData("exif/Landscape_1.jpg")]
    public async Task A_clip_that_ends_half_way_or_is_damaged_from_there_is_refused(string file)
    {
        using var rig = new MediaRig();
        var whole = await File.ReadAllBytesAsync(TestData.PathOf("video/" + file), TestContext.Current.CancellationToken);
        var half = rig.Write("half.bin", whole.AsSpan(0, whole.Length * 6 / 10));
        whole.AsSpan(whole.Length / 2, whole.Length * 3 / 8).Clear();
        var damaged = rig.Write("damaged.bin", whole);

        Assert.EndsWith(".undecodable", await Verdict.OfClipAsync(rig, half));
        Assert.Equal("clip.undecodable", await Verdict.OfClipAsync(rig, damaged));
    }

    [Theory]
    [InlineData("song.flac")]
    [InlineData("song.wav")]
    [InlineData("song.ogg")]
    [InlineData("song.opus")]
    [InlineData("song.m4a")]
    [InlineData("song.mp3")]
    [InlineData("vbr.mp3")]
    [InlineData("song.mkv")]
    public async Task A_song_is_accepted_whole_and_refused_without_its_end(string name)
    {
        using var rig = new MediaRig();
        string[] shape = name switch
        {
            "song.m4a" => ["-movflags", "+faststart"],
            "vbr.mp3" => ["-q:a", "4"],
            "song.mp3" => ["-write_xing", "0"],
            "song.opus" => ["-c:a", "libopus"],
            _ => [],
        };
        var path = await rig.MakeAsync(name, ["-f", "lavfi", "-i", "anoisesrc=d=8:r=48000:a=0.3", .. shape]);
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var cut = rig.Write("cut.bin", whole.AsSpan(0, (whole.Length * 6 / 10) + 1));

        Assert.Matches(@"^(7\.99|8\.\d\d) s$", await Verdict.OfSongAsync(rig, path));
        Assert.Equal("song.undecodable", await Verdict.OfSongAsync(rig, cut));
    }

    [Fact]
    public async Task A_picture_with_a_film_behind_it_is_a_still()
    {
        using var rig = new MediaRig();
        byte[] motion = [.. File.ReadAllBytes(TestData.PathOf("video/london.jpg")), .. File.ReadAllBytes(TestData.PathOf("video/frog.mp4"))];

        var facts = await rig.Clips.RunAsync(rig.Write("phone.jpg", motion), 600, TestContext.Current.CancellationToken);

        Assert.Equal((1020, 768, 1L, true), (facts.Video!.Width, facts.Video.Height, facts.Video.Frames, facts.IsStill));
    }

    [Fact]
    public async Task A_wave_file_from_a_pipe_that_could_not_state_its_length_is_accepted()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("song.wav", "-f", "lavfi", "-i", "sine=d=2:r=8000");
        var bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), uint.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.AsSpan().IndexOf("data"u8) + 4), uint.MaxValue);

        Assert.Equal("2.00 s", await Verdict.OfSongAsync(rig, rig.Write("piped.wav", bytes)));
    }

    [Fact]
    public async Task A_picture_is_no_song_and_cover_art_is_no_clip()
    {
        using var rig = new MediaRig();
        var cover = await rig.MakeAsync("cover.png", "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1");
        var song = await rig.MakeAsync(
            "song.m4a", "-f", "lavfi", "-i", "sine=d=2", "-i", cover, "-map", "0:a", "-map", "1:v", "-c:v", "copy", "-disposition:v", "attached_pic", "-brand", "isom", "-f", "mp4");

        Assert.Equal("song.no_sound", await Verdict.OfSongAsync(rig, cover));
        Assert.Equal("clip.no_picture", await Verdict.OfClipAsync(rig, song));
        Assert.StartsWith("2.0", await Verdict.OfSongAsync(rig, song), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_animation_is_a_clip_and_a_film_of_one_frame_is_a_still()
    {
        using var rig = new MediaRig();
        var moving = await rig.MakeAsync("moving.gif", "-f", "lavfi", "-i", "testsrc2=d=1:r=10:s=64x64");
        var still = await rig.MakeAsync("still.gif", "-f", "lavfi", "-i", "testsrc2=d=1:r=10:s=64x64", "-frames:v", "1");
        var stop = TestContext.Current.CancellationToken;

        Assert.False((await rig.Clips.RunAsync(moving, 600, stop)).IsStill);
        Assert.True((await rig.Clips.RunAsync(still, 600, stop)).IsStill);
    }

    // One bit a pixel, all black: rows of zeros pack 1,000 to 1 (PNG specification, 11.2).
    private static byte[] OneBitPng(int side)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + ((side + 7) / 8)];
            for (var i = 0; i < side; i++)
            {
                zlib.Write(row);
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        header[8] = 1;
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}

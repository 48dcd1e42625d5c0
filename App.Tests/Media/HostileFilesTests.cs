using Downbeat.Tests.Support;

namespace Downbeat.Tests.Media;

/// <summary>What becomes of every hostile file of the test data: the code of the refusal, or the seconds that are accepted.</summary>
public sealed class HostileFilesTests
{
    /// <summary>File, verdict as a song, verdict as a clip.</summary>
    public static readonly TheoryData<string, string, string> Files = new()
    {
        { "empty_file.mp3", "media.empty", "media.empty" },
        { "flac_faulty_01.flac", "song.undecodable", "clip.no_picture" }, // wrong block size: the decoder gives up on most frames
        { "flac_faulty_04.flac", "4.06 s", "clip.no_picture" }, // the header's channels are wrong, the frames are right
        { "flac_faulty_05.flac", "4.56 s", "clip.no_picture" }, // more sound than the header promises: what plays counts
        { "flac_faulty_06.flac", "media.undecodable", "clip.no_picture" },
        { "flac_faulty_11.flac", "song.undecodable", "clip.no_picture" }, // opens, promises 2.7 s, gives none
        { "flac_uncommon_01.flac", "18.91 s", "clip.no_picture" }, // changes its sample rate
        { "flac_uncommon_02.flac", "14.49 s", "clip.no_picture" }, // changes its channels
        { "mm_corrupt.mkv", "media.undecodable", "media.undecodable" },
        { "mm_incomplete.mp3", "49.24 s", "clip.no_picture" }, // whole frames, no length promised: nothing in the file tells that more was there
        { "mp_no_duration.webm", "4.86 s", "4.94 s" },
        { "mp_video_with_failing_audio.mp4", "11.23 s", "11.20 s" },
        { "mutagen_106-invalid-streaminfo.flac", "media.undecodable", "clip.no_picture" },
        { "mutagen_52-too-short-block-size.flac", "song.undecodable", "clip.no_picture" }, // 0.4 s of 203 s
        { "mutagen_bad-xing.mp3", "song.undecodable", "clip.no_picture" }, // ends inside a frame
        { "mutagen_ooming-header.flac", "media.undecodable", "clip.no_picture" },
        { "mutagen_too-short.mp3", "media.not_supported", "media.not_supported" }, // a tag and nothing behind it
        { "mutagen_truncated-64bit.mp4", "media.undecodable", "media.undecodable" },
        { "mutagen_variable-block.flac", "song.undecodable", "clip.no_picture" }, // 0.9 s of 262 s
        { "sample_empty_track.mp4", "1.02 s", "1.00 s" },
        { "sample_malformed_free_box.mp4", "media.undecodable", "media.undecodable" },
        { "sample_missing_stsd.mp4", "song.no_sound", "1.00 s" },
        { "taglib_excessive_alloc.mp3", "media.not_supported", "media.not_supported" },
        { "taglib_garbage.mp3", "song.undecodable", "clip.no_picture" }, // 0.5 s of a promised 31 minutes
        { "taglib_infloop.m4a", "media.undecodable or song.undecodable", "clip.no_picture" }, // by ffmpeg's version: not opened, or opened and empty
        { "taglib_infloop.wav", "1.28 s", "clip.no_picture" }, // plays to its end
        { "taglib_invalid-frames1.mp3", "song.too_short", "clip.no_picture" },
        { "taglib_segfault.wav", "media.undecodable", "clip.no_picture" },
        { "taglib_zero-size-chunk.wav", "song.too_short", "clip.no_picture" },
    };

    [Theory, MemberData(nameof(Files))]
    public async Task Each_hostile_file_is_refused_with_its_code_or_accepted_with_what_plays(string file, string asSong, string asClip)
    {
        using var rig = new MediaRig();
        var path = TestData.PathOf("hostile/" + file);

        Assert.Contains(await Verdict.OfSongAsync(rig, path), asSong.Split(" or "));
        Assert.Equal(asClip, await Verdict.OfClipAsync(rig, path));
    }

    [Fact]
    public void No_hostile_file_of_the_test_data_is_left_out()
    {
        var present = Directory.GetFiles(TestData.PathOf("hostile")).Select(Path.GetFileName).Order(StringComparer.Ordinal);

        Assert.Equal(present, Files.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));
    }
}

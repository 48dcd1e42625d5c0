using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Media;

public sealed class RealFilesTests
{
    /// <summary>File, width and height as shown, frames and seconds that decode, clockwise turn.</summary>
    public static readonly TheoryData<string, int, int, int, double, int> Clips = new()
    {
        { "bbb_960x540_60fps_vp8.webm", 960, 540, 60, 1.00, 0 },
        { "bt601.mov", 640, 428, 30, 1.00, 0 },
        { "crystal.webm", 720, 480, 359, 11.97, 0 },
        { "fc_input_3sec_rotation_90deg.mp4", 720, 1280, 75, 3.00, 270 },
        { "fc_input_hdr.mov", 640, 360, 30, 1.00, 0 },
        { "frog.mp4", 720, 480, 248, 8.27, 0 },
        { "hlg10-color-test.mp4", 1920, 1080, 9, 0.30, 0 },
        { "long_1080p_videoonly_lowbitrate.mp4", 1920, 1080, 10883, 362.77, 0 },
        { "mb_cursed-vfr.mp4", 3026, 1386, 63, 7.29, 0 },
        { "mb_edts.mp4", 853, 480, 225, 9.00, 0 },
        { "mb_frames.webm", 1080, 1080, 100, 3.33, 0 },
        { "mb_rotate-buck-bunny.mp4", 1080, 1920, 45, 1.88, 90 },
        { "mb_sar_2x1.mp4", 1280, 360, 150, 5.00, 0 },
        { "mp_big_buck_bunny_0_30.webm", 1280, 720, 720, 30.00, 0 },
        { "mp_smpte-2997.mp4", 1920, 1080, 251, 10.04, 0 },
        { "rabbit320.mp4", 320, 240, 234, 7.80, 0 },
        { "sample.avi", 960, 400, 96, 4.09, 0 },
        { "sample_12_5fps_720p_1s.mp4", 1280, 720, 13, 1.04, 0 },
        { "sample_15fps_720p_1s.mp4", 1280, 720, 15, 1.00, 0 },
        { "sample_fragmented.mp4", 1080, 720, 30, 1.00, 0 },
        { "sample_portrait.mp4", 720, 1080, 30, 1.00, 0 },
        { "sample_rotate_and_reflect.mp4", 720, 1080, 30, 1.00, 90 },
        { "sample_shorter_audio.mp4", 320, 240, 72, 1.20, 0 },
        { "sample_with_chapters.mp4", 1080, 720, 30, 1.00, 0 },
        { "sk_bikes.mp4", 640, 272, 250, 10.00, 0 },
        { "london.jpg", 1020, 768, 1, 0, 0 },
        { "exif/Landscape_1.jpg", 1800, 1200, 1, 0, 0 },
        { "exif/Landscape_3.jpg", 1800, 1200, 1, 0, 180 },
        { "exif/Landscape_6.jpg", 1800, 1200, 1, 0, 90 },
        { "exif/Landscape_8.jpg", 1800, 1200, 1, 0, 270 },
    };

    /// <summary>File and seconds that decode.</summary>
    public static readonly TheoryData<string, double> Songs = new()
    {
        { "audio/808kick120bpm.mp3", 10.00 },
        { "audio/blupi4_first90s.ogg", 90.00 },
        { "audio/choice_drum_bass.ogg", 25.03 },
        { "audio/goin_under.ogg", 123.43 },
        { "audio/lets_go_fishin.ogg", 132.99 },
        { "audio/monkey_shines.mp3", 51.07 },
        { "audio/mr_fancy_pants.mp3", 79.52 },
        { "audio/northern_star.ogg", 190.17 },
        { "audio/vocadito_10.wav", 9.10 },
        { "stems/mdn_multitrack/drums.mp3", 83.25 },
        { "stems/muldjord_armygeddon/backing.ogg", 197.65 },
        { "stems/music_delta_80s_rock.stem.mp4", 6.80 },
        { "video/sample_fragmented.mp4", 1.07 },
    };

    [Theory, MemberData(nameof(Clips))]
    public async Task Each_real_clip_is_accepted_and_described_as_it_is_shown(string file, int width, int height, int frames, double seconds, int rotation)
    {
        using var rig = new MediaRig();

        var facts = await rig.Clips.RunAsync(TestData.PathOf("video/" + file), Verdict.MaxSeconds, TestContext.Current.CancellationToken);

        Assert.Equal((width, height, rotation), (facts.Video!.Width, facts.Video.Height, facts.Video.RotationDegrees));
        Assert.Equal(frames, facts.Video.Frames);
        Assert.Equal(seconds, facts.DurationSeconds, 0.006);
        Assert.Equal(file.EndsWith(".jpg", StringComparison.Ordinal), facts.IsStill);
    }

    [Theory, MemberData(nameof(Songs))]
    public async Task Each_real_song_is_accepted_and_decoded_to_its_end(string file, double seconds)
    {
        using var rig = new MediaRig();

        var song = await rig.Songs.RunAsync(TestData.PathOf(file), Verdict.MaxSeconds, TestContext.Current.CancellationToken);

        Assert.Equal(seconds, song.Facts.DurationSeconds, 0.03);
        Assert.Equal(song.Facts.DurationSeconds, song.Peaks.DurationSeconds, 1e-9);
        Assert.Equal(song.Facts.DurationSeconds, (double)song.Samples.Length / SongCheck.RateHz, 1e-9);
    }

    [Fact]
    public async Task A_slide_deck_is_no_clip_and_no_song()
    {
        using var rig = new MediaRig();
        var path = TestData.PathOf("video/slides_wavebeat.pdf");

        Assert.Equal("media.not_supported", await Verdict.OfClipAsync(rig, path));
        Assert.Equal("media.not_supported", await Verdict.OfSongAsync(rig, path));
    }

    [Fact]
    public async Task A_variable_rate_ten_bits_hlg_full_range_and_the_colour_matrix_are_seen()
    {
        using var rig = new MediaRig();
        var stop = TestContext.Current.CancellationToken;

        var cursed = await rig.Clips.RunAsync(TestData.PathOf("video/mb_cursed-vfr.mp4"), Verdict.MaxSeconds, stop);
        var even = await rig.Clips.RunAsync(TestData.PathOf("video/frog.mp4"), Verdict.MaxSeconds, stop);
        var hdr = await rig.Probe.ProbeAsync(TestData.PathOf("video/hlg10-color-test.mp4"), stop);
        var full = await rig.Probe.ProbeAsync(TestData.PathOf("video/sample_shorter_audio.mp4"), stop);

        Assert.True(cursed.Video!.IsVariableFrameRate);
        Assert.False(even.Video!.IsVariableFrameRate);
        Assert.Equal((10, ColourTransfer.Hlg), (hdr.Video!.BitDepth, hdr.Video.Transfer));
        Assert.True(full.Video!.IsFullRange);
        Assert.Equal("smpte170m", (await rig.Probe.ProbeAsync(TestData.PathOf("video/bt601.mov"), stop)).Video!.ColourMatrix);
    }
}

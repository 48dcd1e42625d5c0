using Downbeat.Media;
using Downbeat.Timing;

namespace Downbeat.Tests.Media;

/// <summary>Reading ffprobe's answers, as text; 5.1 unless said otherwise.</summary>
public sealed class MediaProbeTests
{
    private const string Film = """
        {"streams":[
          {"index":0,"codec_name":"hevc","codec_type":"video","width":1920,"height":1080,"sample_aspect_ratio":"4:3","pix_fmt":"yuv420p10le","color_range":"tv",
           "color_transfer":"smpte2084","field_order":"tt","r_frame_rate":"60000/1001","avg_frame_rate":"30000/1001","duration":"10.010000","nb_frames":"300",
           "disposition":{"attached_pic":0},"side_data_list":[{"side_data_type":"Display Matrix","rotation":-90}]},
          {"index":1,"codec_name":"aac","codec_type":"audio","sample_rate":"48000","channels":2,"r_frame_rate":"0/0","avg_frame_rate":"0/0","duration":"9.900000","nb_frames":"465",
           "disposition":{"attached_pic":0}}],
         "format":{"format_name":"mov,mp4,m4a,3gp,3g2,mj2","duration":"10.010000"}}
        """;

    [Fact]
    public void A_film_is_described_as_it_is_shown()
    {
        var facts = MediaProbe.Read(Film, MediaKind.Mp4);

        Assert.Equal(10.01, facts.DurationSeconds);
        Assert.Equal(new AudioFacts("aac", 48000, 2, 9.9), facts.Audio);
        Assert.Equal(
            new VideoFacts(
                "hevc", 1080, 2560, 1920, 1080, 90, new(4, 3), new FrameRate(30000, 1001), true, 0, "yuv420p10le", 10, false, ColourTransfer.Pq, true, false),
            facts.Video);
    }

    [Fact]
    public void A_rotation_in_fractions_or_as_a_whole_number_of_a_newer_ffprobe_is_the_nearest_quarter_turn()
    {
        Assert.Equal(90, MediaProbe.Read(Film.Replace("-90", "-90.02", StringComparison.Ordinal), MediaKind.Mp4).Video!.RotationDegrees);
        Assert.Equal(180, MediaProbe.Read(Film.Replace("-90", "180", StringComparison.Ordinal), MediaKind.Mp4).Video!.RotationDegrees);
        Assert.Equal(270, MediaProbe.Read(Film.Replace("-90", "90", StringComparison.Ordinal), MediaKind.Mp4).Video!.RotationDegrees);
        Assert.Equal(0, MediaProbe.Read(Film.Replace("-90", "0", StringComparison.Ordinal), MediaKind.Mp4).Video!.RotationDegrees);
    }

    [Theory]
    [InlineData("\"width\":1920,\"height\":1080", "\"width\":0,\"height\":0", "media.undecodable")]
    [InlineData("\"width\":1920,\"height\":1080", "\"width\":8192,\"height\":8192", "media.too_large_picture")]
    [InlineData("\"width\":1920,\"height\":1080", "\"coded\":1", "media.undecodable")]
    [InlineData("\"avg_frame_rate\":\"30000/1001\"", "\"avg_frame_rate\":\"1000000/1\"", "media.frame_rate")]
    [InlineData("\"codec_name\":\"hevc\"", "\"codec_name\":\"wmv3\"", "media.not_supported")]
    public void What_no_later_step_could_use_is_refused(string from, string to, string code) =>
        Assert.Equal(code, Assert.Throws<StudioProblem>(() => MediaProbe.Read(Film.Replace(from, to, StringComparison.Ordinal), MediaKind.Mp4)).Code);

    [Fact]
    public void A_file_without_a_usable_stream_is_refused() =>
        Assert.Equal("media.undecodable", Assert.Throws<StudioProblem>(() => MediaProbe.Read("""{"streams":[],"format":{"format_name":"mp3"}}""", MediaKind.Mp3)).Code);

    [Fact]
    public void A_rate_that_is_only_a_grid_of_time_stamps_is_no_rate()
    {
        var video = MediaProbe.Read(
            Film.Replace("30000/1001", "0/0", StringComparison.Ordinal).Replace("60000/1001", "57600/1", StringComparison.Ordinal), MediaKind.Mp4).Video!;

        Assert.Null(video.FrameRate);
        Assert.False(video.IsVariableFrameRate);
    }

    [Fact]
    public void A_pixel_shape_beyond_reason_counts_as_square() =>
        Assert.Equal(1080, MediaProbe.Read(Film.Replace("4:3", "100000:1", StringComparison.Ordinal), MediaKind.Mp4).Video!.CodedHeight);

    [Theory]
    [InlineData("yuva420p", 8, true)]
    [InlineData("rgba64be", 16, true)]
    [InlineData("gray16le", 16, false)]
    [InlineData("yuv422p12le", 12, false)]
    [InlineData("gbrap10le", 10, true)]
    [InlineData("pal8", 8, true)]
    public void Depth_and_transparency_are_read_from_the_pixel_format(string format, int bits, bool alpha)
    {
        var video = MediaProbe.Read(Film.Replace("yuv420p10le", format, StringComparison.Ordinal), MediaKind.Mp4).Video!;

        Assert.Equal((bits, alpha), (video.BitDepth, video.HasAlpha));
    }

    [Fact]
    public void The_length_of_a_fragmented_film_is_no_promise()
    {
        var facts = MediaProbe.Read(Film.Replace(",\"nb_frames\":\"465\"", "", StringComparison.Ordinal), MediaKind.Mp4);

        Assert.Null(facts.Audio!.ClaimedSeconds);
    }
}

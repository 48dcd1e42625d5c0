using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Media;

public sealed class SoundTests
{
    private const string Summary = """
        [Parsed_ebur128_0 @ 0x5581] Summary:

          Integrated loudness:
            I:         -15.3 LUFS
            Threshold: -25.6 LUFS

          Loudness range:
            LRA:         7.6 LU
            Threshold: -35.5 LUFS
            LRA low:   -20.2 LUFS
            LRA high:  -12.6 LUFS

          True peak:
            Peak:        0.4 dBFS
        """;

    [Fact]
    public void The_summary_is_read() => Assert.Equal(new LoudnessFacts(-15.3, 7.6, 0.4), Loudness.Read("title: Summary: I: 3 LUFS\n" + Summary));

    [Fact]
    public void Silence_has_a_peak_that_can_be_written_down() =>
        Assert.Equal(new LoudnessFacts(-70, 7.6, -120), Loudness.Read(Summary.Replace("-15.3", "-70.0", StringComparison.Ordinal).Replace("0.4", "-inf", StringComparison.Ordinal)));

    [Fact]
    public void What_is_not_finite_is_not_taken_for_silence_and_the_rest_is_kept()
    {
        Assert.Equal(new LoudnessFacts(-15.3, 7.6, null), Loudness.Read(Summary.Replace("0.4", "inf", StringComparison.Ordinal)));
        Assert.Equal(new LoudnessFacts(null, 7.6, null), Loudness.Read(Summary.Replace("-15.3", "nan", StringComparison.Ordinal).Replace("0.4", "-nan", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_report_without_a_summary_is_a_failure() =>
        Assert.Equal(MediaFailureReason.WrongOutput, Assert.Throws<MediaFailure>(() => Loudness.Read("size=N/A")).Reason);

    [Fact]
    public async Task A_reference_tone_measures_as_the_standard_says()
    {
        // EBU Tech 3341, case 1: 1 kHz in both channels at -23 dBFS is -23 LUFS.
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("tone.wav", "-f", "lavfi", "-i", "aevalsrc='0.0707946*sin(2*PI*1000*t)|0.0707946*sin(2*PI*1000*t)':d=20:s=48000");

        var loudness = await new Loudness(rig.Ffmpeg).MeasureAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(-23, loudness.IntegratedLufs!.Value, 0.15);
        Assert.Equal(-23, loudness.TruePeakDbtp!.Value, 0.15);
    }

    [Fact]
    public async Task Two_levels_ten_decibels_apart_have_a_range_of_ten()
    {
        // EBU Tech 3342, case 1: 20 s at -20 dBFS, then 20 s at -30 dBFS.
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("steps.wav", "-f", "lavfi", "-i", "aevalsrc='if(lt(t,20),0.1,0.0316228)*sin(2*PI*1000*t)|if(lt(t,20),0.1,0.0316228)*sin(2*PI*1000*t)':d=40:s=48000");

        Assert.Equal(10, (await new Loudness(rig.Ffmpeg).MeasureAsync(path, TestContext.Current.CancellationToken)).RangeLu!.Value, 1.0);
    }

    [Theory]
    [InlineData("click.wav")]
    [InlineData("click.flac")]
    [InlineData("click.mp3")]
    [InlineData("click.m4a")]
    [InlineData("click.ogg")]
    [InlineData("click.opus")]
    public async Task A_click_stays_in_its_place_in_every_container(string name)
    {
        using var rig = new MediaRig();
        string[] codec = name.EndsWith("opus", StringComparison.Ordinal) ? ["-c:a", "libopus"] : [];
        var path = await rig.MakeAsync(name, ["-f", "lavfi", "-i", "aevalsrc='0.8*between(t,1,1.002)':d=2:s=48000", .. codec]);

        var samples = await rig.Decoder.DecodeAsync(path, 48000, 10, TestContext.Current.CancellationToken);

        var first = Array.FindIndex(samples, sample => Math.Abs(sample) > 0.4);
        Assert.InRange(first, 48000 - 48, 48000 + 48);
    }

    [Fact]
    public async Task Decoding_ends_at_the_limit_and_mixes_channels()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("stereo.wav", "-f", "lavfi", "-i", "aevalsrc=0.5|-0.5:d=3:s=44100");

        var samples = await rig.Decoder.DecodeAsync(path, 22050, 1.5, TestContext.Current.CancellationToken);

        Assert.Equal(33075, samples.Length);
        Assert.All(samples, sample => Assert.Equal(0, sample, 1e-4f));
    }

    [Fact]
    public async Task A_long_song_outgrows_the_first_buffer()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("long.flac", "-f", "lavfi", "-i", "sine=f=100:r=8000:d=131");

        var samples = await rig.Decoder.DecodeAsync(path, 1000, 1000, TestContext.Current.CancellationToken);

        Assert.InRange(samples.Length, 130_990, 131_010);
        Assert.InRange(samples[^500..].Max(), 0.1f, 0.15f);
    }
}

using Downbeat.Media;
using Downbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Downbeat.Tests.Media;

public sealed class EncoderTrialsTests : IDisposable
{
    private static readonly HardwareEncoder Working = new("soft", "libx264", quality => ["-crf", $"{quality}", "-pix_fmt", "yuv420p"]);
    private static readonly HardwareEncoder Unknown = new("nowhere", "h264_nowhere", _ => []);

    private readonly MediaRig rig = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Every_encoder_works_or_says_why_not_and_software_always_works()
    {
        using var trials = Trials([.. HardwareEncoder.All]);

        var states = await trials.StatesAsync(Stop);

        Assert.Equal(["videotoolbox", "nvenc", "qsv", "amf", "vaapi", "x264"], states.Select(state => state.Name));
        Assert.All(states, state => Assert.Equal(state.Works, string.IsNullOrWhiteSpace(state.Reason)));
        Assert.Equal((true, "libx264"), (states[^1].Works, states[^1].Codec));
        Assert.Equal(states.FirstOrDefault(state => state.Works && state.Name != "x264")?.Name, (await trials.FindBestAsync(Stop))?.Name);
    }

    [Fact]
    public async Task The_best_that_works_is_found_and_one_that_failed_is_not_found_again()
    {
        using var trials = Trials(Unknown, Working, Working with { Name = "second" });

        Assert.Equal("Unknown encoder 'h264_nowhere'", (await trials.StatesAsync(Stop))[0].Reason);
        Assert.Null(await trials.FindAsync("nowhere", Stop));
        Assert.Equal("soft", (await trials.FindBestAsync(Stop))?.Name);

        trials.Drop(Working, "It melted.");

        Assert.Equal("second", (await trials.FindBestAsync(Stop))?.Name);
        Assert.Null(await trials.FindAsync("soft", Stop));
        Assert.Equal((false, "It melted."), ((await trials.StatesAsync(Stop))[1].Works, (await trials.StatesAsync(Stop))[1].Reason));
    }

    [Theory]
    [InlineData("-cq 25")]
    [InlineData("-global_quality 25")]
    [InlineData("-qp_i 25")]
    [InlineData("-q:v 50")]
    [InlineData("-qp 25")]
    public void Quality_is_asked_for_in_each_encoders_own_words(string words) =>
        Assert.Single(HardwareEncoder.All, encoder => (string.Join(' ', encoder.Arguments(25)) + " ").Contains(words + " ", StringComparison.Ordinal));

    private EncoderTrials Trials(params HardwareEncoder[] encoders) => new(rig.Ffmpeg, encoders, NullLogger<EncoderTrials>.Instance);
}

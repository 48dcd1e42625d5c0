using System.Text.Json;
using Downbeat.Features.Analysis;
using Downbeat.Features.Compositions;
using Downbeat.Http;

namespace Downbeat.Tests.Features.Compositions;

public sealed class PlatformsTests
{
    private static readonly SongAnalysis Song = new() { DurationSeconds = 10 };

    [Theory]
    [InlineData("youtube", 1920, 1080, 8_000)]
    [InlineData("youTube4K", 3840, 2160, 40_000)]
    [InlineData("shorts", 1080, 1920, 8_000)]
    [InlineData("reels", 1080, 1920, null)]
    [InlineData("tikTok", 1080, 1920, null)]
    [InlineData("square", 1080, 1080, null)]
    public void A_platform_sets_all_that_is_left_open(string platform, int width, int height, int? kbps)
    {
        var settings = new CompositionSettings { Platform = platform }.WithPlatform;
        var request = new CompositionSettings { Platform = platform }.ToRequest(Song, []);

        Assert.Equal((width, height, 30, kbps), (settings.Width, settings.Height, settings.Fps, settings.TargetBitrateKbps));
        Assert.Equal((width, height, 30, -14), (request.Width, request.Height, request.Rate.PerSecond, request.Sound.LoudnessLufs));
        Assert.NotNull(settings.Preset);
    }

    [Fact]
    public void What_is_named_stays_and_the_rest_follows_it()
    {
        var named = new CompositionSettings { Platform = "shorts", Width = 720, Fps = 60, LoudnessLufs = -9, TargetBitrateKbps = 3000 }.WithPlatform;
        Assert.Equal((720, 1280, 60, -9, 3000), (named.Width, named.Height, named.Fps, named.LoudnessLufs, named.TargetBitrateKbps));

        // Whoever names a quality wants that, not a rate.
        var draft = new CompositionSettings { Platform = "youtube", Preset = "draft", KeepLoudness = true }.WithPlatform;
        Assert.Equal(("draft", null, null), (draft.Preset, draft.TargetBitrateKbps, draft.LoudnessLufs));
        Assert.Null(new CompositionSettings { Platform = "youtube", KeepLoudness = true }.ToRequest(Song, []).Sound.LoudnessLufs);
        Assert.Equal(12_000, new CompositionSettings { Platform = "youtube", Fps = 60 }.WithPlatform.TargetBitrateKbps);
    }

    [Theory]
    [InlineData(null, 30, null)]
    [InlineData(null, 60, null)]
    [InlineData(9000, 30, 9000)]
    public void A_preset_that_is_named_later_takes_the_place_of_the_platform_s_rate_and_not_of_one_s_own(int? ownKbps, int fps, int? kbps)
    {
        var filled = new CompositionSettings { Platform = "youTube", Fps = fps, TargetBitrateKbps = ownKbps }.WithPlatform;
        Assert.NotNull(filled.TargetBitrateKbps);

        Assert.Equal(("draft", kbps), filled.WithPreset("draft").WithPlatform is var settings ? (settings.Preset, settings.TargetBitrateKbps) : default);
    }

    [Fact]
    public void Every_platform_can_be_named_and_gives_settings_that_can_be_met() => Assert.All(PlatformPreset.All, preset =>
    {
        Assert.Same(preset, PlatformPreset.Read(preset.Word));
        Assert.Equal(preset.Width, new CompositionSettings { Platform = preset.Word }.ToRequest(Song, []).Width);
    });

    [Theory]
    [InlineData("""{"platform":"vimeo"}""", "platform")]
    [InlineData("""{"platform":"0"}""", "platform")]
    [InlineData("""{"targetBitrateKbps":99}""", "targetBitrateKbps")]
    [InlineData("""{"targetBitrateKbps":100001}""", "targetBitrateKbps")]
    public void What_nobody_shows_and_no_rate_can_be_is_refused_by_name(string json, string field)
    {
        var problem = Assert.Throws<StudioProblem>(() => JsonSerializer.Deserialize<CompositionSettings>(json, ApiJson.Options)!.ToRequest(Song, []));
        Assert.Equal((400, field), (problem.Status, Assert.Single(problem.Errors!).Key));
    }
}

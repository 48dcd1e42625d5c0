using Downbeat.Features.Compositions;

namespace Downbeat.Tests.Features.Compositions;

public sealed class VideoWishesTests
{
    [Theory]
    [InlineData("16:9", 720, 1280, 720)]
    [InlineData("16:9", 1440, 2560, 1440)]
    [InlineData("9:16", 1080, 1080, 1920)]
    [InlineData("1:1", 1080, 1080, 1080)]
    [InlineData("16:9", 480, 854, 480)]
    [InlineData("9:16", 480, 480, 854)]
    [InlineData("16:9", 540, 960, 540)]
    public void Shape_and_resolution_become_even_sides(string shape, int lines, int width, int height)
    {
        var settings = VideoWishes.Sized(new(), shape, lines);
        Assert.Equal((width, height), (settings.Width, settings.Height));
        Assert.Equal((shape, lines), (VideoWishes.ShapeOf(settings), VideoWishes.LinesOf(settings)));
        Assert.Equal($"{shape} {lines}p fast", VideoWishes.Describe(settings));
    }

    [Fact]
    public void Settings_of_programs_are_described_too()
    {
        Assert.Equal("16:9 1080p fast", VideoWishes.Describe(new()));
        Assert.Equal("16:9 720p fast", VideoWishes.Describe(new() { Height = 720 }));
        Assert.Equal("16:9 480p fast", VideoWishes.Describe(new() { Width = 854, Height = 480 }));
        Assert.Equal(("16:9", 854), (VideoWishes.ShapeOf(new() { Width = 852, Height = 480 }), new CompositionSettings { Height = 480 }.Size.Width));
        Assert.Equal("640×480 480p draft", VideoWishes.Describe(new() { Width = 640, Height = 480, Preset = "draft" }));
    }

    [Fact]
    public void Videos_for_a_platform_are_called_by_it_as_long_as_they_have_its_size()
    {
        var settings = new CompositionSettings { Platform = "shorts" };
        Assert.Equal(("YouTube Shorts", "9:16", 1080), (VideoWishes.Describe(settings), VideoWishes.ShapeOf(settings), VideoWishes.LinesOf(settings)));
        Assert.Equal("9:16 720p fast", VideoWishes.Describe(settings with { Height = 1280, Preset = "fast" }));
    }

    [Fact]
    public void What_a_platform_sets_by_itself_is_left_open_again_and_what_it_does_not_stays()
    {
        var kept = new CompositionSettings { Platform = "youTube", CutOn = "beat" }.WithPlatform;
        Assert.Equal((null, null, null, null), (VideoWishes.Opened(kept).Width, VideoWishes.Opened(kept).Height, VideoWishes.Opened(kept).Preset, VideoWishes.Opened(kept).TargetBitrateKbps));
        Assert.Equal("beat", VideoWishes.Opened(kept).CutOn);
        Assert.Equal((null, 6000), (VideoWishes.Opened(kept with { TargetBitrateKbps = 6000 }).Width, VideoWishes.Opened(kept with { TargetBitrateKbps = 6000 }).TargetBitrateKbps));
        Assert.Equal(1280, VideoWishes.Opened(kept with { Width = 1280, Height = 720 }).Width);
    }

    [Fact]
    public void Every_choice_is_one_that_the_planner_takes()
    {
        var analysis = new Downbeat.Features.Analysis.SongAnalysis { DurationSeconds = 10 };
        foreach (var wishes in from preset in VideoWishes.Qualities
                               from cutOn in VideoWishes.CutTimes
                               from fit in VideoWishes.Fits
                               from rate in VideoWishes.FrameRates
                               from way in VideoWishes.ShortClips
                               select new CompositionSettings { Preset = preset.Value, CutOn = cutOn.Value, Fit = fit.Value, Fps = rate.Value, ShortClips = way.Value })
        {
            Assert.NotNull(wishes.ToRequest(analysis, []));
        }
    }

    [Fact]
    public void Words_that_fill_as_they_are_sung_are_offered_only_where_somebody_sings()
    {
        Assert.Contains(VideoWishes.WordPlacesFor(false, "none"), place => place.Value == "karaoke");
        Assert.Equal(["none", "bottom", "centre"], VideoWishes.WordPlacesFor(true, "none").Select(place => place.Value));
        Assert.StartsWith("Nobody sings", VideoWishes.WordPlacesFor(true, "none")[0].Hint, StringComparison.Ordinal);
        Assert.Contains(VideoWishes.WordPlacesFor(true, "karaoke"), place => place.Value == "karaoke");
    }
}

using Bunit;
using Downbeat.Components;

namespace Downbeat.Tests.Components;

/// <summary>What the player says of itself, and what it is told by its module.</summary>
public sealed class WaveformTests : PageTest
{
    private static readonly WaveBand[] Bands = [new(0, 12.5, "intro", 0), new(12.5, 40, "verse", 1), new(40, 60, "chorus", 2)];

    [Fact]
    public void Each_border_is_a_slider_that_says_in_words_where_it_stands()
    {
        var borders = Player(_ => { }).FindAll("[data-border]");
        Assert.Equal(["Start of verse", "Start of chorus"], borders.Select(border => border.GetAttribute("aria-label")));
        Assert.Equal(["bar 2, 0:12", "bar 3, 0:40"], borders.Select(border => border.GetAttribute("aria-valuetext")));
        Assert.Equal(("12.5", "0", "40"), (borders[0].GetAttribute("aria-valuenow"), borders[0].GetAttribute("aria-valuemin"), borders[0].GetAttribute("aria-valuemax")));
        Assert.All(borders, border => Assert.Equal(("slider", "-1"), (border.GetAttribute("role"), border.GetAttribute("tabindex"))));
        Assert.Equal("left:66.6667%", borders[1].GetAttribute("style"));
    }

    [Fact]
    public void Without_bars_a_border_says_its_time_alone() =>
        Assert.Equal("0:12", Player(_ => { }, []).Find("[data-border]").GetAttribute("aria-valuetext"));

    [Fact]
    public void A_player_that_is_only_looked_at_has_no_borders_to_move() =>
        Assert.Empty(Render<Waveform>(p => p.Add(c => c.Title, "Song").Add(c => c.DurationSeconds, 60).Add(c => c.Bands, Bands)).FindAll("[data-border]"));

    [Fact]
    public async Task Moved_borders_and_taps_are_handed_on()
    {
        BorderMove? moved = null;
        IReadOnlyList<double> tapped = [];
        var player = Player(move => moved = move);
        player.Render(p => p.Add(c => c.Tapped, taps => tapped = taps));
        await player.InvokeAsync(() => player.Instance.MoveBorder(2, 41.25));
        await player.InvokeAsync(() => player.Instance.Tap([1, 1.5, 2, 2.5]));
        Assert.Equal(new BorderMove(2, 41.25), moved);
        Assert.Equal([1, 1.5, 2, 2.5], tapped);
    }

    [Fact]
    public void A_layer_can_be_hidden_only_when_there_is_something_in_it()
    {
        Assert.Equal(["beats"], Layers(Player(_ => { })));
        var full = Render<Waveform>(p => p.Add(c => c.Title, "Song").Add(c => c.DurationSeconds, 60).Add(c => c.Energy, [0.5, 0.7]).Add(c => c.Spans, [new(1, 2, "La la")]));
        Assert.Equal(["beats", "energy", "lyrics"], Layers(full));
    }

    [Fact]
    public void Without_beats_there_is_nothing_to_click_on()
    {
        Assert.True(Player(_ => { }).Find("[data-clicks]").HasAttribute("disabled"));
        Assert.False(Render<Waveform>(p => p.Add(c => c.DurationSeconds, 60).Add(c => c.Beats, [1, 2])).Find("[data-clicks]").HasAttribute("disabled"));
    }

    private static IEnumerable<string?> Layers(IRenderedComponent<Waveform> player) => player.FindAll("[data-layer]").Select(layer => layer.GetAttribute("data-layer"));

    private IRenderedComponent<Waveform> Player(Action<BorderMove> moved, double[]? downbeats = null) => Render<Waveform>(p => p
        .Add(c => c.Title, "Song").Add(c => c.DurationSeconds, 60).Add(c => c.Bands, Bands).Add(c => c.Downbeats, downbeats ?? [2.5, 12.5, 40]).Add(c => c.BorderMoved, moved));
}

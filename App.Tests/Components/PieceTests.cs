using Bunit;
using Downbeat.Components;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Tests.Components;

/// <summary>The small pieces that pages are made of.</summary>
public sealed class PieceTests : PageTest
{
    [Fact]
    public void Progress_is_told_to_everybody_and_never_rounded_up()
    {
        var piece = Render<JobProgress>(p => p.Add(c => c.Name, "Listening").Add(c => c.Stage, "beats").Add(c => c.Progress, 0.999).Add(c => c.EtaSeconds, 12));
        var bar = piece.Find("[role=progressbar]");
        Assert.Equal(("99", "Listening: beats"), (bar.GetAttribute("aria-valuenow"), bar.GetAttribute("aria-label")));
        Assert.Contains("99%", piece.Markup, StringComparison.Ordinal);
        Assert.Contains("12 s left", piece.Markup, StringComparison.Ordinal);
        Assert.Empty(piece.FindAll("button"));
    }

    [Fact]
    public async Task Work_is_cancelled_once()
    {
        var asked = 0;
        var piece = Render<JobProgress>(p => p.Add(c => c.Name, "Rendering").Add(c => c.Cancel, () => Task.FromResult(++asked > 0)));
        await piece.Find("button").ClickAsync(new());
        Assert.Equal(1, asked);
        Assert.True(piece.Find("button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_refused_cancel_can_be_asked_again()
    {
        var answer = new TaskCompletionSource<bool>();
        var piece = Render<JobProgress>(p => p.Add(c => c.Name, "Rendering").Add(c => c.Cancel, () => answer.Task));
        var click = piece.Find("button").ClickAsync(new());
        Assert.True(piece.Find("button").HasAttribute("disabled"));
        answer.SetResult(false);
        await click;
        Assert.False(piece.Find("button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_choice_shows_what_is_chosen_and_says_what_is_chosen_next()
    {
        string? next = null;
        ChoiceOption<string>[] options = [new("a", "First", "The first one."), new("b", "Second")];
        var piece = Render<Choice<string>>(p => p.Add(c => c.Legend, "Which").Add(c => c.Options, options).Add(c => c.Value, "a").Add(c => c.ValueChanged, v => next = v));
        var radios = piece.FindAll("input[type=radio]");
        Assert.Equal((true, false), (radios[0].HasAttribute("checked"), radios[1].HasAttribute("checked")));
        Assert.Contains("The first one.", piece.Markup, StringComparison.Ordinal);
        await radios[1].ChangeAsync(new ChangeEventArgs { Value = "on" });
        Assert.Equal("b", next);
    }

    [Fact]
    public async Task A_scale_names_its_ends_and_tells_another_value_once_the_hand_is_gone()
    {
        var wished = new List<double>();
        var scale = Render<Scale>(p => p
            .Add(c => c.Label, "Energy").Add(c => c.Low, "Calm").Add(c => c.High, "Driving").Add(c => c.Value, 0.724).Add(c => c.ValueChanged, wished.Add));
        Assert.Equal(("72", "Energy, from Calm to Driving"), (scale.Find("input").GetAttribute("value"), scale.Find("input").GetAttribute("aria-label")));
        await ChangeAndLeaveAsync(() => scale.Find("input"), "71", "70", "35");
        Assert.Equal([0.35], wished);
    }

    [Theory]
    [InlineData(1, 20, 20, 0)]
    [InlineData(1, 20, 21, 1)]
    [InlineData(2, 20, 60, 2)]
    [InlineData(3, 20, 60, 1)]
    public void Pages_lead_only_where_there_is_something(int page, int pageSize, int total, int links)
    {
        var pager = Render<Pager>(p => p.Add(c => c.Page, page).Add(c => c.PageSize, pageSize).Add(c => c.Total, total).Add(c => c.Path, "/songs"));
        Assert.Equal(links, pager.FindAll("a").Count);
    }

    [Fact]
    public void A_player_is_a_slider()
    {
        WaveBand[] bands = [new(0, 12.5, "intro", 0), new(12.5, 190, "verse", 1)];
        var player = Render<Waveform>(p => p
            .Add(c => c.Title, "Northern Star").Add(c => c.AudioUrl, "/audio").Add(c => c.PeaksUrl, "/peaks").Add(c => c.DurationSeconds, 190).Add(c => c.Bands, bands));
        var slider = player.Find("[role=slider]");
        Assert.Equal(("Position in Northern Star", "190", "0:00 of 3:10"), (slider.GetAttribute("aria-label"), slider.GetAttribute("aria-valuemax"), slider.GetAttribute("aria-valuetext")));
        Assert.Equal("0", slider.GetAttribute("tabindex"));
    }
}

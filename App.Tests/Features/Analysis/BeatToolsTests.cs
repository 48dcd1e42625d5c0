using Bunit;
using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Tests.Components;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Tests.Features.Analysis;

public sealed class BeatToolsTests : PageTest
{
    private static readonly SongAnalysis Sure = new() { DurationSeconds = 10, Engine = "Downbeat DSP", Bpm = 120, BpmConfidence = 0.9, MetreConfidence = 0.6, Beats = [0.5, 1, 1.5, 2, 2.5], BeatsPerBar = 4 };
    private readonly List<Correction> corrections = [];
    private readonly List<Func<SongAnalysis, Correction>> wishes = [];
    private WavePlace place = new(1.6, null, null);

    [Theory]
    [InlineData("÷2, half the tempo", 0.5, null, null)]
    [InlineData("×2, twice the tempo", 2.0, null, null)]
    [InlineData("−10 ms, earlier", null, -0.01, null)]
    [InlineData("+10 ms, later", null, 0.01, null)]
    [InlineData("½ beat later", null, null, 0.5)]
    public async Task One_click_is_one_correction(string button, double? factor, double? seconds, double? beats)
    {
        await Tools(Sure).Find($"button[aria-label='{button}']").ClickAsync(new());
        var correction = Assert.Single(corrections);
        Assert.Equal((factor, seconds, beats, null), (correction.TempoFactor, correction.ShiftSeconds, correction.ShiftBeats, correction.From));
    }

    [Fact]
    public async Task The_one_is_the_beat_nearest_to_what_is_heard()
    {
        await Press(Tools(Sure), "This is the one");
        Assert.Equal(2, Assert.Single(corrections).FirstDownbeatIndex);
    }

    [Fact]
    public async Task The_one_stays_where_it_was_heard_when_the_beats_are_others_by_then()
    {
        await Press(Tools(Sure), "This is the one");
        Assert.Equal(4, Assert.Single(wishes)(Sure with { Beats = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] }).FirstDownbeatIndex);
    }

    [Fact]
    public async Task Only_the_loop_is_corrected_when_that_is_wanted()
    {
        place = new(1.6, 4, 8);
        await Press(Tools(Sure, isOnlyLoop: true), "×2");
        await Press(Tools(Sure), "×2");
        Assert.Equal([(4.0, 8.0), (null, null)], corrections.Select(correction => ((double?)correction.From, (double?)correction.To)));
    }

    [Fact]
    public async Task Without_a_loop_nothing_is_corrected_in_it()
    {
        var problem = await Assert.ThrowsAsync<StudioProblem>(() => Press(Tools(Sure, isOnlyLoop: true), "×2"));
        Assert.StartsWith("Set a loop first", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loop_up_to_the_end_of_the_file_ends_with_what_was_heard()
    {
        place = new(1.6, 4, 10.00003);
        await Press(Tools(Sure, isOnlyLoop: true), "×2");
        Assert.Equal(10, Assert.Single(corrections).To);
    }

    [Fact]
    public async Task Metre_and_tempo_can_be_given_as_numbers()
    {
        var tools = Tools(Sure);
        await tools.Find("select").ChangeAsync(new ChangeEventArgs { Value = "3" });
        await ChangeAndLeaveAsync(() => tools.Find("input[type=number]"), "96.5", "97.5");
        await ChangeAndLeaveAsync(() => tools.Find("input[type=number]"), "");
        Assert.Equal([(3, null), (null, 97.5)], corrections.Select(correction => (correction.BeatsPerBar, correction.TempoBpm)));
    }

    [Fact]
    public void It_says_who_heard_and_how_surely()
    {
        Assert.Equal("Downbeat DSP · tempo sure · bars fairly sure", HeardBy(Sure));
        Assert.Equal("Downbeat DSP · beat set by hand · parts set by hand", HeardBy(Sure with { Corrected = new(true, true, false, false, false) }));
        Assert.Equal("Downbeat DSP", HeardBy(Sure with { Beats = [] }));
    }

    [Fact]
    public void A_doubtful_tempo_comes_with_advice_until_somebody_has_set_it()
    {
        var doubtful = Sure with { BpmConfidence = 0.2 };
        Assert.Contains("Not sure about the tempo", Tools(doubtful).Find(".hint").TextContent, StringComparison.Ordinal);
        Assert.Empty(Tools(Sure).FindAll(".hint"));
        Assert.Empty(Tools(doubtful with { Corrected = new(true, false, false, false, false) }).FindAll(".hint"));
    }

    [Fact]
    public void A_song_without_a_beat_can_be_given_one_and_nothing_else()
    {
        var tools = Tools(new());
        Assert.Contains("tap along", tools.Find(".hint").TextContent, StringComparison.Ordinal);
        Assert.NotNull(tools.Find("[data-tap]"));
        Assert.Empty(tools.FindAll("button[aria-label^='×2']"));
    }

    [Fact]
    public void What_cannot_be_undone_is_not_offered()
    {
        Assert.Equal(["Undo", "Redo", "As heard"], Disabled(Sure));
        Assert.Equal(["Redo"], Disabled(Sure with { CanUndo = true, IsCorrected = true }));
        Assert.Equal("Control+Shift+Z", Tools(Sure).FindAll("button").Single(button => button.TextContent == "Redo").GetAttribute("aria-keyshortcuts"));
    }

    private IEnumerable<string> Disabled(SongAnalysis analysis) => Tools(analysis).FindAll("button[disabled]").Select(button => button.TextContent);

    private string HeardBy(SongAnalysis analysis) => Tools(analysis).Find(".heard").TextContent;

    private static Task Press(IRenderedComponent<BeatTools> tools, string text) => tools.FindAll("button").Single(button => button.TextContent == text).ClickAsync(new());

    private IRenderedComponent<BeatTools> Tools(SongAnalysis analysis, bool isOnlyLoop = false) => Render<BeatTools>(p => p
        .Add(c => c.Analysis, analysis).Add(c => c.IsOnlyLoop, isOnlyLoop).Add(c => c.Place, () => new ValueTask<WavePlace>(place))
        .Add(c => c.Correct, wish => { wishes.Add(wish); corrections.Add(wish(analysis)); }));
}

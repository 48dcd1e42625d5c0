using Bunit;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Timeline;
using Downbeat.Tests.Components;
using Downbeat.Timing;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Tests.Features.Compositions.Timeline;

/// <summary>The row of shots, the tools and the table: what they say, and what they ask for.</summary>
public sealed class ShotPiecesTests : PageTest
{
    private static readonly Guid Beach = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Crowd = Guid.Parse("00000000-0000-0000-0000-000000000002");
    private readonly List<TimelineEdit> edits = [];
    private readonly List<int> chosen = [];

    [Fact]
    public void Each_shot_says_in_words_what_it_is()
    {
        var lane = Render<ShotLane>(p => p.Add(c => c.Open, Open()).Add(c => c.Selected, 1));

        Assert.Equal(
            [
                "Shot 1, at the start, 2.0 s, Beach",
                "Shot 2, at bar 2, beat 1, 2.0 s, Crowd, comes in by wipe left, 1 effect, locked",
                "Shot 3, at bar 3, beat 1, 4.0 s, a deleted clip",
            ],
            lane.FindAll("[role=option]").Select(shot => shot.GetAttribute("aria-label")));
        Assert.Equal(["false", "true", "false"], lane.FindAll("[role=option]").Select(shot => shot.GetAttribute("aria-selected")));
        Assert.Equal("shot-1", lane.Find("[role=listbox]").GetAttribute("aria-activedescendant"));
        Assert.Equal(["left:20%", "left:40%"], lane.FindAll("[data-cut]").Select(hold => hold.GetAttribute("style")));
    }

    [Fact]
    public async Task What_the_browser_tells_is_handed_on()
    {
        List<object> told = [];
        var lane = Render<ShotLane>(p => p.Add(c => c.Open, Open()).Add(c => c.Chosen, shot => told.Add(shot)).Add(c => c.Reached, shot => told.Add(-shot)).Add(c => c.Pressed, key => told.Add(key)).Add(c => c.CutMoved, move => told.Add(move)));
        await lane.InvokeAsync(() => lane.Instance.Choose(2));
        await lane.InvokeAsync(() => lane.Instance.Reach(1));
        await lane.InvokeAsync(() => lane.Instance.Press("Shift+ArrowLeft"));
        await lane.InvokeAsync(() => lane.Instance.MoveCut(1, 2.5));
        Assert.Equal([2, -1, "Shift+ArrowLeft", new CutMove(1, 2.5)], told);
    }

    [Fact]
    public async Task One_click_is_one_edit_of_the_chosen_shot()
    {
        var tools = Tools(1);
        await tools.Find("[aria-label='Beach, clip 1']").ClickAsync(new());
        await Press(tools, "Merge with next");
        await Press(tools, "Locked");
        await tools.Find("[aria-label='Transition']").ChangeAsync(new ChangeEventArgs { Value = "cut" });
        await tools.Find("[aria-label='Seconds of the transition']").ChangeAsync(new ChangeEventArgs { Value = "0.3" });

        Assert.All(edits, edit => Assert.Equal(1, edit.Shot));
        Assert.Equal((Beach, true, false), (edits[0].ClipId, edits[1].MergeNext, edits[2].Locked));
        Assert.Equal([new TransitionWish("cut", 0.4), new("wipeLeft", 0.3)], edits.Skip(3).Select(edit => edit.Transition));
    }

    [Fact]
    public async Task Effects_are_told_as_all_that_the_shot_shall_have()
    {
        var tools = Tools(1);
        await tools.Find("[aria-label='Strength of effect 1']").ChangeAsync(new ChangeEventArgs { Value = "0.9" });
        await tools.Find("[aria-label='Place of effect 1']").ChangeAsync(new ChangeEventArgs { Value = "75" });
        await tools.Find("[aria-label='Kind of effect 1']").ChangeAsync(new ChangeEventArgs { Value = "zoomPulse" });
        await tools.Find("[aria-label='Remove effect 1']").ClickAsync(new());

        Assert.Equal([new ShotEffect("flash", 2, 0.9, 0.2)], edits[0].Effects!);
        Assert.Equal([new ShotEffect("flash", 2.5, 0.5, 0.2)], edits[1].Effects!);
        Assert.Equal([new ShotEffect("zoomPulse", 2, 0.5, 0.2)], edits[2].Effects!);
        Assert.Empty(edits[3].Effects!);
    }

    [Fact]
    public void What_is_impossible_cannot_be_pressed()
    {
        Assert.Equal(["One bar earlier", "One bar later", "One beat earlier", "One beat later"], Disabled(Tools(0)).Where(name => name.StartsWith("One ", StringComparison.Ordinal)).Order());
        Assert.Empty(Tools(0).FindAll("[aria-label='Transition']"));
        Assert.Contains("Merge with next", Disabled(Tools(2)));

        // The bars around the middle shot are its own ends and those of its neighbours.
        Assert.Equal(["One bar earlier", "One bar later"], Disabled(Tools(1)).Where(name => name.StartsWith("One ", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task A_clip_slips_once_when_the_hand_rests()
    {
        var tools = Tools(0);
        var slip = tools.Find("[aria-label='Start in the clip']");
        Assert.Equal(("0", "7.8"), (slip.GetAttribute("min"), slip.GetAttribute("max")));
        var moves = new[] { "1", "2", "3.25" }.Select(value => slip.InputAsync(new ChangeEventArgs { Value = value })).ToList();
        await slip.ChangeAsync(new ChangeEventArgs { Value = "3.25" });
        await Task.WhenAll(moves);
        Assert.Equal(3.25, Assert.Single(edits).SourceStart);
    }

    [Fact]
    public void A_short_clip_and_a_deleted_one_are_told()
    {
        Assert.Equal("Its clip was deleted. Choose another one.", Tools(2).Find("[role=alert]").TextContent);
        var filling = Tools(1).Find("[aria-label='What fills the shot']");
        Assert.Contains("1.2 s too short", filling.Parent!.TextContent, StringComparison.Ordinal);
        Assert.Empty(Tools(0).FindAll("[aria-label='What fills the shot']"));
    }

    [Fact]
    public async Task The_table_says_and_does_the_same()
    {
        List<int> split = [];
        var table = Render<ShotTable>(p => p.Add(c => c.Open, Open()).Add(c => c.Selected, 1).Add(c => c.Edit, edits.Add).Add(c => c.Choose, chosen.Add).Add(c => c.Split, split.Add));
        Assert.Empty(table.FindAll("table"));
        await table.Find("details").TriggerEventAsync("ontoggle", EventArgs.Empty);

        Assert.Equal(["1", "2", "3"], table.FindAll("tbody th").Select(shot => shot.TextContent.Trim()));
        Assert.Equal(["false", "true", "false"], table.FindAll("tbody [aria-pressed]").Select(lockButton => lockButton.GetAttribute("aria-pressed")));
        await table.Find("[aria-label='Beginning of shot 2']").ChangeAsync(new ChangeEventArgs { Value = "75" });
        await table.Find("[aria-label='Clip of shot 3']").ChangeAsync(new ChangeEventArgs { Value = Beach.ToString() });
        await table.Find("[aria-label='Merge shot 1 with the next']").ClickAsync(new());
        await table.Find("[aria-label='Lock shot 1']").ClickAsync(new());
        await table.Find("[aria-label='Split shot 3']").ClickAsync(new());
        await table.Find("[aria-label='Choose shot 3']").ClickAsync(new());

        Assert.Equal([(1, 2.5, null, null, null), (2, null, Beach, null, null), (0, null, null, true, null), (0, (double?)null, (Guid?)null, (bool?)null, (bool?)true)], edits.Select(edit => (edit.Shot!.Value, edit.Start, edit.ClipId, edit.MergeNext, edit.Locked)));
        Assert.Equal([2, 2], split.Concat(chosen));
        Assert.True(table.Find("[aria-label='Merge shot 3 with the next']").HasAttribute("disabled"));
    }

    [Fact]
    public async Task A_fresh_plan_is_asked_for_by_what_was_asked_for_before_and_what_was_changed()
    {
        List<CompositionSettings> wanted = [];
        var plan = Render<FreshPlan>(p => p.Add(c => c.Open, Open()).Add(c => c.Plan, wanted.Add));
        Assert.Contains("1 locked shot will stay", plan.Markup, StringComparison.Ordinal);
        await Press(plan, "Plan the film afresh");
        await Press(plan, "With other places in the clips");
        await plan.FindAll("input[type=radio]").First(radio => radio.ParentElement!.TextContent.Trim() == "9:16").ChangeAsync(new ChangeEventArgs { Value = "on" });
        await Press(plan, "Plan the film afresh");

        Assert.Equal([(1920, 1080, "beat", 4), (1920, 1080, "beat", 5), (1080, 1920, "beat", 4)], wanted.Select(settings => (settings.Width!.Value, settings.Height!.Value, settings.CutOn!, settings.Seed!.Value)));
        Assert.All(wanted, settings => Assert.Equal("high", settings.Preset));
    }

    [Fact]
    public async Task What_was_chosen_for_a_fresh_plan_outlasts_edits_and_gives_way_to_other_settings()
    {
        List<CompositionSettings> wanted = [];
        var plan = Render<FreshPlan>(p => p.Add(c => c.Open, Read("flash")).Add(c => c.Plan, wanted.Add));
        await plan.FindAll("input[type=radio]").First(radio => radio.ParentElement!.TextContent.Trim() == "9:16").ChangeAsync(new ChangeEventArgs { Value = "on" });

        plan.Render(p => p.Add(c => c.Open, Read("flash")));
        await Press(plan, "Plan the film afresh");
        plan.Render(p => p.Add(c => c.Open, Read("shake")));
        await Press(plan, "Plan the film afresh");

        Assert.Equal([(1080, "flash"), (1920, "shake")], wanted.Select(settings => (settings.Width!.Value, settings.Effects![0].Kind!)));

        // As it comes from the database: never the same list twice.
        static OpenTimeline Read(string effect)
        {
            var open = Open();
            return open.With(null, open.Content with { Settings = open.Content.Settings with { Effects = [new() { Kind = effect }] } });
        }
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4.1, 4)]
    [InlineData(6.6, 6.5)]
    [InlineData(7.4, 7.5)]
    [InlineData(9, 6)]
    public void A_shot_is_split_where_the_song_is_or_in_its_middle(double now, double expected)
    {
        // The last one lasts from 4 to 8: what is heard outside of it, or just at its beginning, says nothing.
        var place = TimelineEdits.PlaceToSplit(Open(), 2, now)!.Seconds;
        Assert.Equal(expected == 4 ? 6 : expected, place);
    }

    private static async Task Press<T>(IRenderedComponent<T> pieces, string text)
        where T : IComponent => await pieces.FindAll("button").First(button => button.TextContent.Trim() == text).ClickAsync(new());

    private static IEnumerable<string> Disabled(IRenderedComponent<ShotTools> tools) =>
        tools.FindAll("button[disabled]").Select(button => button.GetAttribute("aria-label") ?? button.TextContent.Trim());

    private IRenderedComponent<ShotTools> Tools(int selected) => Render<ShotTools>(p => p.Add(c => c.Open, Open()).Add(c => c.Selected, selected).Add(c => c.Edit, edits.Add));

    /// <summary>Ten seconds of song at 120 a minute, eight of film: three shots, the last of a clip that is gone.</summary>
    private static OpenTimeline Open()
    {
        var grid = new BeatGrid([.. Enumerable.Range(0, 20).Select(i => i / 2.0)], [0, 4, 8, 12, 16], [0], [], 10);
        var cut = new Cut(
            FrameRate.Of(30), 1920, 1080, Fit.Cover, 0, 240,
            [
                new(0, Beach, new(0, 60), 1, null, 0, Filling.Hold),
                new(1, Crowd, new(60, 120), 0.2, 4, 2, Filling.Hold) { Transition = new(TransitionKind.WipeLeft, 12), IsLocked = true },
                new(2, Guid.NewGuid(), new(120, 240), 0, 8, 4, Filling.Hold),
            ])
        {
            Hits = [new(EffectKind.Flash, 60, 6, 0.5)],
        };
        Clip[] clips = [new() { Id = Beach, Title = "Beach", DurationSeconds = 10 }, new() { Id = Crowd, Title = "Crowd", DurationSeconds = 1 }];
        return new(Guid.NewGuid(), null, new(cut, new() { CutOn = "beat", Seed = 4, Preset = "high", Width = 1920, Height = 1080 }, grid.Fingerprint()), grid, clips);
    }
}

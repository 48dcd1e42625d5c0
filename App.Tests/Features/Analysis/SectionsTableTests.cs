using Bunit;
using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Tests.Components;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Tests.Features.Analysis;

public sealed class SectionsTableTests : PageTest
{
    private static readonly SongAnalysis Heard = new()
    {
        Downbeats = [0, 4, 8, 12, 16],
        Sections = [new(0, 0, 8, "verse", 0, 0.4, 1), new(1, 8, 20, "chorus", 1, 0.8, 1)],
    };

    private readonly List<IReadOnlyList<SectionWish>> wishes = [];
    private readonly List<Func<SongAnalysis, Correction>> edits = [];

    [Fact]
    public async Task A_name_is_chosen_from_the_known_ones()
    {
        await Table().Find("select[aria-label='Name of the part at 0:08']").ChangeAsync(new ChangeEventArgs { Value = "drop" });
        Assert.Equal(["verse", "drop"], Labels());
    }

    [Fact]
    public async Task Or_written_freely()
    {
        var table = Table();
        await table.Find("select[aria-label='Name of the part at 0:08']").ChangeAsync(new ChangeEventArgs { Value = "" });
        Assert.Empty(wishes);
        await table.Find("input[aria-label='Name of the part at 0:08']").ChangeAsync(new ChangeEventArgs { Value = " Guitar solo " });
        Assert.Equal(["verse", "Guitar solo"], Labels());
    }

    [Fact]
    public async Task A_start_is_written_as_minutes_and_seconds()
    {
        var table = Table();
        Assert.Equal("0:08.0", Start(table).GetAttribute("value"));
        await Start(table).ChangeAsync(new ChangeEventArgs { Value = "0:11.9" });
        Assert.Equal((11.9, 11.9), (wishes[0][0].End, wishes[0][1].Start));
        await Start(table).ChangeAsync(new ChangeEventArgs { Value = "soon" });
        Assert.Single(wishes);
    }

    [Fact]
    public async Task The_song_splits_at_the_bar_nearest_to_what_is_heard()
    {
        await Press(Table(now: 12.9), "Split here");
        Assert.Equal([0, 8, 12], wishes[0].Select(wish => wish.Start));
        Assert.Equal(["verse", "chorus", "chorus"], Labels());
    }

    [Fact]
    public async Task An_added_part_has_the_name_beside_the_button()
    {
        var table = Table(now: 4.2);
        await table.Find("select[aria-label='Name of the added part']").ChangeAsync(new ChangeEventArgs { Value = "bridge" });
        await Press(table, "Add here");
        Assert.Equal(["verse", "bridge", "chorus"], Labels());
    }

    [Fact]
    public async Task Where_a_border_is_already_nothing_is_added()
    {
        await Assert.ThrowsAsync<StudioProblem>(() => Press(Table(now: 8.3), "Split here"));
        Assert.Empty(wishes);
    }

    [Fact]
    public async Task Far_from_any_bar_the_song_splits_where_it_is()
    {
        await Press(Table(now: 3.7, Heard with { Downbeats = [12, 16], Sections = [new(0, 0, 20, "verse", 0, 0.4, 1)] }), "Split here");
        Assert.Equal([0, 3.7], wishes[0].Select(wish => wish.Start));
    }

    [Theory]
    [InlineData(8.4, 8.0)]
    [InlineData(10.5, 10.5)]
    [InlineData(30.0, 30.0)]
    [InlineData(58.8, 60.0)]
    public void A_gap_between_bars_is_no_bar(double moment, double placed) => Assert.Equal(placed, CorrectedAnalysis.OnLine(moment, [4, 6, 8, 60, 62]));

    [Fact]
    public async Task A_second_edit_builds_on_the_first_even_when_it_was_made_before_the_answer()
    {
        var table = Table();
        await table.Find("select[aria-label='Name of the part at 0:08']").ChangeAsync(new ChangeEventArgs { Value = "drop" });
        var split = Heard with { Sections = [new(0, 0, 4, "intro", 2, 0.4, 1), new(1, 4, 8, "verse", 0, 0.4, 1), new(2, 8, 20, "chorus", 1, 0.8, 1)] };
        Assert.Equal(["intro", "verse", "drop"], Assert.Single(edits)(split).Sections!.Select(wish => wish.Label));
    }

    [Fact]
    public void A_border_that_has_gone_meanwhile_cannot_be_moved_and_a_last_part_has_no_next()
    {
        SongSection[] one = [new(0, 0, 20, "verse", 0, 0.4, 1)];
        Assert.Throws<StudioProblem>(() => SectionEdits.Move(one, SectionEdits.Find(one, Heard.Sections, 1), 9));
        Assert.Throws<StudioProblem>(() => SectionEdits.Merge(one, SectionEdits.Find(one, Heard.Sections, 0)));
    }

    [Fact]
    public async Task A_part_takes_in_the_next()
    {
        await Press(Table(), "Merge");
        Assert.Equal([new(0, 20, "verse", 0)], wishes[0]);
    }

    [Theory]
    [InlineData("1:07.5", 67.5)]
    [InlineData(" 0:08 ", 8.0)]
    [InlineData("75", 75.0)]
    [InlineData("1:75", null)]
    [InlineData("1:2:3", null)]
    [InlineData("-1", null)]
    [InlineData("1e9", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_time_is_read_only_when_it_is_one(string? text, double? seconds) =>
        Assert.Equal(seconds, SectionsTable.TryReadClock(text, out var read) ? read : null);

    private static AngleSharp.Dom.IElement Start(IRenderedComponent<SectionsTable> table) => table.Find("input[aria-label='Start of chorus, minutes and seconds']");

    private static Task Press(IRenderedComponent<SectionsTable> table, string text) => table.FindAll("button").Single(button => button.TextContent == text).ClickAsync(new());

    private IEnumerable<string?> Labels() => Assert.Single(wishes).Select(wish => wish.Label);

    private IRenderedComponent<SectionsTable> Table(double now = 0, SongAnalysis? analysis = null)
    {
        var table = Render<SectionsTable>(p => p
            .Add(c => c.Analysis, analysis ?? Heard).Add(c => c.Place, () => new ValueTask<WavePlace>(new WavePlace(now, null, null)))
            .Add(c => c.Correct, edit => { edits.Add(edit); wishes.Add(edit(analysis ?? Heard).Sections!); }));
        Assert.Empty(table.FindAll("table"));
        table.Find("details").TriggerEvent("ontoggle", EventArgs.Empty);
        return table;
    }
}

using System.Text.Json;
using Bunit;
using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using MudBlazor;

namespace Downbeat.Tests.Features.Analysis;

/// <summary>What the player tells becomes corrections, one after the other.</summary>
public sealed class ListeningPanelTests(Studios studios) : PageTest(PlayerModule.Ready())
{
    private static readonly CancellationToken None = CancellationToken.None;
    private SongAnalysis analysis = CorrectorTests.Song([.. Enumerable.Range(0, 40).Select(n => n * 0.5)], 4, phase: 0);
    private Guid owner;

    private PlayerModule Module => (PlayerModule)Services.GetRequiredService<IJSRuntime>();

    [Fact]
    public async Task Taps_around_a_loop_count_as_far_as_they_fall_inside_it()
    {
        var panel = await PanelAsync();
        await OnlyTheLoopAsync(panel, 10, 16);

        await TapAsync(panel, 9.97, 10.2, 10.7, 11.2, 11.7, 12.2, 12.7, 16.03, 10.2, 10.7, 11.2);

        Assert.All(analysis.Beats.Where(beat => beat is >= 10 and < 15.9), beat => Assert.Equal(0.2, beat % 0.5, 0.001));
        Assert.All(analysis.Beats.Where(beat => beat is < 9.9 or >= 16), beat => Assert.Equal(0, beat % 0.5, 0.001));
        Assert.StartsWith("9 taps make a beat from 0:10 to 0:16", Said(panel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taps_that_come_when_their_loop_is_gone_change_nothing_and_say_so()
    {
        var panel = await PanelAsync();
        await OnlyTheLoopAsync(panel, 10, 16);
        Module.Place = new(16, null, null);

        await TapAsync(panel, 10.2, 10.7, 11.2, 11.7);

        Assert.Equal((1, "Set a loop first, or change the whole song."), (analysis.Version, Assert.Single(Services.GetRequiredService<ISnackbar>().ShownSnackbars).Message));
    }

    [Fact]
    public async Task Taps_that_come_late_build_on_what_was_changed_while_the_hand_came_to_rest()
    {
        var panel = await PanelAsync();
        var doubling = panel.Find("button[aria-label^='×2']").ClickAsync(new());

        await TapAsync(panel, 10.2, 10.7, 11.2, 11.7);
        await doubling;

        Assert.Equal((3, 120.0), (analysis.Version, Math.Round(analysis.Bpm, 3)));
        Assert.All(analysis.Beats, beat => Assert.Equal(0.2, beat % 0.5, 0.001));
    }

    [Fact]
    public async Task A_border_that_is_sent_twice_is_one_step_of_the_history()
    {
        var panel = await PanelAsync();

        await MoveAsync(panel, 1, 12);
        await MoveAsync(panel, 1, 12);

        Assert.Equal((2, 12), (analysis.Version, analysis.Sections[1].Start));
        await panel.FindAll("button").Single(button => button.TextContent == "Undo").ClickAsync(new());
        Assert.False(analysis.CanUndo);
    }

    [Fact]
    public async Task What_was_heard_in_the_stems_is_told_in_numbers_used_and_taken_back()
    {
        analysis = analysis with { Hits = new([1, 2], [1, 3], []), Voice = [new(0, 20)] };
        var panel = await PanelAsync(SongAnalystTests.Findings(analysis.DurationSeconds));
        Assert.Equal(
            "The stems were heard: kick 3 instead of 2, snare 2, hats 3, bass notes 4, voice in 2 phrases.",
            panel.Find(".stems-notice p").TextContent);

        await Button(panel, "Use it").ClickAsync(new());
        Assert.Equal((3, 2), (analysis.Hits.Kick.Count, analysis.Voice.Count));
        Assert.StartsWith("Drums, bass and voice as heard in the stems (Downbeat separation).", panel.Find(".stems-used").TextContent, StringComparison.Ordinal);
        Assert.Equal("Drums, bass and voice as heard in the stems (Downbeat separation); voice in 2 phrases.", Said(panel));

        await Button(panel, "As in the whole song").ClickAsync(new());
        Assert.Equal([1, 2], analysis.Hits.Kick);
        Assert.Empty(panel.FindAll(".stems-notice"));
    }

    [Fact]
    public async Task What_was_heard_in_the_stems_can_wait_and_be_used_later()
    {
        analysis = analysis with { Voice = [new(0, 20)] };
        var panel = await PanelAsync(SongAnalystTests.Findings(analysis.DurationSeconds));

        await Button(panel, "Not now").ClickAsync(new());
        Assert.Empty(panel.FindAll(".stems-notice"));
        Assert.Empty(analysis.Hits.Kick);

        await Button(panel, "Use it").ClickAsync(new());
        Assert.Equal(3, analysis.Hits.Kick.Count);
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<ListeningPanel> panel, string text) => panel.FindAll("button").Single(button => button.TextContent == text);

    private static string Said(IRenderedComponent<ListeningPanel> panel) => panel.Find(".said").TextContent;

    private static Task TapAsync(IRenderedComponent<ListeningPanel> panel, params double[] seconds) => PlayerOf(panel).InvokeAsync(() => PlayerOf(panel).Instance.Tap(seconds));

    private static Task MoveAsync(IRenderedComponent<ListeningPanel> panel, int index, double seconds) => PlayerOf(panel).InvokeAsync(() => PlayerOf(panel).Instance.MoveBorder(index, seconds));

    private static IRenderedComponent<Waveform> PlayerOf(IRenderedComponent<ListeningPanel> panel) => panel.FindComponent<Waveform>();

    private async Task OnlyTheLoopAsync(IRenderedComponent<ListeningPanel> panel, double from, double to)
    {
        Module.Place = new(from, from, to);
        await panel.Find(".only-loop input").ChangeAsync(new ChangeEventArgs { Value = true });
    }

    private async Task<IRenderedComponent<ListeningPanel>> PanelAsync(StemFindings? stems = null)
    {
        var studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        owner = await caller.OwnerIdAsync();
        var song = (await studio.AddSongsAsync(owner, 1))[0];
        analysis = analysis with { SongId = song };
        await using (var db = await studio.Contexts().CreateDbContextAsync())
        {
            await db.Analyses.Where(stored => stored.SongId == song).ExecuteUpdateAsync(set => set.SetProperty(stored => stored.Json, JsonSerializer.Serialize(analysis)), None);
        }

        if (stems is not null)
        {
            await using var db = await studio.Contexts().CreateDbContextAsync();
            await db.OfferStemFindingsAsync(song, stems, None);
            await db.SaveChangesAsync();
            analysis = await studio.Services.GetRequiredService<SongAnalyst>().GetAsync(owner, song, None);
        }

        Services.AddFallbackServiceProvider(studio.Services);
        IRenderedComponent<ListeningPanel> panel = default!;
        panel = Render<ListeningPanel>(p => p
            .Add(c => c.OwnerId, owner).Add(c => c.SongId, song).Add(c => c.Title, "Song").Add(c => c.DurationSeconds, analysis.DurationSeconds).Add(c => c.Analysis, analysis)
            .Add(c => c.Changed, changed =>
            {
                analysis = changed;
                panel.Render(again => again.Add(c => c.Analysis, analysis));
            }));
        return panel;
    }
}

using Bunit;
using Downbeat.Data;
using Downbeat.E2E.Support;
using Downbeat.Features.Lyrics;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace Downbeat.Tests.Features.Lyrics;

public sealed class LyricsPanelTests(Studios studios) : PageTest
{
    private static readonly CancellationToken None = CancellationToken.None;
    private Studio studio = default!;
    private Guid owner;
    private Guid song;

    private LyricSheet Sheet => studio.Services.GetRequiredService<LyricSheet>();

    [Fact]
    public async Task A_key_that_is_pressed_while_the_last_one_is_saved_counts_too()
    {
        var panel = await PanelAsync();
        var time = panel.Find("[aria-label='Start of line 2']");
        var saves = new List<Task>();
        var release = await HoldAsync();
        for (var i = 0; i < 3; i++)
        {
            await time.KeyDownAsync(new KeyboardEventArgs { Key = "ArrowUp" });
            saves.Add(time.KeyUpAsync(new KeyboardEventArgs { Key = "ArrowUp" }));
        }

        Assert.Equal("0:03.03", ValueOf(panel, "Start of line 2"));
        await release();
        await Task.WhenAll(saves);

        Assert.Equal("0:03.03", ValueOf(panel, "Start of line 2"));
        Assert.Equal(3.03, (await Sheet.GetAsync(owner, song, None)).Lines[1].Start!.Value, 9);
    }

    [Fact]
    public async Task A_double_click_deletes_one_line()
    {
        var panel = await PanelAsync();
        await panel.FindAll("li")[0].TriggerEventAsync("onfocusin", new FocusEventArgs());
        var button = Button(panel, "Delete line");
        var release = await HoldAsync();
        Task[] clicks = [button.ClickAsync(new()), button.ClickAsync(new())];
        await release();
        await Task.WhenAll(clicks);

        Assert.Equal(["two", "three"], (await Sheet.GetAsync(owner, song, None)).Lines.Select(line => line.Text));
        Assert.Contains("changed in the meantime", Assert.Single(Services.GetRequiredService<ISnackbar>().ShownSnackbars).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_spread_over_a_line_are_marked_until_they_are_moved()
    {
        var panel = await PanelAsync();
        await panel.FindAll("li")[0].TriggerEventAsync("onfocusin", new FocusEventArgs());
        await panel.Find("[aria-label='Text of line 1']").ChangeAsync(new ChangeEventArgs { Value = "one more" });
        await Button(panel, "Spread the words over the line").ClickAsync(new());
        Assert.Equal(2, panel.FindAll(".words .guess").Count);

        await panel.Find("[aria-label='Start of word 2, more']").ChangeAsync(new ChangeEventArgs { Value = "2.5" });
        Assert.Equal("≈estimated time one", string.Join(' ', panel.Find(".word:has(.guess)").TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)));
        Assert.Single(panel.FindAll(".words .guess"));
    }

    [Fact]
    public async Task Words_that_were_removed_in_another_tab_can_be_brought_again()
    {
        var panel = await PanelAsync();
        await Sheet.DeleteAsync(owner, song, None);
        await panel.Find("[aria-label='Text of line 2']").ChangeAsync(new ChangeEventArgs { Value = "other" });
        Assert.NotNull(panel.Find("#lyrics-paste"));
    }

    [Fact]
    public async Task Leaving_the_page_does_not_break_a_save()
    {
        var panel = await PanelAsync();
        var release = await HoldAsync();
        var change = panel.Find("[aria-label='Text of line 2']").ChangeAsync(new ChangeEventArgs { Value = "other" });
        await DisposeComponentsAsync();
        await release();
        await change;
        Assert.Equal("other", (await Sheet.GetAsync(owner, song, None)).Lines[1].Text);
    }

    [Fact]
    public async Task A_change_draws_no_other_line_and_a_refusal_shows_what_stands()
    {
        var panel = await PanelAsync();
        await panel.Find("[aria-label='Text of line 2']").ChangeAsync(new ChangeEventArgs { Value = "other" });
        await panel.Find("[aria-label='Start of line 2']").ChangeAsync(new ChangeEventArgs { Value = "0:00.50" });
        Assert.Equal("0:03.00", ValueOf(panel, "Start of line 2"));
        Assert.Equal([1, 1], panel.FindComponents<LyricLineRow>().Where(row => row.Instance.Place != 1).Select(row => row.RenderCount));
    }

    [Fact]
    public async Task A_line_can_be_put_above_the_first_and_after_the_last_one_words_can_be_brought()
    {
        var panel = await PanelAsync();
        await panel.FindAll("li")[0].TriggerEventAsync("onfocusin", new FocusEventArgs());
        await panel.Find(".grow input").ChangeAsync(new ChangeEventArgs { Value = "zero" });
        await Button(panel, "Add above").ClickAsync(new());
        Assert.Equal("zero", ValueOf(panel, "Text of line 1"));

        await panel.Find("[aria-label='End of line 2']").ChangeAsync(new ChangeEventArgs { Value = "2" });
        await panel.Find("[aria-label='End of line 2']").ChangeAsync(new ChangeEventArgs { Value = "" });
        Assert.Null((await Sheet.GetAsync(owner, song, None)).Lines[1].End);

        for (var left = 4; left > 0; left--)
        {
            await panel.FindAll("li")[0].TriggerEventAsync("onfocusin", new FocusEventArgs());
            await Button(panel, "Delete line").ClickAsync(new());
        }

        Assert.NotNull(panel.Find("#lyrics-paste"));
        await panel.Find("[aria-label^='Undo']").ClickAsync(new());
        Assert.Equal("three", ValueOf(panel, "Text of line 1"));
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<LyricsPanel> panel, string text) => panel.FindAll("button").Single(button => button.TextContent == text);

    private static string? ValueOf(IRenderedComponent<LyricsPanel> panel, string label) => panel.Find($"[aria-label='{label}']").GetAttribute("value");

    private async Task<IRenderedComponent<LyricsPanel>> PanelAsync()
    {
        // A database that makes others wait without holding their thread.
        studio = await studios.OnAsync("PostgreSQL");
        using var caller = await ApiCaller.RegisterAsync(studio);
        owner = await caller.OwnerIdAsync();
        song = (await studio.AddSongsAsync(owner, 1))[0];
        await Sheet.ImportAsync(owner, song, "[00:01.00]one\n[00:03.00]two\n[00:05.00]three\n"u8.ToArray(), None);
        Services.AddFallbackServiceProvider(studio.Services);
        var panel = Render<LyricsPanel>(p => p.Add(c => c.OwnerId, owner).Add(c => c.SongId, song));
        await panel.WaitForElementAsync("[aria-label='Start of line 3']");
        return panel;
    }

    // Every save of the owner waits until the returned function is called.
    private async Task<Func<Task>> HoldAsync()
    {
        TaskCompletionSource holding = new(), letGo = new();
        var turn = studio.Contexts().InTurnOfAsync(
            owner,
            async _ =>
            {
                holding.SetResult();
                await letGo.Task;
                return 0;
            },
            None);
        await holding.Task;
        return () =>
        {
            letGo.SetResult();
            return turn;
        };
    }
}

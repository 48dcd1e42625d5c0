using System.Threading.Channels;
using Bunit;
using Downbeat.Data;
using Downbeat.E2E.Support;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Timeline;
using Downbeat.Media;
using Downbeat.Tests.Components;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Compositions;

/// <summary>The choices for the next video: what they say, what they do to the plan, and what is remembered of them.</summary>
public sealed class MakePanelTests(Studios studios) : PageTest
{
    private Studio studio = default!;
    private Guid owner;
    private Guid song;

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_group_says_what_is_chosen_in_it_and_the_plan_what_there_will_be()
    {
        var panel = await PanelAsync();
        Assert.Equal(
            ["Part and fades: whole song", "Shots: 1 to 8 s", "Format: 30 pictures a second · crop", "Sound: −14 LUFS · clips silent", "Words and cards: no cards", "Watermark: none"],
            Groups(panel));
        Assert.Empty(panel.FindAll(".panel-head button"));

        await Field(panel, "Shortest, seconds").ChangeAsync(new ChangeEventArgs { Value = "2" });
        await Field(panel, "Fade to black, seconds").ChangeAsync(new ChangeEventArgs { Value = "1.5" });
        await panel.Find("[aria-label='End card'] input[type=checkbox]").ChangeAsync(new ChangeEventArgs { Value = true });
        await Radio(panel, "As it is").ChangeAsync(new ChangeEventArgs { Value = "on" });
        await Radio(panel, "Gentle").ChangeAsync(new ChangeEventArgs { Value = "on" });

        Assert.Equal(
            ["Part and fades: whole song · to black", "Shots: 2 to 8 s", "Format: 30 pictures a second · crop", "Sound: as loud as it is · clips silent", "Words and cards: end card", "Watermark: none"],
            Groups(panel));
        var said = panel.FindAll(".plan-says li").Select(sentence => sentence.TextContent).ToList();
        Assert.Equal(["1 card"], said.Take(1));
        Assert.Contains(said, sentence => sentence.EndsWith("stills in motion", StringComparison.Ordinal));
        Assert.Contains(said, sentence => sentence.EndsWith("effects", StringComparison.Ordinal));

        await panel.Find(".panel-head button").ClickAsync(new());
        Assert.Contains("Shots: 1 to 8 s", Groups(panel));
    }

    [Fact]
    public async Task What_stands_against_the_plan_stands_beside_its_field_and_one_press_puts_it_right()
    {
        var panel = await PanelAsync();
        await Field(panel, "Longest, seconds").ChangeAsync(new ChangeEventArgs { Value = "1" });

        Assert.Contains("Shots: Needs a change", Groups(panel));
        Assert.Equal(panel.Find(".plan .problem").TextContent, panel.Find($"#{Field(panel, "Longest, seconds").GetAttribute("aria-describedby")}").TextContent);
        Assert.True(panel.Find(".make-button").HasAttribute("disabled"));

        await panel.Find(".plan button").ClickAsync(new());

        Assert.Equal("2", Field(panel, "Longest, seconds").GetAttribute("value"));
        Assert.False(panel.Find(".make-button").HasAttribute("disabled"));

        await Radio(panel, "Karaoke").ChangeAsync(new ChangeEventArgs { Value = "on" });
        Assert.Contains("no lyrics yet", panel.Find(".plan .problem").TextContent, StringComparison.Ordinal);
        await panel.Find(".plan button").ClickAsync(new());
        Assert.False(panel.Find(".make-button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task The_last_choices_come_back_with_the_page()
    {
        var panel = await PanelAsync();
        await Radio(panel, "9:16").ChangeAsync(new ChangeEventArgs { Value = "on" });
        await Radio(panel, "Punchy").ChangeAsync(new ChangeEventArgs { Value = "on" });
        await Field(panel, "To").ChangeAsync(new ChangeEventArgs { Value = "0:06" });
        await panel.Find(".make-button").ClickAsync(new());

        var again = Panel();

        await again.WaitForAssertionAsync(() => Assert.Contains("Part and fades: 0:00–0:06", Groups(again)));
        Assert.True(Radio(again, "9:16").HasAttribute("checked"));
        Assert.True(Radio(again, "Punchy").HasAttribute("checked"));
    }

    [Fact]
    public async Task A_platform_decides_what_it_has_a_word_on_and_one_s_own_format_comes_back()
    {
        var panel = await PanelAsync();
        await Radio(panel, "1:1").ChangeAsync(new ChangeEventArgs { Value = "on" });
        await Radio(panel, "High").ChangeAsync(new ChangeEventArgs { Value = "on" });

        await Select(panel, "Made for").ChangeAsync(new ChangeEventArgs { Value = "shorts" });

        Assert.Equal("1080 × 1920, 30 pictures a second, 8 Mbit/s", panel.Find("[data-format]").TextContent);
        Assert.Contains("Format: YouTube Shorts · 30 pictures a second · crop", Groups(panel));
        Assert.Equal(["Shape", "Resolution", "Quality"], panel.FindAll("fieldset[disabled] legend").Select(legend => legend.TextContent));
        Assert.All(["9:16", "1080p", "Balanced"], label => Assert.True(Radio(panel, label).HasAttribute("checked")));
        Assert.Equal("8000", Field(panel, BitRate).GetAttribute("placeholder"));

        await Radio(panel, "60").ChangeAsync(new ChangeEventArgs { Value = "on" });
        Assert.EndsWith("60 pictures a second, 12 Mbit/s", panel.Find("[data-format]").TextContent, StringComparison.Ordinal);
        await Field(panel, BitRate).ChangeAsync(new ChangeEventArgs { Value = "5500" });
        Assert.EndsWith("60 pictures a second, 5.5 Mbit/s", panel.Find("[data-format]").TextContent, StringComparison.Ordinal);

        await Select(panel, "Made for").ChangeAsync(new ChangeEventArgs { Value = "" });
        Assert.Empty(panel.FindAll("fieldset[disabled]"));
        Assert.All(["1:1", "High", "30"], label => Assert.True(Radio(panel, label).HasAttribute("checked")));
        Assert.Equal("", Field(panel, BitRate).GetAttribute("value"));
    }

    [Fact]
    public async Task Platform_bit_rate_and_encoder_come_back_with_the_page_and_another_platform_is_not_held_by_them()
    {
        var panel = await PanelAsync();
        await Select(panel, "Made for").ChangeAsync(new ChangeEventArgs { Value = "youTube" });
        await Select(panel, "Encoder").ChangeAsync(new ChangeEventArgs { Value = "auto" });
        await panel.Find(".make-button").ClickAsync(new());

        var again = Panel();
        await again.WaitForAssertionAsync(() => Assert.Contains("Format: YouTube 1080p · 30 pictures a second · crop · best encoder", Groups(again)));

        await Radio(again, "60").ChangeAsync(new ChangeEventArgs { Value = "on" });
        Assert.Equal("1920 × 1080, 60 pictures a second, 12 Mbit/s", again.Find("[data-format]").TextContent);
        await Select(again, "Made for").ChangeAsync(new ChangeEventArgs { Value = "reels" });
        Assert.Equal("1080 × 1920, 30 pictures a second, high quality", again.Find("[data-format]").TextContent);
    }

    [Fact]
    public async Task Encoders_that_work_are_offered_the_others_say_why_not_and_one_that_fails_is_refused_beside_its_field()
    {
        var panel = await PanelAsync();
        var states = await studio.Services.GetRequiredService<EncoderTrials>().StatesAsync(Stop);
        var broken = states.Where(state => !state.Works).ToList();

        await panel.WaitForAssertionAsync(() => Assert.Equal(broken.Select(state => state.Reason), panel.FindAll(".broken li").Select(line => line.TextContent.Split(": ", 2)[1])));
        Assert.Equal(
            [.. states.Where(state => state.Works).Select(state => state.Name).Append("auto").Order()],
            Select(panel, "Encoder").QuerySelectorAll("option").Select(option => option.GetAttribute("value")!).Order());

        await Select(panel, "Encoder").ChangeAsync(new ChangeEventArgs { Value = broken[0].Name });
        Assert.Contains("Format: Needs a change", Groups(panel));
        Assert.Contains(broken[0].Reason!, panel.Find($"#{Select(panel, "Encoder").GetAttribute("aria-describedby")}").TextContent, StringComparison.Ordinal);

        await panel.Find(".plan button").ClickAsync(new());
        Assert.Equal("x264", Select(panel, "Encoder").GetAttribute("value"));
        Assert.False(panel.Find(".make-button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task What_the_video_costs_stands_under_the_button_and_goes_away_with_the_plan()
    {
        var panel = await PanelAsync();
        await panel.WaitForAssertionAsync(() => Assert.Matches("^about [0-9]+ (s|min), [0-9.]+ (kB|MB)$", panel.Find(".estimate").TextContent));

        await Field(panel, "Longest, seconds").ChangeAsync(new ChangeEventArgs { Value = "1" });
        Assert.Empty(panel.FindAll(".estimate"));
    }

    [Fact]
    public async Task The_preview_says_in_words_why_there_is_none_and_goes_away_when_it_is_closed()
    {
        var panel = await PanelAsync();
        await panel.InvokeAsync(() => panel.FindAll(".outcome button").Single(button => button.TextContent == "Preview").ClickAsync(new()));
        await panel.WaitForAssertionAsync(() => Assert.StartsWith("The preview could not be rendered.", panel.Find("dialog [role=alert]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        Assert.Equal("Close", panel.Find("dialog button").TextContent);

        await panel.Find("dialog").TriggerEventAsync("onclose", EventArgs.Empty);
        Assert.Empty(panel.FindAll("dialog"));
    }

    private const string BitRate = "Bit rate, kilobits a second";

    private static AngleSharp.Dom.IElement Select(IRenderedComponent<MakePanel> panel, string label) =>
        panel.FindAll(".pick").Single(pick => pick.FirstElementChild!.TextContent == label).QuerySelector("select")!;

    [Fact]
    public async Task Of_two_songs_the_later_one_keeps_its_last_choices_however_long_those_of_the_other_take_to_read()
    {
        var reads = await OpenSlowlyAsync();
        var other = (await studio.AddHeardSongAsync(owner)).Song;
        await RememberAsync(song, "beat");
        await RememberAsync(other, "downbeat");
        var panel = Panel();
        (await reads.NextAsync()).SetResult();
        await panel.WaitForElementAsync(".cut-strip");

        var there = panel.InvokeAsync(() => panel.Instance.SetParametersAsync(To(other)));
        var slow = await reads.NextAsync();
        var back = panel.InvokeAsync(() => panel.Instance.SetParametersAsync(To(song)));
        (await reads.NextAsync()).SetResult();
        await back;
        slow.SetResult();
        await there;

        Assert.True(Radio(panel, "Beats").HasAttribute("checked"));
    }

    [Fact]
    public async Task What_is_chosen_while_the_last_choices_are_read_stays_chosen()
    {
        var reads = await OpenSlowlyAsync();
        var other = (await studio.AddHeardSongAsync(owner)).Song;
        await RememberAsync(other, "downbeat");
        var panel = Panel();
        (await reads.NextAsync()).SetResult();
        await panel.WaitForElementAsync(".cut-strip");

        var there = panel.InvokeAsync(() => panel.Instance.SetParametersAsync(To(other)));
        var slow = await reads.NextAsync();
        await Radio(panel, "Beats").ChangeAsync(new ChangeEventArgs { Value = "on" });
        slow.SetResult();
        await there;

        Assert.True(Radio(panel, "Beats").HasAttribute("checked"));
    }

    private static IEnumerable<string> Groups(IRenderedComponent<MakePanel> panel) =>
        panel.FindAll(".group > summary").Select(line => string.Join(": ", line.Children.Select(part => part.TextContent)));

    private static AngleSharp.Dom.IElement Field(IRenderedComponent<MakePanel> panel, string label) =>
        panel.Find($"#{panel.FindAll("label[for]").Single(name => name.TextContent == label).GetAttribute("for")}");

    private static AngleSharp.Dom.IElement Radio(IRenderedComponent<MakePanel> panel, string label) =>
        panel.FindAll(".choice-option").Single(option => option.TextContent.Trim() == label).QuerySelector("input")!;

    private async Task<IRenderedComponent<MakePanel>> PanelAsync()
    {
        await OpenAsync();
        var panel = Panel();
        await panel.WaitForElementAsync(".cut-strip");
        return panel;
    }

    private async Task OpenAsync(TimelineDesk? desk = null)
    {
        studio = await studios.OnAsync("SQLite");
        using var caller = await ApiCaller.RegisterAsync(studio);
        owner = await caller.OwnerIdAsync();
        (song, _) = await studio.AddHeardSongAsync(owner);
        Services.AddFallbackServiceProvider(new Served(studio.Services, desk));
        analysis = await studio.Services.GetRequiredService<SongAnalyst>().GetAsync(owner, song, Stop);
        clips = await studio.Services.GetRequiredService<ClipLibrary>().ListAsync(owner, song, Stop);
    }

    /// <summary>The same, where the panel reads its last choices as slowly as the test wants.</summary>
    private async Task<SlowReads> OpenSlowlyAsync()
    {
        var services = (await studios.OnAsync("SQLite")).Services;
        var reads = new SlowReads(services.GetRequiredService<IDbContextFactory<StudioDb>>());
        await OpenAsync(ActivatorUtilities.CreateInstance<TimelineDesk>(services, reads));
        return reads;
    }

    private Task RememberAsync(Guid songId, string cutOn) =>
        studio.Services.GetRequiredService<TimelineDesk>().BeginAsync(owner, songId, new() { Width = 128, Height = 128, CutOn = cutOn }, Stop);

    private static ParameterView To(Guid songId) => ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(MakePanel.SongId)] = songId });

    private SongAnalysis analysis = default!;
    private IReadOnlyList<Clip> clips = [];

    private IRenderedComponent<MakePanel> Panel()
    {
        var panel = Render<MakePanel>(p => p.Add(c => c.OwnerId, owner).Add(c => c.SongId, song).Add(c => c.Analysis, analysis).Add(c => c.Clips, clips));
        Assert.Empty(panel.FindAll(".group-body"));
        foreach (var group in panel.FindAll(".group"))
        {
            group.TriggerEvent("ontoggle", EventArgs.Empty);
        }

        return panel;
    }

    /// <summary>All that the studio has, with another desk where there is one.</summary>
    private sealed class Served(IServiceProvider services, TimelineDesk? desk) : IServiceProvider
    {
        public object? GetService(Type serviceType) => desk is not null && serviceType == typeof(TimelineDesk) ? desk : services.GetService(serviceType);
    }

    /// <summary>Each read waits until it is let go.</summary>
    private sealed class SlowReads(IDbContextFactory<StudioDb> databases) : IDbContextFactory<StudioDb>
    {
        private readonly Channel<TaskCompletionSource> waiting = Channel.CreateUnbounded<TaskCompletionSource>();

        public StudioDb CreateDbContext() => databases.CreateDbContext();

        public async Task<StudioDb> CreateDbContextAsync(CancellationToken cancellationToken = default)
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Writer.TryWrite(gate);
            await gate.Task;
            return await databases.CreateDbContextAsync(cancellationToken);
        }

        /// <summary>The next one that waits.</summary>
        public ValueTask<TaskCompletionSource> NextAsync() => waiting.Reader.ReadAsync(Stop);
    }
}

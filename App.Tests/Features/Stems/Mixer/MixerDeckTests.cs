using System.Collections.Concurrent;
using AngleSharp.Dom;
using Bunit;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Mixer;
using Downbeat.Tests.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using MudBlazor;

namespace Downbeat.Tests.Features.Stems.Mixer;

/// <summary>What the mixer shows before its module comes, and what it keeps of what somebody does.</summary>
public sealed class MixerDeckTests() : PageTest(PlayerModule.Ready())
{
    private readonly ConcurrentQueue<double> kept = [];
    private bool isRefused;

    private PlayerModule Module => (PlayerModule)Services.GetRequiredService<IJSRuntime>();

    [Theory]
    [InlineData(2, "Vocals", "Accompaniment")]
    [InlineData(5, "Vocals", "Drums", "Bass", "Piano", "Other")]
    public void Each_stem_has_a_lane_whose_controls_say_its_name(int stems, params string[] names)
    {
        var deck = Deck(stems);
        Assert.Equal(names, deck.FindAll("[data-lane]").Select(lane => lane.GetAttribute("aria-label")));
        Assert.All(names.Index(), lane =>
        {
            var found = deck.FindAll("[data-lane]")[lane.Index];
            Assert.Equal(
                [$"Mute {lane.Item}", $"Solo {lane.Item}", $"Level of {lane.Item}", $"Pan of {lane.Item}, from left to right"],
                found.QuerySelectorAll("button[aria-label], input").Select(control => control.GetAttribute("aria-label")));
            Assert.Equal($"--stem:var(--stem-{lane.Item.ToLowerInvariant()})", found.GetAttribute("style"));
        });
    }

    [Fact]
    public async Task A_mix_is_kept_once_when_the_hand_has_come_to_rest_and_at_once_when_somebody_needs_it()
    {
        var deck = Deck(4);
        var changes = new[] { -1.0, -2, -3 }.Select(gainDb => deck.InvokeAsync(() => deck.Instance.Take(Louder(gainDb)))).ToList();
        Assert.True(await deck.InvokeAsync(deck.Instance.Keep));
        Assert.Equal([-3], kept);
        await Task.WhenAll(changes);
        Assert.Equal([-3], kept);
    }

    [Fact]
    public async Task Who_leaves_before_the_hand_has_come_to_rest_loses_nothing()
    {
        var deck = Deck(4);
        var change = deck.InvokeAsync(() => deck.Instance.Take(Louder(-9)));
        await DisposeComponentsAsync();
        await change;
        Assert.Equal([-9], kept);
        Assert.Equal(["create", "dispose", "player given back", "module given back"], [await Module.NextAsync(), await Module.NextAsync(), await Module.NextAsync(), await Module.NextAsync()]);
    }

    [Fact]
    public async Task A_mix_that_is_refused_is_not_taken_for_kept()
    {
        isRefused = true;
        var deck = Deck(4);
        var change = deck.InvokeAsync(() => deck.Instance.Take(Louder(-9)));
        Assert.False(await deck.InvokeAsync(deck.Instance.Keep));
        await change;
    }

    [Fact]
    public void All_keys_are_shown_when_somebody_asks()
    {
        var deck = Deck(4);
        deck.Find("[data-help]").Click();
        Assert.Equal("Keys of the mixer", deck.Find("dialog h2").TextContent);
    }

    [Fact]
    public void The_format_is_that_of_everything_one_takes_along()
    {
        var set = Stemmed.View(2);
        var downloads = Render<MixDownloads>(p => p.Add(c => c.SongId, set.SongId!.Value).Add(c => c.Set, set));
        downloads.FindAll("input[type=radio]")[2].Change(true);
        var stems = $"/api/v1/songs/{set.SongId}/stems";
        Assert.Equal([$"{stems}/2/mix.mp3", $"{stems}/2/vocals.mp3", $"{stems}/2/accompaniment.mp3", $"{stems}/2.zip?format=mp3"], downloads.FindAll("a[download]").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public void Karaoke_is_not_offered_where_nobody_sings()
    {
        var set = Stemmed.View(4);
        var downloads = Render<MixDownloads>(p => p.Add(c => c.SongId, set.SongId!.Value).Add(c => c.Set, set).Add(c => c.HasVoice, false));
        Assert.True(downloads.Find("[data-karaoke]").HasAttribute("hidden"));
        Assert.Contains("Nobody sings", downloads.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mix_that_was_reset_can_be_brought_back()
    {
        var (deck, messages) = (Deck(4), Render<MudSnackbarProvider>());
        Assert.Equal("create", await Module.NextAsync());
        await deck.InvokeAsync(() => deck.Instance.Forgot(Louder(-3)));
        var message = await messages.WaitForElementAsync(".mud-snackbar");
        Assert.Contains("The mix is back at its start.", message.TextContent, StringComparison.Ordinal);
        await messages.FindAll("button").Single(button => button.TextContent == "Undo").ClickAsync(new());
        Assert.Equal("restore", await Module.NextAsync());
    }

    [Fact]
    public async Task Who_leaves_after_a_reset_is_offered_nothing_that_cannot_be_done_any_more()
    {
        var deck = Deck(4);
        await deck.InvokeAsync(() => deck.Instance.Forgot(Louder(-3)));
        Assert.Single(Services.GetRequiredService<ISnackbar>().ShownSnackbars);
        await DisposeComponentsAsync();
        Assert.Empty(Services.GetRequiredService<ISnackbar>().ShownSnackbars);
    }

    private static StemMix Louder(double gainDb) => new() { Tracks = [new("drums") { GainDb = gainDb }] };

    private IRenderedComponent<MixerDeck> Deck(int stems) => Render<MixerDeck>(p => p
        .Add(c => c.Title, "Song").Add(c => c.Set, Stemmed.View(stems)).Add(c => c.Mix, StemMix.Flat).Add(c => c.Keeper, KeepAsync));

    private Task<bool> KeepAsync(StemMix mix)
    {
        kept.Enqueue(mix.Tracks[0].GainDb);
        return Task.FromResult(!isRefused);
    }
}

using Bunit;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Mixer;
using Downbeat.Tests.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace Downbeat.Tests.Features.Stems.Mixer;

/// <summary>The browser may not get the mixer's module: the page stays, says so, and tries again when it is told to.</summary>
public sealed class MixerFailureTests() : PageTest(new NotAtFirst())
{
    private NotAtFirst Browser => (NotAtFirst)Services.GetRequiredService<IJSRuntime>();

    [Fact]
    public async Task A_mixer_that_does_not_load_says_so_and_what_to_do_and_the_rest_of_the_page_works()
    {
        var set = Stemmed.View(4);
        var deck = Render<MixerDeck>(p => p
            .Add(c => c.Title, "Song").Add(c => c.Set, set).Add(c => c.Mix, StemMix.Flat).Add(c => c.Keeper, _ => Task.FromResult(true))
            .AddChildContent<MixDownloads>(downloads => downloads.Add(c => c.SongId, set.SongId!.Value).Add(c => c.Set, set)));
        var problem = await deck.WaitForElementAsync("[role=alert]");
        Assert.Contains("The mixer did not load.", problem.TextContent, StringComparison.Ordinal);
        Assert.Contains("Your stems and your mix are safe", problem.TextContent, StringComparison.Ordinal);
        Assert.Contains("net::ERR_FAILED", problem.TextContent, StringComparison.Ordinal);
        Assert.Empty(deck.FindAll("[data-lane]"));
        Assert.Equal(4 + 2, deck.FindAll("a[download]").Count);
        Assert.True(deck.Find("[data-karaoke]").HasAttribute("disabled"));

        await deck.Find("[role=alert] .button-primary").ClickAsync(new());
        Assert.Equal("create", await Browser.Module.NextAsync());
        Assert.Equal(4, deck.FindAll("[data-lane]").Count);
        Assert.Empty(deck.FindAll("[role=alert]:not([hidden])"));
        Assert.NotEqual(Browser.Imports[0], Browser.Imports[1]);
    }

    /// <summary>A browser that does not get the first module that it is asked for.</summary>
    private sealed class NotAtFirst : IJSRuntime
    {
        public PlayerModule Module { get; } = PlayerModule.Ready();

        public List<object?> Imports { get; } = [];

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            if (identifier != "import")
            {
                return Module.InvokeAsync<TValue>(identifier, args);
            }

            Imports.Add(args![0]);
            return Imports.Count == 1 ? throw new JSException("net::ERR_FAILED") : Module.InvokeAsync<TValue>(identifier, args);
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);
    }
}

using Downbeat.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace Downbeat.Tests.Components;

/// <summary>The player's module comes when it comes, and somebody may be gone by then.</summary>
public sealed class PlayerLifeTests() : PageTest(new PlayerModule())
{
    private PlayerModule Module => (PlayerModule)Services.GetRequiredService<IJSRuntime>();

    [Fact]
    public async Task Who_leaves_while_the_module_loads_gets_no_player()
    {
        Render<Waveform>();
        await DisposeComponentsAsync();
        Module.Load();
        Assert.Equal("module given back", await Module.NextAsync());
    }

    [Fact]
    public async Task Who_leaves_while_the_player_is_made_gives_it_back_once_it_is()
    {
        Module.Load();
        Render<Waveform>();
        Assert.Equal("create", await Module.NextAsync());
        await DisposeComponentsAsync();
        Assert.Equal("module given back", await Module.NextAsync());

        Module.Make();
        Assert.Equal("dispose", await Module.NextAsync());
        Assert.Equal("player given back", await Module.NextAsync());
    }
}

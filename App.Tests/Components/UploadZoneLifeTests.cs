using Downbeat.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace Downbeat.Tests.Components;

/// <summary>Somebody may be gone before the module of the uploads has come.</summary>
public sealed class UploadZoneLifeTests() : PageTest(new PlayerModule())
{
    [Fact]
    public async Task Who_leaves_while_the_module_loads_is_not_told_of_any_file()
    {
        var module = (PlayerModule)Services.GetRequiredService<IJSRuntime>();
        Render<UploadZone>(p => p.Add(c => c.OwnerId, Guid.NewGuid()).Add(c => c.Target, "song").Add(c => c.Title, "Drop"));
        await DisposeComponentsAsync();
        module.Load();
        Assert.Equal("module given back", await module.NextAsync());
    }
}

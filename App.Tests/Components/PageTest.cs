using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Downbeat.Tests.Components;

/// <summary>A place to render components in, as if their page were alive.</summary>
public abstract class PageTest : BunitContext
{
    protected PageTest()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        SetRendererInfo(new("Server", isInteractive: true));
    }

    /// <summary>Goes through values as an arrow key that is held down, and leaves the field at once: nothing has to rest.</summary>
    protected static async Task ChangeAndLeaveAsync(Func<IElement> field, params string[] values)
    {
        var changes = values.Select(value => field().ChangeAsync(new ChangeEventArgs { Value = value })).ToList();
        await field().BlurAsync(new());
        await Task.WhenAll(changes);
    }
}

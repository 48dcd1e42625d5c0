using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using MudBlazor.Services;

namespace Downbeat.Tests.Components;

/// <summary>A place to render components in, as if their page were alive.</summary>
public abstract class PageTest : BunitContext
{
    /// <param name="browser">What the components call in the browser; null: something that takes every call and does nothing.</param>
    protected PageTest(IJSRuntime? browser = null)
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        if (browser is not null)
        {
            Services.AddSingleton(browser);
        }

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

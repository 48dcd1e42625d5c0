using Bunit;
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
}

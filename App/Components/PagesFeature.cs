using MudBlazor;
using MudBlazor.Services;

namespace Downbeat.Components;

/// <summary>The door to the pages.</summary>
internal static class PagesFeature
{
    /// <summary>Registers interactive components and MudBlazor.</summary>
    public static void AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddCascadingAuthenticationState();
        services.AddMudServices(mud =>
        {
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
            mud.SnackbarConfiguration.PreventDuplicates = true;
            mud.SnackbarConfiguration.VisibleStateDuration = 6000;
            mud.SnackbarConfiguration.MaxDisplayedSnackbars = 3;
        });
    }

    /// <summary>Static files, fingerprinted and compressed at build, and all pages.</summary>
    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}

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
        services.AddMudServices();
    }

    /// <summary>Static files, fingerprinted and compressed at build, and all pages.</summary>
    public static void MapPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}

using Downbeat.Data;
using Downbeat.Http;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
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
        services.AddScoped<CircuitHandler, OwnClicks>();
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

    /// <summary>What somebody clicks on may change something, and the page then shows it: also where lists come from a replica.</summary>
    private sealed class OwnClicks(ReadReplica replica, AuthenticationStateProvider signIns) : CircuitHandler
    {
        public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async context =>
        {
            if ((await signIns.GetAuthenticationStateAsync()).User is { Identity.IsAuthenticated: true } user)
            {
                replica.Changed(user.UserId());
            }

            await next(context);
        };
    }
}

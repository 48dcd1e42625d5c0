using Downbeat.Components.Circuits;
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
    public static void AddPages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRazorComponents()
            .AddInteractiveServerComponents(circuits =>
            {
                // Whoever loses the connection finds his page as it was for three minutes. At up to 1 MB each, fifty of them is what may lie about; then the oldest goes.
                circuits.DisconnectedCircuitMaxRetained = 50;
                circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);

                // A page that is paused there is a few KB of state; it is taken up again within the hour.
                circuits.PersistedCircuitInMemoryMaxRetained = 500;
                circuits.PersistedCircuitInMemoryRetentionPeriod = TimeSpan.FromHours(1);

                // Of a browser that does not keep up, ten pictures wait, and then its components render no more until it does.
                circuits.MaxBufferedUnacknowledgedRenderBatches = 10;

                // A call that the browser does not answer within this time has failed.
                circuits.JSInteropDefaultCallTimeout = TimeSpan.FromMinutes(1);
            })
            .AddHubOptions(hub =>
            {
                // Files never come this way, so an event or the answer to a call is small; and one thing after another, as a component expects.
                hub.MaximumReceiveMessageSize = 32 * 1024;
                hub.MaximumParallelInvocationsPerClient = 1;
            });
        services.AddOptions<SeatOptions>().Bind(configuration.GetSection("Circuits")).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<CircuitSeats>();
        services.AddScoped<CircuitSeat>();
        services.AddScoped<CircuitHandler>(provider => provider.GetRequiredService<CircuitSeat>());
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
        app.MapStaticAssets().AllowAnonymous().DisableRateLimiting();
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

using System.Security.Claims;
using Bunit;
using Downbeat.Components;
using Downbeat.Components.Circuits;
using Downbeat.Features.Performance;
using Downbeat.Jobs;
using Downbeat.Telemetry;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Downbeat.Tests.Components.Circuits;

public sealed class CircuitSeatTests
{
    private readonly CircuitSeats seats = new(Options.Create(new SeatOptions { PerUser = 2, PerAddress = 3 }));

    [Fact]
    public async Task Who_has_all_his_places_gets_another_when_one_is_free_again()
    {
        var user = Guid.NewGuid();
        var (first, second, third) = (Seat(user), Seat(user), Seat(user));
        var before = Refusals.ByReason.GetValueOrDefault("circuit.too_many");
        await OpenAsync(first, second, third);

        Assert.Equal((false, false, true, 2), (first.IsRefused, second.IsRefused, third.IsRefused, seats.Open));
        Assert.True(Refusals.ByReason["circuit.too_many"] > before);
        var view = AdmissionView.Of(new(Options.Create(new JobOptions())), seats);
        Assert.Equal((2, 0), (view.Circuits, view.Budget.Waiting));
        Assert.True(view.Refused["circuit.too_many"] > before);

        // That one was never given a place, so its end frees none.
        await CloseAsync(third);
        Assert.Equal(2, seats.Open);
        await CloseAsync(first);
        var fourth = Seat(user);
        await OpenAsync(fourth);
        Assert.Equal((false, 2), (fourth.IsRefused, seats.Open));
        await CloseAsync(second, fourth, fourth);
        Assert.Equal(0, seats.Open);
    }

    [Fact]
    public async Task Others_and_strangers_have_places_of_their_own()
    {
        var user = Guid.NewGuid();
        await OpenAsync(Seat(user), Seat(user));
        var (other, strangers) = (Seat(Guid.NewGuid()), Enumerable.Range(0, 4).Select(_ => Seat(null)).ToArray());
        await OpenAsync([other, .. strangers]);

        Assert.False(other.IsRefused);
        Assert.Equal([false, false, false, true], strangers.Select(seat => seat.IsRefused));
    }

    [Fact]
    public async Task A_page_without_a_place_shows_a_notice_and_nothing_else()
    {
        var user = Guid.NewGuid();
        var refused = Seat(user);
        await OpenAsync(Seat(user), Seat(user), refused);

        // None of the services that a page asks for is there: had the router begun, this would fail.
        await using var context = new BunitContext();
        context.Services.AddSingleton(refused);
        var page = context.Render<Routes>();

        Assert.Equal("Too many tabs are open.", page.Find("h1").TextContent);
        Assert.Equal("Load again", page.Find("a").TextContent);
        Assert.Empty(page.FindComponents<Microsoft.AspNetCore.Components.Routing.Router>());
    }

    private CircuitSeat Seat(Guid? user) => new(seats, new Known(user));

    private static async Task OpenAsync(params CircuitSeat[] all)
    {
        foreach (CircuitHandler seat in all)
        {
            await seat.OnCircuitOpenedAsync(null!, Xunit.TestContext.Current.CancellationToken);
        }
    }

    private static async Task CloseAsync(params CircuitSeat[] all)
    {
        foreach (CircuitHandler seat in all)
        {
            await seat.OnCircuitClosedAsync(null!, Xunit.TestContext.Current.CancellationToken);
        }
    }

    private sealed class Known(Guid? user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            Task.FromResult(new AuthenticationState(new(new ClaimsIdentity(user is null ? [] : [new(ClaimTypes.NameIdentifier, $"{user}")]))));
    }
}

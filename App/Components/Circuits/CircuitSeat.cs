using Downbeat.Http;
using Downbeat.Telemetry;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Downbeat.Components.Circuits;

/// <summary>The seat of one circuit, from its opening, which comes before anything is rendered in it, to its end.</summary>
internal sealed class CircuitSeat(CircuitSeats seats, AuthenticationStateProvider authentication) : CircuitHandler
{
    private Caller? caller;

    /// <summary>There was no seat left: the circuit shows a notice and nothing else. Never so while a page is rendered on the server alone.</summary>
    public bool IsRefused { get; private set; }

    /// <inheritdoc/>
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        var wanted = Caller.Of((await authentication.GetAuthenticationStateAsync()).User);
        if (seats.TryTake(wanted))
        {
            caller = wanted;
            return;
        }

        IsRefused = true;
        Refusals.Count("circuit.too_many");
    }

    /// <inheritdoc/>
    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (caller is { } seated)
        {
            seats.Leave(seated);
            caller = null;
        }

        return Task.CompletedTask;
    }
}

using Downbeat.Http;
using Microsoft.Extensions.Options;

namespace Downbeat.Components.Circuits;

/// <summary>The open circuits of this instance: so many for each account, and so many for the strangers of each address.</summary>
internal sealed class CircuitSeats(IOptions<SeatOptions> options)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Caller, int> taken = [];

    /// <summary>Circuits that have a seat.</summary>
    public int Open
    {
        get
        {
            lock (gate)
            {
                return taken.Values.Sum();
            }
        }
    }

    /// <summary>Takes a seat; false when the caller has all that there are for one.</summary>
    public bool TryTake(Caller caller)
    {
        lock (gate)
        {
            var count = taken.GetValueOrDefault(caller);
            if (count >= (caller.IsUser ? options.Value.PerUser : options.Value.PerAddress))
            {
                return false;
            }

            taken[caller] = count + 1;
            return true;
        }
    }

    /// <summary>Gives a seat back.</summary>
    public void Leave(Caller caller)
    {
        lock (gate)
        {
            if (--taken[caller] == 0)
            {
                taken.Remove(caller);
            }
        }
    }
}

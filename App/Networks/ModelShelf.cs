using Downbeat.Storage;
using Microsoft.Extensions.Options;

namespace Downbeat.Networks;

/// <summary>
/// The networks that the product knows, and those that are here. Each is loaded once, for all who need it, and stays until it has not been used for a while, memory becomes short or
/// the administrator releases it; never while somebody uses it.
/// </summary>
internal sealed class ModelShelf : IDisposable
{
    /// <summary>How long an unused network stays in memory.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, NetworkPlace> places;
    private readonly SemaphoreSlim turns;
    private readonly TimeProvider clock;

    /// <summary>Makes a place for each known network; nothing is read yet.</summary>
    public ModelShelf(DataDirectory data, IOptions<ModelOptions> options, IEnumerable<Network> networks, TimeProvider clock, ILogger<ModelShelf> logger)
    {
        this.clock = clock;
        var folder = Path.GetFullPath(options.Value.Directory, data.Path);
        // As many runs at a time as the cores can carry.
        var threads = Math.Min(Environment.ProcessorCount, 4);
        turns = new(Environment.ProcessorCount / threads);
        places = networks.ToDictionary(network => network.Name, network => new NetworkPlace(network, folder, threads, clock, logger));
    }

    /// <summary>Every known network and how it stands with it, in the order in which they were made known.</summary>
    public IReadOnlyList<NetworkState> States => [.. places.Values.Select(place => place.State)];

    /// <summary>Lends a network, loading it when it is not in memory; null when it is missing or refused, and its state says why.</summary>
    /// <exception cref="KeyNotFoundException">Nobody made this network known.</exception>
    public NetworkLease? Lend(Network network)
    {
        var place = places[network.Name];
        return place.Take() is { } taken ? new(place, taken.Session, taken.Labels, turns) : null;
    }

    /// <summary>Gives the memory of all networks back; that of a network in use when its last user is done.</summary>
    /// <returns>Bytes that were given back at once.</returns>
    public long Release() => places.Values.Sum(place => place.Release());

    /// <summary>Gives back what is no longer worth its memory.</summary>
    /// <param name="isMemoryShort">Everything that is not in use goes, else only what has been idle for <see cref="Idle"/>.</param>
    /// <returns>Bytes that were given back.</returns>
    public long Tidy(bool isMemoryShort)
    {
        var unusedSince = clock.GetUtcNow() - (isMemoryShort ? TimeSpan.Zero : Idle);
        return places.Values.Sum(place => place.Release(unusedSince));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var place in places.Values)
        {
            place.Dispose();
        }

        turns.Dispose();
    }
}

using Downbeat.Storage;
using Microsoft.Extensions.Options;

namespace Downbeat.Networks;

/// <summary>
/// The networks that the product knows or that descriptions in the models directory made known, and those that are here. Each is loaded once, for all who need it, and stays until it
/// has not been used for a while, memory becomes short or the administrator releases it; never while somebody uses it.
/// </summary>
internal sealed class ModelShelf : IDisposable
{
    /// <summary>How long an unused network stays in memory.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly Network[] alwaysKnown;
    private readonly INetworkSource[] sources;
    private readonly Func<Network, NetworkPlace> make;
    private readonly SemaphoreSlim turns;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private NetworkPlace[] places = [];

    /// <summary>Makes a place for each known network; no network's file is read yet.</summary>
    public ModelShelf(
        DataDirectory data, IOptions<ModelOptions> options, IEnumerable<Network> networks, IEnumerable<INetworkSource> sources, TimeProvider clock, ILogger<ModelShelf> logger)
    {
        this.clock = clock;
        (alwaysKnown, this.sources) = ([.. networks], [.. sources]);
        var folder = options.Value.PathIn(data);
        // As many runs at a time as the cores can carry.
        var threads = Math.Min(Environment.ProcessorCount, 4);
        turns = new(Environment.ProcessorCount / threads);
        make = network => new(network, folder, threads, clock, logger);
    }

    /// <summary>Every known network and how it stands with it, in the order in which they were made known.</summary>
    public IReadOnlyList<NetworkState> States => [.. Places().Select(place => place.State)];

    /// <summary>How it stands with a network; null when its description is gone.</summary>
    public NetworkState? StateOf(Network network) => PlaceOf(network)?.State;

    /// <summary>Reads the files that are new or have changed.</summary>
    public void Look()
    {
        foreach (var place in Places())
        {
            place.Look();
        }
    }

    /// <summary>
    /// Lends a network, reading and loading its files when it is not in memory, which takes a while for large ones; null when it is missing or refused, and its state says why, or when its
    /// description is gone.
    /// </summary>
    public NetworkLease? Lend(Network network) => PlaceOf(network) is { } place && place.Take() is { } taken ? new(place, taken, turns) : null;

    /// <summary>Gives the memory of all networks back; that of a network in use when its last user is done.</summary>
    /// <returns>Bytes that were given back at once.</returns>
    public long Release() => Places().Sum(place => place.Release());

    /// <summary>Gives back what is no longer worth its memory.</summary>
    /// <param name="isMemoryShort">Everything that is not in use goes, else only what has been idle for <see cref="Idle"/>.</param>
    /// <returns>Bytes that were given back.</returns>
    public long Tidy(bool isMemoryShort)
    {
        var unusedSince = clock.GetUtcNow() - (isMemoryShort ? TimeSpan.Zero : Idle);
        return Places().Sum(place => place.Release(unusedSince));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var place in places)
            {
                place.Dispose();
            }
        }

        turns.Dispose();
    }

    private NetworkPlace? PlaceOf(Network network) => Places().FirstOrDefault(place => place.Network.Name == network.Name);

    /// <summary>A place for each network that is known now; those of networks whose description is gone or has changed are given up.</summary>
    private NetworkPlace[] Places()
    {
        lock (gate)
        {
            Network[] known = [.. alwaysKnown.Concat(sources.SelectMany(source => source.Find())).DistinctBy(network => network.Name)];
            if (!known.SequenceEqual(places.Select(place => place.Network)))
            {
                var before = places.ToDictionary(place => place.Network);
                places = [.. known.Select(network => before.Remove(network, out var kept) ? kept : make(network))];
                foreach (var gone in before.Values)
                {
                    gone.Dispose();
                }
            }

            return places;
        }
    }
}

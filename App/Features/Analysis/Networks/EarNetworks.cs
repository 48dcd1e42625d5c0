using Downbeat.Features.Analysis.Dsp;
using Downbeat.Networks;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>Lets the networks listen that are in the models directory. One that is missing or fails is left out, and its state on the shelf says why.</summary>
internal sealed class EarNetworks(ModelShelf shelf, ILogger<EarNetworks> logger)
{
    /// <summary>Every network that can listen to songs, to be made known.</summary>
    public static IReadOnlyList<Network> Known { get; } = [.. BeatNet.Networks, MusiCnn.Network, Yamnet.Network];

    /// <summary>Listens to a song.</summary>
    /// <param name="mono">Samples at <see cref="Level.SampleRate"/>, any level; samples that are not finite count as zero. May be empty.</param>
    /// <param name="stop">Ends the work.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public async Task<NetworkFindings> ListenAsync(float[] mono, CancellationToken stop)
    {
        var level = Level.Measure(mono);
        if (level.IsSilent)
        {
            return NetworkFindings.None;
        }

        var beats = await BeatsAsync(mono, stop);
        var resampled = new Lazy<float[]>(() => Resampler.Resample(mono, level, stop));
        var tags = await AskAsync(MusiCnn.Network, network => MusiCnn.ListenAsync(network, resampled.Value, stop));
        var sounds = await AskAsync(Yamnet.Network, network => Yamnet.ListenAsync(network, resampled.Value, stop));
        return new(
            beats,
            tags is null && sounds is null ? null : SoundTags.Of(tags, sounds),
            sounds is null ? null : VoiceActivity.Find(sounds, (double)mono.Length / Level.SampleRate),
            [.. beats is null ? (string[])[] : [BeatNet.Name], .. tags is null ? (string[])[] : [MusiCnn.Network.Name], .. sounds is null ? (string[])[] : [Yamnet.Network.Name]]);
    }

    private async Task<BeatActivations?> BeatsAsync(float[] mono, CancellationToken stop)
    {
        var features = new Lazy<float[]>(() => BeatNetFeatures.Compute(mono, stop));
        var opinions = new List<BeatActivations>();
        foreach (var network in BeatNet.Networks)
        {
            if (await AskAsync(network, lent => BeatNet.ListenAsync(lent, features.Value, stop)) is { } opinion)
            {
                opinions.Add(opinion);
            }
        }

        return BeatNet.Average(opinions);
    }

    private async Task<T?> AskAsync<T>(Network network, Func<NetworkLease, Task<T>> listen)
        where T : class?
    {
        using var lent = shelf.Lend(network);
        try
        {
            return lent is null ? null : await listen(lent);
        }
        catch (NetworkFailure e)
        {
            logger.LogWarning(e, "The song is heard without {Name}", network.Name);
            return null;
        }
    }
}

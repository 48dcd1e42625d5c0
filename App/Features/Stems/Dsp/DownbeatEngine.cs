using Downbeat.Features.Stems.Separation;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// Downbeat's own separator, which needs no model file. Every bin of a spectrum is described by the cues of the classical methods (<see cref="Cues"/>); a small network weighs them (<see cref="ShareNetwork"/>), and a multichannel
/// Wiener filter parts the sound accordingly (<see cref="SourceFilter"/>).
/// </summary>
internal sealed class DownbeatEngine : ISeparationEngine
{
    /// <inheritdoc/>
    public string Name => "Downbeat 2";

    /// <inheritdoc/>
    public bool Splits(int stems) => StemNames.Counts.Contains(stems);

    /// <inheritdoc/>
    /// <remarks>A first look costs about half of a splitting, more in the first run after a start; see <see cref="SongFacts.Of"/> for how much of a song is looked at.</remarks>
    public double ReadyCost(double songSeconds) => Math.Min(songSeconds, SongFacts.LookedAtSeconds) / 2;

    /// <inheritdoc/>
    public Task<ISeparator> OpenAsync(int stems, MixFile mix, Action<double> progress, CancellationToken stop) =>
        Task.Run<ISeparator>(() => new DownbeatSeparator(stems, SongFacts.Of(mix, progress, stop)), stop);
}

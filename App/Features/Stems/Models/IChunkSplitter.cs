using Downbeat.Features.Stems.Separation;
using Downbeat.Networks;

namespace Downbeat.Features.Stems.Models;

/// <summary>Has a model split one chunk.</summary>
internal interface IChunkSplitter : IDisposable
{
    /// <summary>Splits a chunk.</summary>
    /// <param name="chunk">As long as <see cref="ChunkGrid.ChunkFrames"/>.</param>
    /// <param name="stems">Names of the stems that are wanted, all of them the model's.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns>Each of these stems, as long as the chunk; in the margins they are anything.</returns>
    /// <exception cref="NetworkFailure">The model broke down, or gave what cannot be sound.</exception>
    Task<IReadOnlyList<StereoBlock>> SplitAsync(StereoBlock chunk, IReadOnlyList<string> stems, CancellationToken stop);
}

namespace Downbeat.Features.Stems.Separation;

/// <summary>A way to split songs into stems: Downbeat's own, or a network from the models directory.</summary>
internal interface ISeparationEngine
{
    /// <summary>What it is called on pages, and kept with what it made: its name and whatever changes its results, such as a revision. Another name means other results.</summary>
    string Name { get; }

    /// <summary>Whether it can split into so many stems, here and now.</summary>
    bool Splits(int stems);

    /// <summary>How long making ready takes, told in seconds of sound that could be split meanwhile: the time left is reckoned by it. 0 when it is no matter.</summary>
    /// <param name="songSeconds">Length of the song.</param>
    double ReadyCost(double songSeconds) => 0;

    /// <summary>Makes ready for one song; it may read all of it.</summary>
    /// <param name="stems">How many, one of <see cref="StemNames.Counts"/> that it <see cref="Splits"/>.</param>
    /// <param name="mix">The song.</param>
    /// <param name="progress">Told how much of making ready is done, 0 to 1.</param>
    /// <param name="stop">Ends the work.</param>
    Task<ISeparator> OpenAsync(int stems, MixFile mix, Action<double> progress, CancellationToken stop);
}

/// <summary>
/// Splits one song, block by block. Each block is split on its own, from what is around it alone, so that any of them can be the first: work that was broken off goes on where it ended, and
/// a song of any length needs the same memory. What comes out does not depend on where blocks begin (to within −60 dB).
/// </summary>
internal interface ISeparator : IDisposable
{
    /// <summary>Frames of a block, the same for all; blocks begin at multiples of it.</summary>
    int BlockFrames { get; }

    /// <summary>Frames that must be known before and after a block.</summary>
    int ContextFrames { get; }

    /// <summary>Splits one block.</summary>
    /// <param name="startFrame">Where in the song the block begins: a multiple of <see cref="BlockFrames"/>.</param>
    /// <param name="mix">The block with its context on both sides: <see cref="ContextFrames"/> + <see cref="BlockFrames"/> + <see cref="ContextFrames"/> frames; silence outside the song.</param>
    /// <param name="stems">Take the block of each stem, in the order of <see cref="StemNames.Of"/>; they add up to the mix.</param>
    /// <param name="stop">Ends the work.</param>
    Task SeparateAsync(long startFrame, StereoBlock mix, IReadOnlyList<StereoBlock> stems, CancellationToken stop);
}

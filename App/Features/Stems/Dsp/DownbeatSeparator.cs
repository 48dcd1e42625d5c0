using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>
/// Splits one song with <see cref="DownbeatEngine"/>'s means: looks at each bin twice, then filters the sources out of the mix. What was found out about the stretch around a block is kept for the next one, in
/// the same memory.
/// </summary>
internal sealed class DownbeatSeparator : ISeparator
{
    private const int UsualBlockHops = 160;
    private const int ContextHops = 352;

    // The frames at a block's ends reach half a window into it.
    private const int Overhang = SongStretch.Edge;
    private const int FilterReach = SourceFilter.Reach + Overhang;
    private const int LookReach = FilterReach + SecondLook.Reach;

    private static readonly Stft Grid = new(SongGrid.Window, SongGrid.Hop);

    private readonly int blockHops;
    private readonly SongStretch song;
    private readonly Cues cues;
    private readonly Look first;
    private readonly SecondLook neighbourhood;
    private readonly Look second;
    private readonly Spectra[] left;
    private readonly Spectra[] right;
    private long expected = -1;

    /// <summary>Makes room for a block and what is around it.</summary>
    /// <param name="stems">How many stems.</param>
    /// <param name="facts">What is known about the song.</param>
    /// <param name="blockHops">Hops in a block, a multiple of <see cref="SongGrid.Ratio"/>; results do not depend on it.</param>
    public DownbeatSeparator(int stems, SongFacts facts, int blockHops = UsualBlockHops)
    {
        this.blockHops = blockHops;
        song = new(blockHops + (2 * ContextHops), facts.Loudness);
        cues = new(song);
        first = new(ShareTables.First, song);
        neighbourhood = new(first.Shares, (ContextHops - LookReach)..(ContextHops + blockHops + LookReach + 1), song.Power, cues.Repetition, facts.Presence);
        second = new(ShareTables.Second, song);
        Spectra[] Sources() => [.. Enumerable.Range(0, stems - 1).Select(_ => new Spectra(blockHops + (2 * Overhang) + 1, SongGrid.Bins))];
        (left, right) = (Sources(), Sources());
    }

    /// <inheritdoc/>
    public int BlockFrames => blockHops * SongGrid.Hop;

    /// <inheritdoc/>
    public int ContextFrames => ContextHops * SongGrid.Hop;

    /// <inheritdoc/>
    public Task SeparateAsync(long startFrame, StereoBlock mix, IReadOnlyList<StereoBlock> stems, CancellationToken stop) => Task.Run(() => Separate(startFrame, mix, stems, stop), stop);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Separate(long startFrame, StereoBlock mix, IReadOnlyList<StereoBlock> stems, CancellationToken stop)
    {
        // A block that was broken off leaves nothing behind that the next one may use.
        var moved = startFrame == expected ? blockHops : song.Hops;
        expected = -1;
        using (SplitMeter.Begin("transform"))
        {
            song.Take(mix, moved, stop);
        }

        using (SplitMeter.Begin("mask"))
        {
            Share(moved, stop);
            new SourceFilter(song, second.Shares).Apply(ContextHops - Overhang, left, right, stop);
        }

        using var back = SplitMeter.Begin("transform");

        // The first stem is the voice, the last one what the others leave of the mix.
        for (var stem = 0; stem < left.Length; stem++)
        {
            Grid.Inverse(left[stem], -Overhang * SongGrid.Hop, stems[stem].Left);
            Grid.Inverse(right[stem], -Overhang * SongGrid.Hop, stems[stem].Right);
            stop.ThrowIfCancellationRequested();
        }

        Rest(mix.Left, stems, block => block.Left);
        Rest(mix.Right, stems, block => block.Right);
        expected = startFrame + BlockFrames;
    }

    private void Share(int moved, CancellationToken stop)
    {
        cues.Take(moved, stop);
        first.Through(ContextHops - LookReach, ContextHops + blockHops + LookReach + 1, moved, cues.Fill, stop);
        neighbourhood.Take(moved, stop);
        second.Through(ContextHops - FilterReach, ContextHops + blockHops + FilterReach + 1, moved, (frame, row) =>
        {
            cues.Fill(frame, row);
            neighbourhood.Fill(frame, row[(Cues.Count * ShareNetwork.Stride)..]);
        }, stop);
    }

    private void Rest(float[] mix, IReadOnlyList<StereoBlock> stems, Func<StereoBlock, float[]> channel)
    {
        var rest = channel(stems[^1]);
        mix.AsSpan(ContextFrames, BlockFrames).CopyTo(rest);
        foreach (var sound in stems.SkipLast(1).Select(channel))
        {
            for (var n = 0; n < rest.Length; n++)
            {
                rest[n] -= sound[n];
            }
        }
    }
}

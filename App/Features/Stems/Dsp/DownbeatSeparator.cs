using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>Splits one song with <see cref="DownbeatEngine"/>'s means: looks at each bin twice, then filters the sources out of the mix.</summary>
/// <param name="stems">How many stems.</param>
/// <param name="facts">What is known about the song.</param>
/// <param name="blockHops">Hops in a block, a multiple of <see cref="SongGrid.Ratio"/>; results do not depend on it.</param>
internal sealed class DownbeatSeparator(int stems, SongFacts facts, int blockHops = DownbeatSeparator.UsualBlockHops) : ISeparator
{
    private const int UsualBlockHops = 600;
    private const int ContextHops = 252;

    // The frames at a block's ends reach half a window into it.
    private const int Overhang = SongGrid.Window / SongGrid.Hop / 2;

    /// <inheritdoc/>
    public int BlockFrames => blockHops * SongGrid.Hop;

    /// <inheritdoc/>
    public int ContextFrames => ContextHops * SongGrid.Hop;

    /// <inheritdoc/>
    public Task SeparateAsync(long startFrame, StereoBlock mix, IReadOnlyList<StereoBlock> stems, CancellationToken stop) => Task.Run(() => Separate(mix, stems, stop), stop);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Separate(StereoBlock mix, IReadOnlyList<StereoBlock> blocks, CancellationToken stop)
    {
        var song = new SongStretch(mix, facts.Loudness, stop);
        var shares = Shares(song, stop);
        var (left, right) = (Sources(), Sources());
        new SourceFilter(song, shares).Apply(ContextHops - Overhang, left, right, stop);

        // The first stem is the voice, the last one what the others leave of the mix.
        for (var stem = 0; stem < stems - 1; stem++)
        {
            Sound(left[stem], blocks[stem].Left);
            Sound(right[stem], blocks[stem].Right);
            stop.ThrowIfCancellationRequested();
        }

        Rest(mix.Left, blocks, block => block.Left);
        Rest(mix.Right, blocks, block => block.Right);
    }

    private Plane[] Shares(SongStretch song, CancellationToken stop)
    {
        var cues = new Cues(song, stop);
        var filterReach = SourceFilter.Reach + Overhang;
        var reach = filterReach + SecondLook.Reach;
        var first = Look.Through(ShareTables.First, song, ContextHops - reach, ContextHops + blockHops + reach + 1, cues.Fill, stop);
        var second = new SecondLook(first, song.Power, facts.Presence, stop);
        return Look.Through(ShareTables.Second, song, ContextHops - filterReach, ContextHops + blockHops + filterReach + 1, (frame, row) =>
        {
            cues.Fill(frame, row);
            second.Fill(frame, row[(Cues.Count * ShareNetwork.Stride)..]);
        }, stop);
    }

    private Spectra[] Sources() => [.. Enumerable.Range(0, stems - 1).Select(_ => new Spectra(blockHops + (2 * Overhang) + 1, SongGrid.Bins))];

    private static void Sound(Spectra spectra, float[] sound) => new Stft(SongGrid.Window, SongGrid.Hop).Inverse(spectra, -Overhang * SongGrid.Hop, sound);

    private void Rest(float[] mix, IReadOnlyList<StereoBlock> blocks, Func<StereoBlock, float[]> channel)
    {
        var rest = channel(blocks[stems - 1]);
        mix.AsSpan(ContextFrames, BlockFrames).CopyTo(rest);
        for (var stem = 0; stem < stems - 1; stem++)
        {
            var sound = channel(blocks[stem]);
            for (var n = 0; n < rest.Length; n++)
            {
                rest[n] -= sound[n];
            }
        }
    }
}

namespace Downbeat.Features.Compositions.Planning;

/// <summary>How long shots are where the energy decides: short in the loudest third of the film, four times as long in the calmest.</summary>
internal sealed class BeatPace
{
    private const int SmoothingBeats = 2;

    private readonly IReadOnlyList<CutTime> beats;
    private readonly double[] smoothed;
    private readonly double[] ranked;

    /// <param name="energies">Energy of each beat of the song; those missing count as the lowest.</param>
    /// <param name="beats">The beats inside the film.</param>
    public BeatPace(IReadOnlyList<double> energies, IReadOnlyList<CutTime> beats)
    {
        this.beats = beats;
        var own = beats.Select(beat => beat.BeatIndex is { } i && i < energies.Count ? energies[i] : 0).ToArray();
        smoothed = [.. own.Select((_, i) => own[Math.Max(0, i - SmoothingBeats)..Math.Min(own.Length, i + SmoothingBeats + 1)].Average())];
        ranked = [.. smoothed.Order()];
    }

    /// <summary>Least length of a shot that begins at <paramref name="frame"/>: once, twice or four times the shortest, at most half the longest.</summary>
    public int ShotFramesAfter(int frame, int minFrames, int maxFrames)
    {
        var beat = beats.TakeWhile(b => b.Frame <= frame).Count() - 1;
        if (ranked.Length == 0 || ranked[0] == ranked[^1])
        {
            return Math.Min(2 * minFrames, maxFrames / 2);
        }

        var energy = smoothed[Math.Max(0, beat)];
        var times = energy > ranked[ranked.Length * 2 / 3] ? 1 : energy > ranked[ranked.Length / 3] ? 2 : 4;
        return Math.Max(minFrames, Math.Min(times * minFrames, maxFrames / 2));
    }
}

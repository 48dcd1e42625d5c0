namespace Downbeat.Timing;

/// <summary>The times of a song that a picture can follow. All lists may be empty; a song without beats has none.</summary>
/// <param name="BeatSeconds">Beats, rising, seconds from the first decoded sample.</param>
/// <param name="DownbeatIndexes">Which beats begin a bar, rising indexes into <paramref name="BeatSeconds"/>.</param>
/// <param name="SectionStartSeconds">Where the parts of the song begin, rising.</param>
/// <param name="BeatEnergies">Energy at each beat, any scale; empty when not measured.</param>
/// <param name="DurationSeconds">Length of the song.</param>
public sealed record BeatGrid(
    IReadOnlyList<double> BeatSeconds,
    IReadOnlyList<int> DownbeatIndexes,
    IReadOnlyList<double> SectionStartSeconds,
    IReadOnlyList<double> BeatEnergies,
    double DurationSeconds)
{
    private const double SameBeatSeconds = 0.03;

    /// <summary>Makes a grid from downbeats given as times: each names the beat within 30 ms of it; those without a beat are left out.</summary>
    public static BeatGrid FromTimes(
        IReadOnlyList<double> beats, IReadOnlyList<double> downbeats, IReadOnlyList<double> sectionStarts, IReadOnlyList<double> energies, double durationSeconds) =>
        new(beats, [.. downbeats.Select(time => NearestTo(beats, time)).Where(i => i >= 0).Distinct().Order()], sectionStarts, energies, durationSeconds);

    private static int NearestTo(IReadOnlyList<double> beats, double time)
    {
        var nearest = -1;
        for (var i = 0; i < beats.Count; i++)
        {
            if (Math.Abs(beats[i] - time) <= SameBeatSeconds && (nearest < 0 || Math.Abs(beats[i] - time) < Math.Abs(beats[nearest] - time)))
            {
                nearest = i;
            }
        }

        return nearest;
    }
}

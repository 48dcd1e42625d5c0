using System.Globalization;
using System.Security.Cryptography;
using System.Text;

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

    /// <summary>
    /// A name for everything that a cut takes from the grid: 32 hexadecimal digits, the same for grids that differ by less than anybody could see (0.1 ms, a hundredth of energy).
    /// </summary>
    public string Fingerprint()
    {
        var text = new StringBuilder();
        Add(BeatSeconds, 4);
        Add(DownbeatIndexes.Select(index => (double)index), 0);
        Add(SectionStartSeconds, 4);
        Add(BeatEnergies, 2);
        Add([DurationSeconds], 4);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text.ToString())).AsSpan(0, 16));

        void Add(IEnumerable<double> values, int decimals)
        {
            foreach (var value in values)
            {
                text.Append(Math.Round(value, decimals).ToString(CultureInfo.InvariantCulture)).Append(' ');
            }

            text.Append(';');
        }
    }

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

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
    /// A name for everything that a cut takes from the grid: 32 hexadecimal digits, the same for grids whose values round to the same (times to 0.1 ms, energies to a hundredth). Differences
    /// that nobody could see mostly round away, but not where one value lies just below a rounding border and the other just above.
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
                // First as corrections keep times: what was moved and moved back must not fall on the other side of a border.
                text.Append(Math.Round(Math.Round(value, 6), decimals).ToString(CultureInfo.InvariantCulture)).Append(' ');
            }

            text.Append(';');
        }
    }

    /// <summary>Index of the time nearest to another, of two equally near the earlier; of no times −1.</summary>
    /// <param name="times">Seconds, rising.</param>
    /// <param name="seconds">The other.</param>
    public static int Nearest(IReadOnlyList<double> times, double seconds)
    {
        var (low, high) = (0, times.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = times[middle] < seconds ? (middle + 1, high) : (low, middle);
        }

        return low == times.Count || (low > 0 && seconds - times[low - 1] <= times[low] - seconds) ? low - 1 : low;
    }

    private static int NearestTo(IReadOnlyList<double> beats, double time)
    {
        var nearest = Nearest(beats, time);
        return nearest >= 0 && Math.Abs(beats[nearest] - time) <= SameBeatSeconds ? nearest : -1;
    }
}

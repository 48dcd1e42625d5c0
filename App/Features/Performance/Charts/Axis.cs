namespace Downbeat.Features.Performance.Charts;

/// <summary>Where an axis has its marks: at round numbers, from zero to just above the greatest value.</summary>
internal static class Axis
{
    private static readonly double[] RoundSteps = [1, 2, 2.5, 5, 10];

    /// <summary>Marks of an axis of values, at most five steps, the first at zero.</summary>
    /// <param name="greatest">The greatest value; the axis goes to 1 when it is zero or less.</param>
    public static IReadOnlyList<double> Marks(double greatest)
    {
        if (greatest <= 0 || !double.IsFinite(greatest))
        {
            return [0, 1];
        }

        var rough = greatest / 4;
        var size = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = size * RoundSteps.First(round => round * size >= rough * 0.999);
        return [.. Enumerable.Range(0, (int)Math.Ceiling((greatest / step) - 1e-9) + 1).Select(mark => mark * step)];
    }

    /// <summary>Marks of an axis of time at round clock times, about as many as wanted.</summary>
    public static IReadOnlyList<DateTimeOffset> Marks(DateTimeOffset from, DateTimeOffset to, int wanted)
    {
        int[] minutes = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440, 2880];
        var step = TimeSpan.FromMinutes(minutes.FirstOrDefault(minute => (to - from).TotalMinutes / minute <= wanted, minutes[^1]));
        List<DateTimeOffset> marks = [];
        for (var at = new DateTimeOffset((from.UtcTicks + step.Ticks - 1) / step.Ticks * step.Ticks, TimeSpan.Zero); at <= to; at += step)
        {
            marks.Add(at);
        }

        return marks;
    }
}

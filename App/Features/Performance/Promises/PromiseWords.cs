using System.Globalization;

namespace Downbeat.Features.Performance.Promises;

/// <summary>How promises are put into words.</summary>
internal static class PromiseWords
{
    /// <summary>A verdict with a sign, so that it needs no colour.</summary>
    public static string Of(PromiseVerdict verdict) => verdict switch
    {
        PromiseVerdict.Kept => "✓ kept",
        PromiseVerdict.Missed => "✗ missed",
        _ => "– not measured",
    };

    /// <summary>What is promised: <c>p95 ≤ 10 ms</c>; empty where nothing is.</summary>
    public static string GoalOf(PromiseFigure figure) => (figure.AtLeast, figure.AtMost) switch
    {
        ({ } least, { } most) => $"{figure.Name} {Number(least)} to {With(most, figure.Unit)}",
        ({ } least, null) => $"{figure.Name} ≥ {With(least, figure.Unit)}",
        (null, { } most) => $"{figure.Name} ≤ {With(most, figure.Unit)}",
        _ => "",
    };

    /// <summary>What was measured: <c>p95 3.4 ms</c>.</summary>
    public static string MeasuredOf(PromiseFigure figure)
    {
        var words = figure.Measured is { } value ? With(value, figure.Unit) : "–";

        // What misses its bound by little must not read as if it were the bound.
        var bound = (figure.AtLeast is { } least && words == With(least, figure.Unit)) || (figure.AtMost is { } most && words == With(most, figure.Unit));
        return figure.IsMissed && bound ? $"{figure.Name} {string.Create(CultureInfo.InvariantCulture, $"{figure.Measured:#,0.####}")} {figure.Unit}".TrimEnd() : $"{figure.Name} {words}";
    }

    /// <summary>How large the run was: <c>60 s, 1,000,000 songs, SQLite</c>; what nobody wrote down is left out.</summary>
    public static string RunOf(Promise promise) => string.Join(", ", new[]
    {
        promise.Seconds is { } seconds ? SecondsOf(seconds) : "",
        promise.Songs is { } songs ? SongsOf(songs) : "",
        promise.Database,
    }.Where(part => part.Length > 0));

    /// <summary>Why a run is too small to count: <c>5 s, not the 60 s that are promised</c>; empty when it is not.</summary>
    public static string ShortfallOf(Promise promise) => promise.IsTooSmall
        ? string.Join("; ", new[] { Shortfall(promise.Seconds, promise.AtLeastSeconds, SecondsOf), Shortfall(promise.Songs, promise.AtLeastSongs, SongsOf) }.Where(part => part.Length > 0))
        : "";

    /// <summary>A ratio to bare Kestrel.</summary>
    public static string RatioOf(double ratio) => ratio.ToString(ratio < 0.01 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    private static string SecondsOf(long seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds} s");

    private static string SongsOf(long songs) => string.Create(CultureInfo.InvariantCulture, $"{songs:#,0} songs");

    private static string Shortfall(long? measured, long? promised, Func<long, string> words) =>
        (measured ?? 0) >= (promised ?? 0) ? "" : $"{(measured is { } value ? words(value) : "size unknown")}, not the {words(promised!.Value)} that are promised";

    private static string With(double value, string unit) => unit.Length == 0 ? Number(value) : $"{Number(value)} {unit}";

    // Three digits that count are enough to judge by.
    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}

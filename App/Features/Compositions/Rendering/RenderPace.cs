namespace Downbeat.Features.Compositions.Rendering;

/// <summary>How a finished film compares with what was said of it.</summary>
/// <param name="SongId">Its song: films of one song show the same clips.</param>
/// <param name="Manner">What its settings are alike in, see <see cref="MannerOf"/>.</param>
/// <param name="WorkSeconds">The plain estimate of the time.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="WorkBytes">The plain estimate of the size.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="ForecastSeconds">What was said about the time.</param>
/// <param name="ForecastBytes">What was said about the size.</param>
internal sealed record RenderPace(Guid SongId, string Manner, double WorkSeconds, double Seconds, double WorkBytes, double Bytes, double ForecastSeconds, double ForecastBytes)
{
    private const int FewestOfSong = 2;
    private const int FewestOfManner = 3;
    private const int Newest = 9;

    /// <summary>By how much the plain estimate of the time was wrong.</summary>
    public double SecondsFactor => Seconds / WorkSeconds;

    /// <summary>By how much the plain estimate of the size was wrong.</summary>
    public double BytesFactor => Bytes / WorkBytes;

    /// <summary>How far the forecast of the time was off, as a share of what it came to.</summary>
    public double SecondsError => Math.Abs(ForecastSeconds - Seconds) / Seconds;

    /// <summary>How far the forecast of the size was off, as a share of what it came to.</summary>
    public double BytesError => Math.Abs(ForecastBytes - Bytes) / Bytes;

    /// <summary>Settings whose films are compared with each other: everything that the encoder is told.</summary>
    public static string MannerOf(RenderSettings settings) => $"{settings}";

    /// <summary>What to multiply a plain estimate with: the median of the newest films of the same song and manner; where there are too few, of the manner, and then of all; 1 without any.</summary>
    /// <param name="paces">Finished films, newest first.</param>
    /// <param name="songId">The song.</param>
    /// <param name="manner">The manner.</param>
    /// <param name="factor">Which factor.</param>
    public static double Factor(IReadOnlyList<RenderPace> paces, Guid songId, string manner, Func<RenderPace, double> factor)
    {
        var alike = paces.Where(pace => pace.Manner == manner).ToList();
        var nearest = alike.FindAll(pace => pace.SongId == songId);
        var chosen = nearest.Count >= FewestOfSong ? nearest : alike.Count >= FewestOfManner ? alike : paces;
        return chosen.Count == 0 ? 1 : Median(chosen.Take(Newest).Select(factor));
    }

    /// <summary>The middle of some values; between the two in the middle of an even number.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? throw new InvalidOperationException("There is no middle of nothing.") : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}

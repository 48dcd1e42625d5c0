namespace Downbeat.Features.Compositions.Rendering;

/// <summary>How a finished film compares with what was said of it.</summary>
/// <param name="SongId">Its song: films of one song show the same clips.</param>
/// <param name="Manner">Settings whose films are compared with each other: all that says how it is coded.</param>
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
    private const int Newest = 15;

    /// <summary>More rounds change nothing that counts.</summary>
    private const int Rounds = 3;

    /// <summary>By how much the plain estimate of the time was wrong.</summary>
    public double SecondsFactor => Seconds / WorkSeconds;

    /// <summary>By how much the plain estimate of the size was wrong.</summary>
    public double BytesFactor => Bytes / WorkBytes;

    /// <summary>How far the forecast of the time was off, as a share of what it came to.</summary>
    public double SecondsError => Math.Abs(ForecastSeconds - Seconds) / Seconds;

    /// <summary>How far the forecast of the size was off, as a share of what it came to.</summary>
    public double BytesError => Math.Abs(ForecastBytes - Bytes) / Bytes;

    /// <summary>
    /// What to multiply a plain estimate with: by how much it is wrong for films of the same manner (all films, while there are too few), times by how much more it is wrong for those of the same song;
    /// 1 without any. Both come from a median polish (Tukey 1977) of the newest films, so that neither one bad hour nor a machine of long ago has a say.
    /// </summary>
    /// <param name="paces">Finished films, newest first.</param>
    /// <param name="songId">The song.</param>
    /// <param name="manner">The manner.</param>
    /// <param name="factor">Which factor.</param>
    public static double Factor(IReadOnlyList<RenderPace> paces, Guid songId, string manner, Func<RenderPace, double> factor)
    {
        if (paces.Count == 0)
        {
            return 1;
        }

        var ofAll = Median(paces.Take(Newest).Select(factor));
        var (ofManner, ofSong) = (new Dictionary<string, double>(), new Dictionary<Guid, double>());
        for (var round = 0; round < Rounds; round++)
        {
            ofManner = Medians(paces, pace => pace.Manner, FewestOfManner, pace => factor(pace) / ofSong.GetValueOrDefault(pace.SongId, 1));
            ofSong = Medians(paces, pace => pace.SongId, FewestOfSong, pace => factor(pace) / ofManner.GetValueOrDefault(pace.Manner, ofAll));
        }

        return ofManner.GetValueOrDefault(manner, ofAll) * ofSong.GetValueOrDefault(songId, 1);
    }

    private static Dictionary<TKey, double> Medians<TKey>(IReadOnlyList<RenderPace> paces, Func<RenderPace, TKey> key, int fewest, Func<RenderPace, double> value)
        where TKey : notnull =>
        paces.GroupBy(key).Where(same => same.Count() >= fewest).ToDictionary(same => same.Key, same => Median(same.Take(Newest).Select(value)));

    /// <summary>The middle of some values; between the two in the middle of an even number.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? throw new InvalidOperationException("There is no middle of nothing.") : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}

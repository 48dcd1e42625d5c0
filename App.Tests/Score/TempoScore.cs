namespace Downbeat.Tests.Score;

/// <summary>Tempo accuracy by Gouyon et al. ("An experimental comparison of audio tempo induction algorithms", 2006).</summary>
internal static class TempoScore
{
    private const double Tolerance = 0.04;

    /// <summary>Accuracy 1: the tempo is within 4 % of the true one, inclusive. A tempo of 0, which means none, never is.</summary>
    /// <param name="trueBpm">True tempo in beats a minute, positive.</param>
    /// <param name="foundBpm">Found tempo in beats a minute; 0 for none.</param>
    public static bool IsAccurate1(double trueBpm, double foundBpm) => Math.Abs(foundBpm - trueBpm) <= Tolerance * trueBpm;

    /// <summary>Accuracy 2: as accuracy 1, and twice, three times, half or a third of the true tempo counts too.</summary>
    /// <inheritdoc cref="IsAccurate1"/>
    public static bool IsAccurate2(double trueBpm, double foundBpm) =>
        new[] { 1, 2, 3, 1 / 2.0, 1 / 3.0 }.Any(factor => IsAccurate1(factor * trueBpm, foundBpm));
}

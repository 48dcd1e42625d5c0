using System.Text.RegularExpressions;

namespace Downbeat.Tests.Score;

/// <summary>A key.</summary>
/// <param name="Tonic">Half-tones above C, 0 to 11.</param>
/// <param name="IsMinor">Whether it is minor.</param>
internal readonly record struct MusicKey(int Tonic, bool IsMinor);

/// <summary>The weighted key score of MIREX, by the definition of mir_eval.key (Raffel et al. 2014).</summary>
internal static partial class KeyScore
{
    /// <summary>1 for the same key, 0.5 for a fifth above in the same mode, 0.3 for the relative key, 0.2 for the parallel key, else 0.</summary>
    /// <param name="truth">True key.</param>
    /// <param name="found">Found key; null for none, which scores 0.</param>
    public static double Of(MusicKey truth, MusicKey? found)
    {
        if (found is not { } key)
        {
            return 0;
        }

        var above = (key.Tonic - truth.Tonic + 12) % 12;
        return (key.IsMinor == truth.IsMinor, above) switch
        {
            (true, 0) => 1,
            (true, 7) => 0.5,
            (false, _) when above == (truth.IsMinor ? 3 : 9) => 0.3,
            (false, 0) => 0.2,
            _ => 0,
        };
    }

    /// <summary>
    /// The keys that a text names: <c>F sharp minor</c>, <c>Bb major</c>, <c>A:min</c>, <c>G major or C mixolydian</c>. A mode of the church counts by its third; without a mode both
    /// are meant. Empty when it names none.
    /// </summary>
    /// <param name="text">As annotated.</param>
    public static IReadOnlyList<MusicKey> Parse(string text) => [.. text.Split(" or ").SelectMany(ParseOne)];

    private static IEnumerable<MusicKey> ParseOne(string text)
    {
        var name = Name().Match(text);
        if (!name.Success)
        {
            return [];
        }

        var letter = "C D EF G A B".IndexOf(name.Groups["letter"].Value.ToUpperInvariant(), StringComparison.Ordinal);
        var accidental = name.Groups["accidental"].Value.ToUpperInvariant() switch { "#" or "♯" or "SHARP" => 1, "B" or "♭" or "FLAT" => -1, _ => 0 };
        var tonic = (letter + accidental + 12) % 12;
        var rest = name.Groups["rest"].Value;
        bool[] modes = Minor().IsMatch(rest) ? [true] : Major().IsMatch(rest) ? [false] : [false, true];
        return modes.Select(isMinor => new MusicKey(tonic, isMinor));
    }

    [GeneratedRegex(@"^\s*(?<letter>[A-Ga-g])[\s-]*(?<accidental>#|♯|b(?=$|m|[^a-z])|♭|sharp|flat)?(?<rest>([\s:(-]|m(?![a-z])|maj|min).*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Name();

    [GeneratedRegex(@"\bmin|\bm\b|dorian|aeolian|phrygian", RegexOptions.IgnoreCase)]
    private static partial Regex Minor();

    [GeneratedRegex(@"\bmaj|ionian|mixolydian|lydian", RegexOptions.IgnoreCase)]
    private static partial Regex Major();
}

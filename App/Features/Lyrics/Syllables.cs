namespace Downbeat.Features.Lyrics;

/// <summary>How long a text is when it is sung.</summary>
internal static class Syllables
{
    private const string Vowels = "aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿāăąēĕėęěīĭįıōŏőœūŭůűųαεηιουωάέήίόύώаеёиоуыэюяєії";

    // Vowels in a row are one sound in Latin and Greek, but not from here on.
    private const int FirstCyrillic = 0x0400;

    /// <summary>
    /// Syllables by groups of vowels, at least one a word; in scripts that write syllables or words as one sign, such as Chinese, Japanese and Korean, one a sign.
    /// At least 1, also for an empty text.
    /// </summary>
    public static int Of(string text)
    {
        var count = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Sum(OfWord);
        return Math.Max(1, count);
    }

    private static int OfWord(string word)
    {
        var (count, wasVowel) = (0, false);
        foreach (var letter in word.EnumerateRunes())
        {
            var isVowel = System.Text.Rune.ToLowerInvariant(letter) is { IsBmp: true } lower && Vowels.Contains((char)lower.Value, StringComparison.Ordinal);
            count += IsWholeSyllable(letter) || (isVowel && !(wasVowel && letter.Value < FirstCyrillic)) ? 1 : 0;
            wasVowel = isVowel;
        }

        return Math.Max(1, count);
    }

    // From the CJK radicals on: kana, ideographs, Hangul, and their extensions.
    private static bool IsWholeSyllable(System.Text.Rune letter) => letter.Value >= 0x2E80 && System.Text.Rune.IsLetter(letter);
}

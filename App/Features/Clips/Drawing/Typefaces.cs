using SkiaSharp;

namespace Downbeat.Features.Clips.Drawing;

/// <summary>Letters that the machine has.</summary>
internal static class Typefaces
{
    /// <summary>A bold face of the first family that is there, or of another one that has all the letters.</summary>
    /// <param name="families">Wanted ones.</param>
    /// <param name="words">What is to be written.</param>
    public static SKTypeface Of(IReadOnlyList<string> families, IReadOnlyList<StageWord> words)
    {
        var text = string.Concat(words.Select(word => word.Text));
        foreach (var family in families)
        {
            // A family that is not there gives another one, by another name.
            var face = SKFontManager.Default.MatchFamily(family, SKFontStyle.Bold);
            if (face is not null && face.FamilyName.Equals(family, StringComparison.OrdinalIgnoreCase) && HasAll(face, text))
            {
                return face;
            }

            face?.Dispose();
        }

        var missing = text.EnumerateRunes().FirstOrDefault(rune => rune.Value > 0x7F);
        return (missing.Value == 0 ? null : SKFontManager.Default.MatchCharacter(null, SKFontStyle.Bold, null, missing.Value)) ?? SKTypeface.Default;
    }

    private static bool HasAll(SKTypeface face, string text)
    {
        using var font = new SKFont(face);
        return font.ContainsGlyphs(text);
    }
}

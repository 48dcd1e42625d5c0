using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>Finds the characters of captions and cards that no installed font can show. libass draws boxes in their place and goes on, so it is asked before a film is made.</summary>
internal sealed partial class CaptionFonts(Ffmpeg ffmpeg)
{
    private const int NamedAtMost = 12;

    // A few at once, so that what libass has to say about them fits into what is kept of it.
    private const int AskedAtOnce = 32;

    /// <summary>Looks for fonts.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="folder">An existing folder for a small file.</param>
    /// <param name="stop">Kills ffmpeg.</param>
    /// <returns>What to tell about signs that are shown as boxes; null when there are none.</returns>
    /// <exception cref="StudioProblem">422 <c>captions.no_font</c>: letters are missing, and with them the words.</exception>
    /// <exception cref="MediaFailure">ffmpeg cannot draw captions at all.</exception>
    public async Task<string?> CheckAsync(Cut cut, string folder, CancellationToken stop)
    {
        var missing = new List<Rune>();
        foreach (var some in CharactersOf(cut).Chunk(AskedAtOnce))
        {
            missing.AddRange(await MissingAsync(string.Concat(some), folder, stop).ConfigureAwait(false));
        }

        var letters = missing.FindAll(rune => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
        return letters.Count > 0
            ? throw new StudioProblem(422, "captions.no_font", $"No font of this machine has {Named(letters)}; install one that does (Debian: fonts-noto, for Chinese, Japanese and Korean fonts-noto-cjk), or leave these captions out.")
            : missing.Count > 0 ? $"No font of this machine has {Named(missing)}: boxes are shown instead." : null;
    }

    /// <summary>All that can be seen, each once, in order. Letters of ASCII are in any font.</summary>
    private static IEnumerable<Rune> CharactersOf(Cut cut)
    {
        var texts = (cut.Captions?.Lines ?? []).Select(line => line.Text).Concat(cut.Cards.SelectMany(card => (string[])[card.Heading, card.Line])).ToList();
        return texts.Count == 0 ? [] : texts.SelectMany(text => text.EnumerateRunes()).Append(new('a')).Where(rune => rune.Value is 'a' || !rune.IsAscii).Distinct().Order();
    }

    private async Task<IEnumerable<Rune>> MissingAsync(string text, string folder, CancellationToken stop)
    {
        var cut = new Cut(FrameRate.Of(1), 640, 360, Fit.Stretch, 0, 1, []) { Captions = new(CaptionStyle.Bottom, 0.05, null, [new(0, 1, text)]) };
        var script = CaptionScript.Of(cut, new(0, 1))!;
        var path = Path.Combine(folder, "characters.ass");
        await File.WriteAllTextAsync(path, script.Text, stop).ConfigureAwait(false);
        var said = await ffmpeg.RunAsync(
            ["-loglevel", "warning", "-f", "lavfi", "-i", "color=s=640x360:r=1", "-vf", script.Filters(cut, path), "-frames:v", "1", "-f", "null", "-"], RunLimits.Short, null, stop)
            .ConfigureAwait(false);
        return NotFound().Matches(said).Select(match => new Rune(int.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture))).Distinct();
    }

    private static string Named(List<Rune> runes) => string.Join(' ', runes.Take(NamedAtMost)) + (runes.Count > NamedAtMost ? $" and {runes.Count - NamedAtMost} more" : "");

    [GeneratedRegex("failed to find any fallback with glyph 0x([0-9A-F]+)")]
    private static partial Regex NotFound();
}

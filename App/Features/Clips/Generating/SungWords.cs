using Downbeat.Features.Clips.Drawing;
using Downbeat.Features.Lyrics;

namespace Downbeat.Features.Clips.Generating;

/// <summary>The words that are sung in a stretch of a song.</summary>
internal static class SungWords
{
    private const double LastLineSeconds = 4;

    /// <summary>The words of a stretch, with times from its beginning; where nothing is known to be sung, those of the title, one on each beat.</summary>
    /// <param name="lyrics">The song's words; null for none.</param>
    /// <param name="title">Its title.</param>
    /// <param name="beats">Its beats in seconds.</param>
    /// <param name="start">Where the stretch begins.</param>
    /// <param name="end">Where it ends.</param>
    public static IReadOnlyList<StageWord> Of(SongLyrics? lyrics, string title, IReadOnlyList<double> beats, double start, double end)
    {
        var timed = (lyrics?.Lines ?? []).Where(line => line.Start is not null).OrderBy(line => line.Start).ToList();
        var sung = timed.SelectMany((line, number) => Words(line, timed.ElementAtOrDefault(number + 1)?.Start ?? line.Start!.Value + LastLineSeconds, number)).Where(word => word.End > start && word.Start < end).ToList();
        return [.. (sung.Count > 0 ? sung : Title(title, beats, start, end)).Select(word => word with { Start = word.Start - start, End = word.End - start })];
    }

    private static IEnumerable<StageWord> Words(LyricLine line, double nextStart, int number)
    {
        if (line.Words.Count > 0)
        {
            return Joined(line.Words).Select(word => new StageWord(word.Text, word.Start, word.End, number));
        }

        var texts = line.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var (from, step) = (line.Start!.Value, ((line.End ?? nextStart) - line.Start.Value) / Math.Max(1, texts.Length));
        return texts.Select((text, i) => new StageWord(text, from + (i * step), from + ((i + 1) * step), number));
    }

    // Syllables of one word come without a space between them.
    private static IEnumerable<LyricWord> Joined(IReadOnlyList<LyricWord> parts)
    {
        LyricWord? word = null;
        foreach (var part in parts)
        {
            if (word is not null && (word.Text.EndsWith(' ') || part.Text.StartsWith(' ')))
            {
                yield return word with { Text = word.Text.Trim() };
                word = null;
            }

            word = word is null ? part : word with { Text = word.Text + part.Text, End = part.End };
        }

        if (word is not null)
        {
            yield return word with { Text = word.Text.Trim() };
        }
    }

    private static IEnumerable<StageWord> Title(string title, IReadOnlyList<double> beats, double start, double end)
    {
        var texts = title.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var times = beats.Where(beat => beat >= start - 0.01 && beat < end).ToList();
        if (times.Count == 0)
        {
            times = [.. Enumerable.Range(0, Math.Max(1, (int)(2 * (end - start)))).Select(step => start + (step / 2.0))];
        }

        return texts.Length == 0 ? [] : times.Select((time, i) => new StageWord(texts[i % texts.Length], time, i + 1 < times.Count ? times[i + 1] : end, i / texts.Length));
    }
}

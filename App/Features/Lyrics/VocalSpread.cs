using Downbeat.Features.Analysis;

namespace Downbeat.Features.Lyrics;

/// <summary>
/// Spreads lines without times over the singing. Nothing is listened to word by word: lines are laid into phrases, in order, so that each phrase holds about as many syllables as it
/// is long and most lines begin where somebody begins to sing; a dynamic programme finds the cheapest way. An estimate, and marked as one.
/// </summary>
internal static class VocalSpread
{
    private const double SamePhraseGapSeconds = 0.2;
    private const double SnapSeconds = 0.15;
    private const double ShortestSeconds = 1e-3;
    private const int MostPhrasesOfALine = 8;
    private const double MostCrowded = 4;

    // All in units of the squared logarithm by which a phrase is longer or shorter than its lines' share of all singing: twice as long costs 0.48.
    private const double BeginInsidePhraseCost = 0.15;
    private const double BreathInsideLineCost = 1;
    private const double VerseInsidePhraseCost = 1;
    private const double EmptyCostPerSyllable = 0.1;

    /// <summary>Gives times to all lines that have none or an estimate; lines that somebody timed stay, and the others keep between them.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="voice">Where somebody sings, rising; when empty, the whole song.</param>
    /// <param name="beatSeconds">Beats, rising; a line within 150 ms of one begins on it. May be empty.</param>
    /// <param name="endSeconds">Length of the song, or where the part of it ends that the lines belong to.</param>
    /// <param name="startSeconds">Where that part begins.</param>
    public static IReadOnlyList<LyricLine> Fill(
        IReadOnlyList<LyricLine> lines, IReadOnlyList<SongSpan> voice, IReadOnlyList<double> beatSeconds, double endSeconds, double startSeconds = 0)
    {
        LyricLine[] filled = [.. lines];
        for (var first = 0; first < lines.Count; first++)
        {
            if (IsFixed(lines[first]))
            {
                continue;
            }

            var end = first;
            while (end < lines.Count && !IsFixed(lines[end]))
            {
                end++;
            }

            FillRun(filled, first, end, voice, beatSeconds, startSeconds, endSeconds);
            first = end;
        }

        return filled;
    }

    private static bool IsFixed(LyricLine line) => line is { Start: not null, IsEstimate: false };

    // The timed line before a run sings too until the run begins, so it takes part, held where it is.
    private static void FillRun(
        LyricLine[] lines, int first, int end, IReadOnlyList<SongSpan> voice, IReadOnlyList<double> beatSeconds, double startSeconds, double endSeconds)
    {
        var isHeld = first > 0;
        var begin = isHeld ? first - 1 : first;
        var from = isHeld ? lines[begin].Start!.Value : startSeconds;
        var to = end < lines.Length ? lines[end].Start!.Value : endSeconds;
        if (to - from < ShortestSeconds)
        {
            // No room: all of them at once, for somebody to part.
            for (var i = first; i < end; i++)
            {
                lines[i] = lines[i] with { Start = from, End = from, Words = [], IsEstimate = true };
            }

            return;
        }

        var phrases = Phrases(voice, from, to);
        foreach (var (i, sung) in Lay(lines.AsSpan(begin, end - begin), phrases, isHeld).Index().Skip(isHeld ? 1 : 0))
        {
            var start = Math.Max(Snapped(sung.Start, beatSeconds, from, to), begin + i > 0 ? lines[begin + i - 1].Start!.Value : 0);
            lines[begin + i] = lines[begin + i] with { Start = start, End = Math.Max(start, sung.End), Words = [], IsEstimate = true };
        }

        // Snapping may have moved the next beginning before the end.
        for (var i = begin; i < end && i + 1 < lines.Length; i++)
        {
            lines[i] = lines[i] with { End = lines[i].End > lines[i + 1].Start && !IsFixed(lines[i]) ? lines[i + 1].Start : lines[i].End };
        }
    }

    private static List<SongSpan> Phrases(IReadOnlyList<SongSpan> voice, double from, double to)
    {
        var phrases = new List<SongSpan>();
        foreach (var span in voice.Where(span => span.End > from && span.Start < to).Select(span => new SongSpan(Math.Max(from, span.Start), Math.Min(to, span.End))).Where(span => LengthOf(span) >= ShortestSeconds))
        {
            if (phrases is [.., var last] && span.Start - last.End < SamePhraseGapSeconds)
            {
                phrases[^1] = last with { End = Math.Max(last.End, span.End) };
            }
            else
            {
                phrases.Add(span);
            }
        }

        return phrases.Count > 0 ? phrases : [new(from, to)];
    }

    /// <summary>Where each line is sung.</summary>
    private static SongSpan[] Lay(ReadOnlySpan<LyricLine> lines, List<SongSpan> phrases, bool isFirstHeld)
    {
        int[] syllables = [.. lines.ToArray().Select(line => Syllables.Of(line.Text))];
        bool[] beginVerse = [.. lines.ToArray().Select(line => line.BeginsVerse)];
        var blocks = Blocks(syllables, beginVerse, phrases, isFirstHeld);
        var sung = new SongSpan[syllables.Length];
        foreach (var (line, lineCount, phrase, phraseCount) in blocks.Where(block => block.LineCount > 0))
        {
            var (from, to) = (phrases[phrase].Start, phrases[phrase + phraseCount - 1].End);
            var perSyllable = (to - from) / syllables.Skip(line).Take(lineCount).Sum();
            for (var i = line; i < line + lineCount; i++)
            {
                sung[i] = new(from, i + 1 < line + lineCount ? from + (perSyllable * syllables[i]) : to);
                from = sung[i].End;
            }
        }

        return sung;
    }

    /// <summary>The cheapest way to lay all lines into phrases: several lines into one phrase, one line into several, or none, where what seemed to be a voice was none.</summary>
    private static List<Block> Blocks(int[] syllables, bool[] beginVerse, List<SongSpan> phrases, bool isFirstHeld)
    {
        var (lineCount, phraseCount) = (syllables.Length, phrases.Count);
        var secondsPerSyllable = phrases.Sum(LengthOf) / syllables.Sum();
        var cost = new double[lineCount + 1, phraseCount + 1];
        var last = new Block[lineCount + 1, phraseCount + 1];
        for (var i = 0; i <= lineCount; i++)
        {
            for (var p = 0; p <= phraseCount; p++)
            {
                cost[i, p] = i + p == 0 ? 0 : double.PositiveInfinity;
            }
        }

        for (var p = 0; p < phraseCount; p++)
        {
            for (var i = 0; i <= lineCount; i++)
            {
                if (double.IsFinite(cost[i, p]))
                {
                    Extend(i, p);
                }
            }
        }

        var blocks = new List<Block>();
        for (var (i, p) = (lineCount, phraseCount); p > 0; (i, p) = (blocks[^1].Line, blocks[^1].Phrase))
        {
            blocks.Add(last[i, p]);
        }

        return blocks;

        void Extend(int i, int p)
        {
            if (i > 0 || !isFirstHeld)
            {
                Offer(new(i, 0, p, 1), EmptyCostPerSyllable * LengthOf(phrases[p]) / secondsPerSyllable);
            }

            var (share, inside) = (0.0, 0.0);
            for (var n = 1; i + n <= lineCount && share <= MostCrowded * LengthOf(phrases[p]); n++)
            {
                share += syllables[i + n - 1] * secondsPerSyllable;
                Offer(new(i, n, p, 1), (Math.Sqrt(n) * Squared(Math.Log(Math.Max(LengthOf(phrases[p]), 1e-3) / share))) + inside);
                inside += i + n < lineCount && beginVerse[i + n] ? VerseInsidePhraseCost : BeginInsidePhraseCost;
            }

            var (length, breaths) = (LengthOf(phrases[p]), 0.0);
            for (var m = 2; i < lineCount && m <= MostPhrasesOfALine && p + m <= phraseCount; m++)
            {
                length += LengthOf(phrases[p + m - 1]);
                breaths += Math.Min(1, phrases[p + m - 1].Start - phrases[p + m - 2].End);
                Offer(new(i, 1, p, m), Squared(Math.Log(Math.Max(length, 1e-3) / (syllables[i] * secondsPerSyllable))) + (breaths * BreathInsideLineCost));
            }
        }

        void Offer(Block block, double blockCost)
        {
            var (i, p) = (block.Line + block.LineCount, block.Phrase + block.PhraseCount);
            var total = cost[block.Line, block.Phrase] + blockCost;
            if (total < cost[i, p])
            {
                (cost[i, p], last[i, p]) = (total, block);
            }
        }
    }

    private static double LengthOf(SongSpan phrase) => phrase.End - phrase.Start;

    private static double Squared(double value) => value * value;

    private static double Snapped(double seconds, IReadOnlyList<double> beatSeconds, double from, double to)
    {
        var nearest = beatSeconds.Where(beat => beat >= from && beat < to).Select(beat => (double?)beat).MinBy(beat => Math.Abs(beat!.Value - seconds));
        return nearest is { } beat && Math.Abs(beat - seconds) <= SnapSeconds ? beat : seconds;
    }

    /// <summary>Lines laid into phrases.</summary>
    private readonly record struct Block(int Line, int LineCount, int Phrase, int PhraseCount);
}

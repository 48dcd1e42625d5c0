namespace Downbeat.Features.Lyrics;

/// <summary>
/// Spreads lines without times over the singing. Nothing is listened to word by word: a line is expected to take its share, by syllables, of all singing, and to begin where
/// somebody begins to sing; a dynamic programme over both finds the cheapest way. An estimate, and marked as one.
/// </summary>
internal static class VocalSpread
{
    private const double SamePhraseGapSeconds = 0.2;
    private const double SnapSeconds = 0.15;
    private const double StepSeconds = 0.2;
    private const int MaxPlaces = 2400;
    private const int LongestInShares = 4;

    // In units of the squared logarithm by which a line is longer or shorter than its share: a line may take twice its time (0.48) to begin with a breath.
    private const double BeginInsidePhraseCost = 0.5;
    private const double BreathInsideLineCost = 0.5;

    /// <summary>Gives times to all lines that have none or an estimate; lines that somebody timed stay, and the others keep between them.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="voice">Where somebody sings, rising; when empty, the whole song.</param>
    /// <param name="beatSeconds">Beats, rising; a line within 150 ms of one begins on it. May be empty.</param>
    /// <param name="durationSeconds">Length of the song.</param>
    public static IReadOnlyList<LyricLine> Fill(
        IReadOnlyList<LyricLine> lines, IReadOnlyList<TimeSpanSeconds> voice, IReadOnlyList<double> beatSeconds, double durationSeconds)
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

            FillRun(filled, first, end, voice, beatSeconds, durationSeconds);
            first = end;
        }

        return filled;
    }

    private static bool IsFixed(LyricLine line) => line is { Start: not null, IsEstimate: false };

    // The timed line before a run sings too until the run begins, so it takes part, held where it is.
    private static void FillRun(
        LyricLine[] lines, int first, int end, IReadOnlyList<TimeSpanSeconds> voice, IReadOnlyList<double> beatSeconds, double durationSeconds)
    {
        var isHeld = first > 0;
        var begin = isHeld ? first - 1 : first;
        var from = isHeld ? lines[begin].Start!.Value : 0;
        var to = end < lines.Length ? lines[end].Start!.Value : durationSeconds;
        var phrases = Phrases(voice, from, to);
        double[] syllables = [.. lines[begin..end].Select(line => (double)Syllables.Of(line.Text))];
        var places = Places(phrases, syllables.Length);
        var starts = Align(syllables, places, isHeld);
        for (var i = isHeld ? 1 : 0; i < starts.Length; i++)
        {
            var start = Math.Max(Snapped(places[starts[i]].Clock, beatSeconds, from, to), i > 0 && begin + i > 0 ? lines[begin + i - 1].Start!.Value : from);
            var next = i + 1 < starts.Length ? starts[i + 1] : places.Length - 1;
            lines[begin + i] = lines[begin + i] with { Start = start, End = Math.Max(start, places[next].SilentSince), Words = [], IsEstimate = true };
        }

        // Snapping may have moved the next beginning before the end.
        for (var i = begin; i < end && i + 1 < lines.Length; i++)
        {
            lines[i] = lines[i] with { End = lines[i].End > lines[i + 1].Start && !IsFixed(lines[i]) ? lines[i + 1].Start : lines[i].End };
        }
    }

    private static List<TimeSpanSeconds> Phrases(IReadOnlyList<TimeSpanSeconds> voice, double from, double to)
    {
        var phrases = new List<TimeSpanSeconds>();
        foreach (var span in voice.Where(span => span.End > from && span.Start < to).Select(span => new TimeSpanSeconds(Math.Max(from, span.Start), Math.Min(to, span.End))))
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

    /// <summary>Where a line may begin, and at last where all singing has ended.</summary>
    private static Place[] Places(List<TimeSpanSeconds> phrases, int lineCount)
    {
        var sungSeconds = phrases.Sum(phrase => phrase.Length);
        var step = Math.Max(sungSeconds / MaxPlaces, Math.Min(StepSeconds, sungSeconds / (2 * lineCount)));
        var places = new List<Place>();
        var (sung, silentSince) = (0.0, phrases[0].Start);
        foreach (var phrase in phrases)
        {
            places.Add(new(sung, phrase.Start, silentSince, IsPhrase: true));
            for (var k = 1; k * step < phrase.Length - (step / 2); k++)
            {
                places.Add(new(sung + (k * step), phrase.Start + (k * step), phrase.Start + (k * step), IsPhrase: false));
            }

            sung += phrase.Length;
            silentSince = phrase.End;
        }

        places.Add(new(sung, silentSince, silentSince, IsPhrase: true));
        return [.. places];
    }

    /// <summary>The place where each line begins, rising.</summary>
    private static int[] Align(double[] syllables, Place[] places, bool isFirstHeld)
    {
        var (count, last) = (syllables.Length, places.Length - 1);
        var secondsPerSyllable = places[last].Sung / syllables.Sum();
        var breaths = BreathsBefore(places);
        var cost = new double[last + 1];
        var from = new short[count][];
        Array.Fill(cost, double.PositiveInfinity);
        for (var k = 0; k < last; k++)
        {
            cost[k] = isFirstHeld ? (k == 0 ? 0 : double.PositiveInfinity) : BeginCost(places[k]) + Squared(places[k].Sung / secondsPerSyllable / syllables[0]);
        }

        for (var i = 0; i < count; i++)
        {
            var share = syllables[i] * secondsPerSyllable;
            var next = new double[last + 1];
            from[i] = new short[last + 1];
            Array.Fill(next, double.PositiveInfinity);
            for (var k = 0; k < last; k++)
            {
                for (var to = i == count - 1 ? last : k + 1; double.IsFinite(cost[k]) && to <= last - (i == count - 1 ? 0 : 1); to++)
                {
                    var length = places[to].Sung - places[k].Sung;
                    if (length > LongestInShares * share && to > k + 2 && i < count - 1)
                    {
                        break;
                    }

                    var total = cost[k] + Squared(Math.Log(Math.Max(length, 1e-3) / share)) + BeginCost(places[to])
                        + (BreathInsideLineCost * (breaths[to] - breaths[k] - (places[k].IsPhrase ? places[k].BreathSeconds : 0)));
                    if (total < next[to])
                    {
                        (next[to], from[i][to]) = (total, (short)k);
                    }
                }
            }

            cost = next;
        }

        var starts = new int[count];
        for (var (i, k) = (count - 1, last); i >= 0; i--)
        {
            k = from[i][k];
            starts[i] = k;
        }

        return starts;
    }

    /// <summary>For each place the breaths that begin before it, each up to a second.</summary>
    private static double[] BreathsBefore(Place[] places)
    {
        var sums = new double[places.Length];
        for (var k = 1; k < places.Length; k++)
        {
            sums[k] = sums[k - 1] + places[k - 1].BreathSeconds;
        }

        return sums;
    }

    private static double BeginCost(Place place) => place.IsPhrase ? 0 : BeginInsidePhraseCost;

    private static double Squared(double value) => value * value;

    private static double Snapped(double seconds, IReadOnlyList<double> beatSeconds, double from, double to)
    {
        var nearest = beatSeconds.Where(beat => beat >= from && beat < to).MinBy(beat => Math.Abs(beat - seconds));
        return beatSeconds.Count > 0 && Math.Abs(nearest - seconds) <= SnapSeconds ? nearest : seconds;
    }

    /// <param name="Sung">Seconds of singing before it.</param>
    /// <param name="Clock">Seconds of the song before it.</param>
    /// <param name="SilentSince">When the singing before it ended; <paramref name="Clock"/> inside a phrase.</param>
    /// <param name="IsPhrase">Somebody begins to sing here.</param>
    private readonly record struct Place(double Sung, double Clock, double SilentSince, bool IsPhrase)
    {
        public double BreathSeconds => Math.Min(1, Clock - SilentSince);
    }
}

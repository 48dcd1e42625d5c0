namespace Downbeat.Features.Analysis.Dsp;

/// <summary>A stretch of time over which one chord is the best explanation.</summary>
/// <param name="StartSeconds">Where it begins.</param>
/// <param name="EndSeconds">Where it ends.</param>
/// <param name="Root">Pitch class, C is 0.</param>
/// <param name="Kind">Suffix of the name: empty for major, <c>m</c>, <c>7</c>, <c>m7</c>, <c>maj7</c>.</param>
/// <param name="Confidence">How far it is ahead of every chord with another triad, 0 to 1.</param>
internal sealed record ChordSpan(double StartSeconds, double EndSeconds, int Root, string Kind, double Confidence)
{
    /// <summary>Root with sharps and kind: <c>C</c>, <c>F#m</c>, <c>G7</c>.</summary>
    public string Name => Key.Names[Root] + Kind;

    /// <summary>Whether its third is minor.</summary>
    public bool IsMinor => Kind is "m" or "m7";
}

/// <summary>
/// Chords by templates over the notes of each beat, the bass deciding between chords that share notes, smoothed over time by the Viterbi algorithm (Fujishima 1999; Sheh and Ellis
/// 2003). Chords change on beats, most willingly on the first of a bar.
/// </summary>
internal static class Chords
{
    /// <summary>Confidence from which a chord is called clear.</summary>
    public const double Clear = 0.3;

    private const double StepWithoutBeatsSeconds = 0.5;
    private const double LongestStepSeconds = 1.2;
    private const double ShortestStepSeconds = 0.15;
    private const double BassWeight = 0.25;
    private const double FifthInBass = 0.3;
    private const double SeventhCost = 0.04;
    private const double NoChord = 0.55;
    private const double ChangeCost = 0.3;
    private const double ChangeWithinBarCost = 0.5;
    private const double ClearLead = 0.25;
    private const double FullFit = 0.85;
    private const int BassUpToNote = 52;
    private const int HarmonyFromNote = 47;
    private const int HarmonyUpToNote = 84;
    private const int FadeNotes = 6;

    private static readonly (string Name, int[] Steps)[] Kinds = [("", [0, 4, 7]), ("m", [0, 3, 7]), ("7", [0, 4, 7, 10]), ("m7", [0, 3, 7, 10]), ("maj7", [0, 4, 7, 11])];
    private static readonly int Count = 12 * Kinds.Length;

    /// <summary>Finds the chords.</summary>
    /// <param name="notes">What sounds.</param>
    /// <param name="beats">Times in seconds, rising; without beats chords change in steps of half a second.</param>
    /// <param name="downbeats">Which beats begin a bar.</param>
    /// <param name="durationSeconds">Length of the song.</param>
    /// <returns>In order and apart; where no chord fits there is a gap.</returns>
    public static ChordSpan[] Find(Notes notes, IReadOnlyList<double> beats, int[] downbeats, double durationSeconds)
    {
        var edges = Edges(beats, durationSeconds);
        var bars = downbeats.Select(index => beats[index]).ToHashSet();
        var fits = Enumerable.Range(0, edges.Length - 1).Select(step => Fits(notes, edges[step], edges[step + 1])).ToArray();
        var path = Path(fits, [.. edges.Take(fits.Length).Select(edge => bars.Count == 0 || bars.Contains(edge) ? ChangeCost : ChangeWithinBarCost)]);
        var spans = new List<ChordSpan>();
        for (var (from, to) = (0, 0); from < path.Length; from = to)
        {
            while (to < path.Length && path[to] == path[from])
            {
                to++;
            }

            if (path[from] < Count)
            {
                spans.Add(new(edges[from], edges[to], path[from] / Kinds.Length, Kinds[path[from] % Kinds.Length].Name, Confidence(fits.AsSpan(from, to - from), path[from])));
            }
        }

        return [.. spans];
    }

    private static double[] Edges(IReadOnlyList<double> beats, double durationSeconds)
    {
        var edges = new List<double> { 0 };
        foreach (var beat in (IEnumerable<double>)[.. beats.Where(beat => beat > ShortestStepSeconds && beat < durationSeconds - ShortestStepSeconds), durationSeconds])
        {
            var steps = beat - edges[^1] <= LongestStepSeconds ? 1 : (int)Math.Ceiling((beat - edges[^1]) / StepWithoutBeatsSeconds);
            var (start, step) = (edges[^1], (beat - edges[^1]) / steps);
            edges.AddRange(Enumerable.Range(1, steps - 1).Select(k => start + (k * step)));
            edges.Add(beat);
        }

        return [.. edges];
    }

    /// <summary>How well each chord explains a stretch of time, and last of all how well no chord does.</summary>
    private static double[] Fits(Notes notes, double from, double to)
    {
        var (harmony, bass) = (new double[12], new double[12]);
        var first = Math.Clamp((int)Math.Round(from * Notes.RowsPerSecond), 0, notes.Rows.Length - 1);
        var end = Math.Clamp((int)Math.Round(to * Notes.RowsPerSecond), first + 1, notes.Rows.Length);
        foreach (var row in notes.Rows.AsSpan(first, end - first))
        {
            for (var n = 0; n < Notes.Count; n++)
            {
                var note = Notes.LowestNote + n;
                harmony[note % 12] += row[n] * Math.Clamp((note - HarmonyFromNote) / (double)FadeNotes, 0, 1) * Math.Clamp((HarmonyUpToNote - note) / (double)FadeNotes, 0, 1);
                bass[note % 12] += row[n] * Math.Clamp((BassUpToNote - note) / (double)FadeNotes, 0, 1);
            }
        }

        var (length, low) = (Math.Sqrt(harmony.Sum(value => value * value)), Math.Max(bass.Sum(), 1e-9));
        var fits = new double[Count + 1];
        fits[Count] = NoChord;
        for (var chord = 0; chord < Count && length > 1e-3; chord++)
        {
            var (root, steps) = (chord / Kinds.Length, Kinds[chord % Kinds.Length].Steps);
            var fit = steps.Sum(step => harmony[(root + step) % 12]) / length / Math.Sqrt(steps.Length);
            var below = (bass[root] + (FifthInBass * bass[(root + 7) % 12])) / low;
            fits[chord] = fit + (BassWeight * below) - (steps.Length > 3 ? SeventhCost : 0);
        }

        return fits;
    }

    private static int[] Path(double[][] fits, double[] changeCosts)
    {
        var score = (double[])fits[0].Clone();
        var from = new int[fits.Length][];
        for (var step = 1; step < fits.Length; step++)
        {
            var best = Best(score);
            from[step] = new int[score.Length];
            var next = new double[score.Length];
            for (var chord = 0; chord < score.Length; chord++)
            {
                var stays = score[chord] >= score[best] - changeCosts[step];
                from[step][chord] = stays ? chord : best;
                next[chord] = fits[step][chord] + (stays ? score[chord] : score[best] - changeCosts[step]);
            }

            score = next;
        }

        var path = new int[fits.Length];
        path[^1] = Best(score);
        for (var step = fits.Length - 1; step > 0; step--)
        {
            path[step - 1] = from[step][path[step]];
        }

        return path;
    }

    private static int Best(double[] values)
    {
        var best = 0;
        for (var n = 1; n < values.Length; n++)
        {
            best = values[n] > values[best] ? n : best;
        }

        return best;
    }

    private static double Confidence(ReadOnlySpan<double[]> fits, int chord)
    {
        var mean = new double[Count];
        foreach (var row in fits)
        {
            for (var n = 0; n < Count; n++)
            {
                mean[n] += row[n] / fits.Length;
            }
        }

        var others = Enumerable.Range(0, Count).Where(n => Triad(n) != Triad(chord)).Max(n => mean[n]);
        return Math.Clamp((mean[chord] - others) / ClearLead, 0, 1) * Math.Clamp((mean[chord] - NoChord) / (FullFit - NoChord), 0, 1);
    }

    private static (int Root, int Third) Triad(int chord) => (chord / Kinds.Length, Kinds[chord % Kinds.Length].Steps[1]);
}

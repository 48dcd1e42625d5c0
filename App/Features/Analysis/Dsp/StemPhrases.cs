namespace Downbeat.Features.Analysis.Dsp;

/// <summary>
/// Where somebody sings, from the stem of the voice. Loudness says when: within 14 dB of its own loud parts and no more than 18 dB below the song. But what leads a song may end up in that stem,
/// and what is left of everything else always does: a stem whose loud parts are 12 dB below those of the song, or that does not move as a voice does by the partials of <see cref="Singing"/>, has no phrases.
/// </summary>
internal static class StemPhrases
{
    private const double SmoothSeconds = 0.12;
    private const double LoudShare = 0.95;
    private const double BelowOwnLoud = 0.04;
    private const double BelowSong = 0.016;
    private const double FaintestOfSong = 0.063;
    private const double LongestPauseSeconds = 0.25;
    private const double ShortestSeconds = 0.3;

    // Of five voices (four split off roughly, one as it was recorded) the least lively has 0.435, of nine pieces without a voice, split alike, those that are loud enough have 0.16 to 0.44.
    private const double LeastLife = 0.42;

    /// <summary>Finds the phrases.</summary>
    /// <param name="vocals">What the stem of the voice is like.</param>
    /// <param name="song">Power of the whole song, as many steps.</param>
    /// <returns>In order and apart from each other; none when nobody sings.</returns>
    public static VoiceSpan[] Find(StemListener vocals, float[] song)
    {
        var width = (int)(SmoothSeconds * Curves.PerSecond);
        var (own, all) = (Smoothing.MovingMean([.. vocals.Powers], width), Smoothing.MovingMean(song, width));
        var loud = Smoothing.Quantile(own, LoudShare);
        if (loud <= FaintestOfSong * Smoothing.Quantile(all, LoudShare))
        {
            return [];
        }

        var spans = new List<(int From, int To)>();
        for (var n = 0; n < own.Length; n++)
        {
            if (own[n] < BelowOwnLoud * loud || own[n] < BelowSong * all[n])
            {
                continue;
            }

            if (spans.Count > 0 && n - spans[^1].To < LongestPauseSeconds * Curves.PerSecond)
            {
                spans[^1] = (spans[^1].From, n + 1);
            }
            else
            {
                spans.Add((n, n + 1));
            }
        }

        var sung = spans.Where(span => span.To - span.From >= ShortestSeconds * Curves.PerSecond).ToList();
        return Life(vocals, sung) < LeastLife ? [] : [.. sung.Select(span => new VoiceSpan(span.From / Curves.PerSecond, span.To / Curves.PerSecond))];
    }

    /// <summary>How much of what sounds in these stretches moves as a voice does, 0 to 1.</summary>
    private static double Life(StemListener vocals, IReadOnlyCollection<(int From, int To)> spans)
    {
        double moved = 0, strength = 0, harmonic = 0, count = 0;
        foreach (var step in spans.SelectMany(span => Enumerable.Range(span.From, span.To - span.From)))
        {
            var (stepMoved, stepAll, stepHarmonic) = vocals.Movements[step];
            (moved, strength, harmonic, count) = (moved + stepMoved, strength + stepAll, harmonic + stepHarmonic, count + 1);
        }

        return strength > 0 ? moved / strength * Math.Min(1, harmonic / count / Singing.HarmonicShare) : 0;
    }
}

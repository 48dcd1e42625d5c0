using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis;

/// <summary>What was heard in the whole song, with what its stems tell better in its place: strokes of drums, notes of the bass, the voice. Beats, parts and everything else stay. Pure.</summary>
internal static class RefinedAnalysis
{
    /// <summary>
    /// The findings as they may be trusted: where nobody was heard to sing in the whole song, what leads it has ended up in the stem of the voice. Of a voice that is there the stem tells better when.
    /// </summary>
    public static StemFindings Trusted(StemFindings stems, SongAnalysis heard) => heard.Voice.Count > 0 || stems.Voice is not { } voice
        ? stems
        : stems with { Voice = new([], voice.Syllables with { Seconds = [] }, new float[voice.Curve.Length]) };

    /// <summary>Lays findings over an analysis.</summary>
    /// <param name="heard">What was heard in the whole song.</param>
    /// <param name="curves">How the song moves; null when that is not known.</param>
    /// <param name="stems">What was heard in its stems.</param>
    /// <returns>The analysis, and how the song moves by its stems.</returns>
    public static (SongAnalysis Heard, Curves? Curves) Of(SongAnalysis heard, Curves? curves, StemFindings stems)
    {
        var refined = curves?.With(stems);
        var atBeats = refined?.PerBeat(heard.Beats, heard.DurationSeconds);
        return (heard with
        {
            Hits = new(stems.Drums?.Kick.Seconds ?? heard.Hits.Kick, stems.Drums?.Snare.Seconds ?? heard.Hits.Snare, stems.Drums?.Hats.Seconds ?? heard.Hits.Hats)
            {
                Bass = stems.Bass?.Seconds ?? heard.Hits.Bass,
            },
            Voice = stems.Voice is { } voice ? Inside(voice.Phrases, heard.DurationSeconds) : heard.Voice,
            Curves = atBeats is null ? heard.Curves : new(atBeats.Kick, atBeats.Snare, atBeats.Hats, atBeats.Bass, atBeats.Voice),
        }, refined);
    }

    /// <summary>How loud each stem is at each beat.</summary>
    public static IReadOnlyList<SongStem> AtBeats(StemFindings stems, IReadOnlyList<double> beats, double durationSeconds) =>
    [
        .. stems.Energies.Select(stem => new SongStem(
            stem.Name, [.. beats.Select((beat, n) => Math.Round(Curves.Loudness(stem.Curve, beat, n + 1 < beats.Count ? beats[n + 1] : durationSeconds), 3))])),
    ];

    private static IReadOnlyList<SongSpan> Inside(IEnumerable<VoiceSpan> phrases, double durationSeconds) =>
        [.. phrases.Where(phrase => phrase.StartSeconds < durationSeconds).Select(phrase => new SongSpan(phrase.StartSeconds, Math.Min(durationSeconds, phrase.EndSeconds)))];
}

using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Features.Analysis.Networks;

/// <summary>What the networks that are here heard in a song.</summary>
/// <param name="Beats">Beats and first beats of bars; null when no network for them could be used.</param>
/// <param name="Tags">Genre, mood and tags; null likewise.</param>
/// <param name="Voice">Where somebody sings or speaks, in seconds, in order; null likewise.</param>
/// <param name="Names">Who spoke.</param>
internal sealed record NetworkFindings(BeatActivations? Beats, SoundTags? Tags, IReadOnlyList<(double Start, double End)>? Voice, IReadOnlyList<string> Names)
{
    /// <summary>Of silence, and where there are no networks.</summary>
    public static NetworkFindings None { get; } = new(null, null, null, []);

    /// <summary>What our own engine heard, with what the networks hear better in its place.</summary>
    public Heard Refine(Heard heard) => heard with
    {
        Mood = Tags?.Mood.Apply(heard.Mood) ?? heard.Mood,
        Genre = Tags?.Genre ?? heard.Genre,
        Voice = Voice?.Select(span => new VoiceSpan(span.Start, span.End)).ToArray() ?? heard.Voice,
    };

    /// <summary>Who listened, our own engine first.</summary>
    public string Engine => string.Join(" + ", ["Downbeat DSP", .. Names]);
}

using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>A title over the pictures: at the film's beginning or its end.</summary>
/// <param name="Frames">When it is seen, fading at both ends.</param>
/// <param name="Heading">The large line.</param>
/// <param name="Line">The smaller one below it; may be empty.</param>
internal sealed record Card(FrameRange Frames, string Heading, string Line)
{
    /// <summary>The cards of a film: each at its end of it, none longer than half of it, so that they do not meet.</summary>
    /// <param name="title">At the beginning; only its length counts.</param>
    /// <param name="end">At the end; only its length counts.</param>
    /// <param name="frames">Length of the film.</param>
    public static IReadOnlyList<Card> Place(Card? title, Card? end, int frames)
    {
        int Length(Card card) => Math.Min(card.Frames.Count, frames / 2);
        return
        [
            .. title is null ? (Card[])[] : [title with { Frames = new(0, Length(title)) }],
            .. end is null ? (Card[])[] : [end with { Frames = new(frames - Length(end), frames) }],
        ];
    }
}

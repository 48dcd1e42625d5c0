using System.Text.Json.Serialization;

namespace Downbeat.Features.Compositions.Planning;

/// <summary>The words that a film shows while they are sung.</summary>
/// <param name="Style">How they look.</param>
/// <param name="Size">Height of a line, as a share of the frame's shorter side.</param>
/// <param name="Language">Their language, as whoever brought them names it; null when not known.</param>
/// <param name="Lines">In order, one after another.</param>
internal sealed record Captions(CaptionStyle Style, double Size, string? Language, IReadOnlyList<Caption> Lines)
{
    /// <summary>Those that are seen in a part of the song; null when there is none.</summary>
    public Captions? Within(double startSeconds, double endSeconds)
    {
        List<Caption> seen = [.. Lines.Where(line => line.EndSeconds > startSeconds && line.StartSeconds < endSeconds)];
        return seen.Count > 0 ? this with { Lines = seen } : null;
    }
}

/// <summary>One line, in the song's time.</summary>
/// <param name="StartSeconds">When it appears.</param>
/// <param name="EndSeconds">When it goes.</param>
/// <param name="Text">What is sung; a line feed parts what two sing at once.</param>
internal sealed record Caption(double StartSeconds, double EndSeconds, string Text)
{
    /// <summary>Its words with the spaces behind them, which together make the text; empty when they are not shown one by one.</summary>
    public IReadOnlyList<CaptionWord> Words { get; init; } = [];
}

/// <summary>A word of a line, in the song's time.</summary>
/// <param name="StartSeconds">When it begins.</param>
/// <param name="EndSeconds">When it has been sung.</param>
/// <param name="Text">The word, with the spaces behind it.</param>
internal sealed record CaptionWord(double StartSeconds, double EndSeconds, string Text);

/// <summary>How captions look.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaptionStyle>))]
internal enum CaptionStyle
{
    /// <summary>White, below.</summary>
    [JsonStringEnumMemberName("bottom")] Bottom,

    /// <summary>White, in the middle.</summary>
    [JsonStringEnumMemberName("centre")] Centre,

    /// <summary>Below; each word is filled with colour while it is sung.</summary>
    [JsonStringEnumMemberName("karaoke")] Karaoke,
}

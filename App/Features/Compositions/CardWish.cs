using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions;

/// <summary>A title over the pictures, as it is asked for.</summary>
public sealed record CardWish
{
    private const int MostLetters = 120;

    /// <summary>The large line, at most 120 characters; the song's title when null.</summary>
    public string? Heading { get; init; }

    /// <summary>The smaller line below it, at most 120 characters; the song's artist when null.</summary>
    public string? Line { get; init; }

    /// <summary>How long it is seen, 1 to 15; 4 when null. Never more than half of the video.</summary>
    public double? Seconds { get; init; }

    /// <summary>The card, its frames counted from 0.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>.</exception>
    internal Card Read(Song song, FrameRate rate, string field) => new(
        new(0, rate.FrameAt(CompositionSettings.InRange(Seconds ?? 4, 1, 15, $"{field}.seconds"))),
        Text(Heading ?? DisplayName.Clean(song.Title, MostLetters), $"{field}.heading"),
        Text(Line ?? DisplayName.Clean(song.Artist, MostLetters), $"{field}.line"));

    private static string Text(string text, string field) =>
        text.Length <= MostLetters ? DisplayName.Clean(text, MostLetters) : throw StudioProblem.Field(field, $"{field} has at most {MostLetters} characters.");
}

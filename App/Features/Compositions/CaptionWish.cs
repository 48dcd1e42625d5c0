using System.Text;
using Downbeat.Features.Analysis;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Lyrics;
using Downbeat.Http;

namespace Downbeat.Features.Compositions;

/// <summary>Captions as they are asked for.</summary>
public sealed record CaptionWish
{
    private const string TextField = "captions.text";

    // A line that nothing ends is shown this long, at most until the next begins.
    private const double OpenEndSeconds = 5;

    /// <summary>lyrics (those of the song) or text (those sent here); when null text if there is one.</summary>
    public string? Source { get; init; }

    /// <summary>LRC, enhanced LRC, SRT, WebVTT, UltraStar or plain text, which is spread over the singing in the part of the song that the video shows; at most 256 KB. It is not kept with the settings: the plan holds its lines.</summary>
    public string? Text { get; init; }

    /// <summary>bottom, centre or karaoke; bottom when null.</summary>
    public string? Style { get; init; }

    /// <summary>Height of a line as a share of the frame's shorter side, 0.02 to 0.15; 0.055 when null.</summary>
    public double? Size { get; init; }

    /// <summary>Language, such as en; that of the lyrics when null.</summary>
    public string? Language { get; init; }

    /// <summary>Whether the song's lyrics are wanted.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>.</exception>
    internal bool WantsLyrics => (Choices.Read<CaptionSource>(Source, "captions.source") ?? (Text is null ? CaptionSource.Lyrics : CaptionSource.Text)) == CaptionSource.Lyrics;

    /// <summary>What is kept of the wish with a video.</summary>
    internal CaptionWish WithoutText() => this with { Source = WantsLyrics ? "lyrics" : "text", Text = null };

    /// <summary>The captions, in the song's time.</summary>
    /// <param name="analysis">The song as it was heard: words without times are spread over its singing.</param>
    /// <param name="lyrics">The song's words; null when it has none, or others are wanted.</param>
    /// <param name="startSeconds">Where the film begins: words that are sent along without any time are spread from there; null for the song's beginning.</param>
    /// <param name="endSeconds">Where it ends, and they with it; null for the song's end.</param>
    /// <exception cref="StudioProblem">
    /// 400 <c>request.field</c>; 409 <c>captions.no_lyrics</c>; what <see cref="LyricReader"/> refuses, such as 413 <c>lyrics.too_large</c>, each with <c>captions.text</c>.
    /// </exception>
    internal Captions Read(SongAnalysis analysis, SongLyrics? lyrics, double? startSeconds = null, double? endSeconds = null)
    {
        var (style, size) = (ReadStyle(), ReadSize());
        var (language, lines) = WantsLyrics
            ? lyrics is null ? throw NoLyrics() : (lyrics.Language, lyrics.Lines)
            : ReadText(analysis.DurationSeconds);

        // Lines with times belong to the song, wherever the film begins; lines without any belong to the film.
        var isOfFilm = !WantsLyrics && lines.All(line => line.Start is null);
        var end = isOfFilm ? Math.Min(endSeconds ?? analysis.DurationSeconds, analysis.DurationSeconds) : analysis.DurationSeconds;
        var timed = lines.All(line => line.Start is not null) ? lines : VocalSpread.Fill(lines, analysis.Voice, analysis.Beats, end, isOfFilm ? startSeconds ?? 0 : 0);
        return new(style, size, LyricRules.CleanLanguage(Language ?? language ?? "", "captions.language"), Lines(timed, end, style == CaptionStyle.Karaoke));
    }

    /// <summary>Words that were read before, in the wished style and size.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>.</exception>
    internal Captions Dress(Captions words) => words with { Style = ReadStyle(), Size = ReadSize() };

    private CaptionStyle ReadStyle() => Choices.Read<CaptionStyle>(Style, "captions.style") ?? CaptionStyle.Bottom;

    private double ReadSize() => CompositionSettings.InRange(Size ?? 0.055, 0.02, 0.15, "captions.size");

    private (string? Language, IReadOnlyList<LyricLine> Lines) ReadText(double durationSeconds)
    {
        try
        {
            var content = LyricReader.Read(Encoding.UTF8.GetBytes(Text ?? throw StudioProblem.Field(TextField, "Send the words as captions.text, or set captions.source to lyrics.")), durationSeconds);
            return (content.Language, content.Lines);
        }
        catch (StudioProblem problem) when (problem.Errors?.ContainsKey(TextField) is not true)
        {
            throw new StudioProblem(problem.Status, problem.Code, problem.Message, new Dictionary<string, string[]> { [TextField] = [problem.Message] });
        }
    }

    /// <summary>One caption after another: what begins at once is shown together, and everything ends when the next begins.</summary>
    private static List<Caption> Lines(IReadOnlyList<LyricLine> lines, double durationSeconds, bool withWords)
    {
        var groups = lines.Where(line => line.Start < durationSeconds).GroupBy(line => line.Start!.Value).OrderBy(group => group.Key).ToList();
        var captions = new List<Caption>(groups.Count);
        for (var i = 0; i < groups.Count; i++)
        {
            var start = groups[i].Key;
            var next = i + 1 < groups.Count ? groups[i + 1].Key : durationSeconds;
            var end = Math.Min(next, groups[i].Max(line => line.End is { } e && e > start ? e : start + OpenEndSeconds));
            captions.Add(new(start, end, string.Join('\n', groups[i].Select(line => line.Text)))
            {
                Words = withWords ? [.. groups[i].SelectMany((line, n) => CaptionWords.Of(line, start, end, n + 1 < groups[i].Count() ? "\n" : ""))] : [],
            });
        }

        return captions;
    }

    private static StudioProblem NoLyrics() => new(409, "captions.no_lyrics", "This song has no lyrics yet; add them to the song, or send the words as captions.text.");

    private enum CaptionSource
    {
        Lyrics,
        Text,
    }
}

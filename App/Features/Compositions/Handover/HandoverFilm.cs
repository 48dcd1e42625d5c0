using System.Globalization;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Handover;

/// <summary>A film as editing programs are told of it: its cut, the media by name and address, and the music as markers. A pure value.</summary>
/// <param name="Title">One line.</param>
/// <param name="Cut">The plan.</param>
/// <param name="Song">The recording under it.</param>
/// <param name="Clips">The clips that it shows, each by its identity.</param>
/// <param name="Markers">Beats and parts of the song that fall into the film, by rising start.</param>
internal sealed record HandoverFilm(string Title, Cut Cut, HandoverSong Song, IReadOnlyDictionary<Guid, HandoverClip> Clips, IReadOnlyList<HandoverMarker> Markers)
{
    /// <summary>What is seen, run by run, in order; the runs cover the film without gap or overlap.</summary>
    public IReadOnlyList<FilmRun> Runs() => [.. Cut.Shots.SelectMany(shot => FilmRun.Of(shot, Clips[shot.ClipId], Cut.Rate))];

    /// <summary>Frame of the film that a moment of the song falls on.</summary>
    public int FrameAt(double songSeconds) => Cut.Rate.FrameAt(songSeconds - Cut.StartSeconds);

    /// <summary>A name on one line and without characters that XML or terminals cannot carry: each becomes a space, half of a pair a replacement character.</summary>
    public static string OneLine(string name)
    {
        var line = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            var isUnwanted = (rune.Value & 0xFFFE) == 0xFFFE
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            line.Append(isUnwanted ? " " : rune.ToString());
        }

        return line.ToString();
    }
}

/// <summary>A clip as editing programs are told of it.</summary>
/// <param name="Title">One line.</param>
/// <param name="Address">Where its file is had.</param>
/// <param name="DurationSeconds">Length of its pictures, above 0; 0 for a still.</param>
/// <param name="Rate">Its pictures per second, on average.</param>
/// <param name="Width">Width in pixels as shown.</param>
/// <param name="Height">Height in pixels as shown.</param>
internal sealed record HandoverClip(string Title, string Address, double DurationSeconds, FrameRate Rate, int Width, int Height)
{
    /// <summary>One picture.</summary>
    public bool IsStill => DurationSeconds <= 0;
}

/// <summary>The song as editing programs are told of it.</summary>
/// <param name="Title">One line.</param>
/// <param name="Address">Where its file is had.</param>
/// <param name="DurationSeconds">Length.</param>
/// <param name="SampleRateHz">Samples per second and channel.</param>
/// <param name="Channels">1 or more.</param>
internal sealed record HandoverSong(string Title, string Address, double DurationSeconds, int SampleRateHz, int Channels);

/// <summary>A moment or part of the song.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What it is called: Beat 5, Bar 2, chorus.</param>
/// <param name="StartSeconds">Where it begins in the song; never before the film does.</param>
/// <param name="EndSeconds">Where a part ends, never after the film does; the start again for a moment.</param>
internal sealed record HandoverMarker(MarkerKind Kind, string Name, double StartSeconds, double EndSeconds);

/// <summary>What a marker marks.</summary>
internal enum MarkerKind
{
    /// <summary>A beat inside a bar.</summary>
    Beat,

    /// <summary>The first beat of a bar.</summary>
    Bar,

    /// <summary>A part of the song.</summary>
    Section,
}

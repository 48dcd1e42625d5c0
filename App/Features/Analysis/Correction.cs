using System.Text.Json;
using System.Text.Json.Serialization;

namespace Downbeat.Features.Analysis;

/// <summary>
/// What a person changes about an analysis: the body of PATCH /songs/{id}/analysis. Null leaves as it is; several changes are made in the order of the properties.
/// Everything is relative to the analysis in effect, so that a second correction builds on the first.
/// </summary>
public sealed record Correction
{
    /// <summary>The version that the caller saw; when another one is in effect by now, nothing is changed. Null: whichever is in effect.</summary>
    public int? Version { get; init; }

    /// <summary>Start of the stretch that <see cref="Beats"/>, <see cref="Taps"/>, tempo, shifts and bars are restricted to, seconds; null for the start of the song.</summary>
    public double? From { get; init; }

    /// <summary>End of that stretch, seconds, itself outside; null for the end of the song.</summary>
    public double? To { get; init; }

    /// <summary>The beats, rising seconds, at least 50 ms apart; none: there is no beat.</summary>
    public IReadOnlyList<double>? Beats { get; init; }

    /// <summary>
    /// Moments at which a person tapped, seconds of the song, at least four; missed and stray ones are tolerated, those outside the
    /// stretch are left out. What was tapped becomes a steady beat, moved onto the onsets near by;
    /// it goes on to both sides until the stretch, the song or the tempo ends.
    /// </summary>
    public IReadOnlyList<double>? Taps { get; init; }

    /// <summary>A steady tempo in beats a minute, 20 to 400.</summary>
    public double? TempoBpm { get; init; }

    /// <summary>A moment, seconds, at which a beat of <see cref="TempoBpm"/> falls; null: the first beat that is there now.</summary>
    public double? AnchorSeconds { get; init; }

    /// <summary>2 puts a beat between every two, and half a beat before the first and after the last where there is room; 0.5 leaves every other one.</summary>
    public double? TempoFactor { get; init; }

    /// <summary>
    /// Moves the beats by so many seconds, later when positive; by the length of the song at most, in a stretch by one of its beats. What leaves the stretch at one end is dropped, what leaves
    /// the song comes back when it is moved back; at the other end the beat goes on where it reached to that end.
    /// </summary>
    public double? ShiftSeconds { get; init; }

    /// <summary>0.5 or -0.5: moves each beat by half its own interval, later or earlier.</summary>
    public double? ShiftBeats { get; init; }

    /// <summary>Beats in a bar: 2, 3, 4 or 6.</summary>
    public int? BeatsPerBar { get; init; }

    /// <summary>Index, from 0, of a beat that begins a bar; the other bars are counted from it in both directions.</summary>
    public int? FirstDownbeatIndex { get; init; }

    /// <summary>All parts of the song in order; gaps are closed by the part before. Borders move onto the nearest bar.</summary>
    public IReadOnlyList<SectionWish>? Sections { get; init; }

    /// <summary>Tonic: C to B, with # or b.</summary>
    public string? Key { get; init; }

    /// <summary>major or minor.</summary>
    public string? Mode { get; init; }

    /// <summary>Mood; what is left out stays.</summary>
    public MoodWish? Mood { get; init; }

    /// <summary>Name of the genre, at most 40 characters; empty or blank: none.</summary>
    public string? Genre { get; init; }

    /// <summary>What else the request named. It is refused, not ignored.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }
}

/// <summary>A part of the song as a person sets it.</summary>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Label">1 to 40 characters.</param>
/// <param name="Group">Parts that repeat each other share a number; null: parts of the same name do.</param>
public sealed record SectionWish(double? Start, double? End, string? Label, int? Group = null);

/// <summary>A mood as a person sets it, each 0 to 1; null leaves as it is.</summary>
/// <param name="Energy">Calm to driving.</param>
/// <param name="Valence">Dark to bright.</param>
/// <param name="Tension">Relaxed to tense.</param>
/// <param name="Danceability">Free to steady.</param>
public sealed record MoodWish(double? Energy = null, double? Valence = null, double? Tension = null, double? Danceability = null);

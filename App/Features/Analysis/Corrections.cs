using System.Text.Json;
using System.Text.Json.Serialization;

namespace Downbeat.Features.Analysis;

/// <summary>
/// Everything that a person has set in one song, as a whole and not as a list of changes: it lies over whatever was heard, so that listening again loses none of it.
/// Null: as heard.
/// </summary>
internal sealed record Corrections
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true };

    /// <summary>Nothing was set.</summary>
    public static Corrections None { get; } = new();

    /// <summary>Beats and bars.</summary>
    public HandGrid? Grid { get; init; }

    /// <summary>Parts, in order, from 0 to the end of the song without gaps; borders as they were wished, before they move onto the bars of the day.</summary>
    public IReadOnlyList<HandSection>? Sections { get; init; }

    /// <summary>Key and mode.</summary>
    public HandKey? Key { get; init; }

    /// <summary>Mood.</summary>
    public SongMood? Mood { get; init; }

    /// <summary>Name of the genre; empty: none.</summary>
    public string? Genre { get; init; }

    /// <summary>True when everything is as heard.</summary>
    public bool IsNone => this == None;

    /// <summary>What of an analysis was set by hand.</summary>
    public CorrectedParts Parts => new(Grid is not null, Sections is not null, Key is not null, Mood is not null, Genre is not null);

    /// <summary>For storage.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote; of null, nothing was set.</summary>
    public static Corrections FromJson(string? json) => json is null ? None : JsonSerializer.Deserialize<Corrections>(json, Json)!;
}

/// <summary>Beats and bars as a person set them.</summary>
/// <param name="Beats">Seconds, rising. Some may lie outside the song: moved out, they can be moved back.</param>
/// <param name="Downbeats">Which of them begin a bar, rising indexes.</param>
/// <param name="BeatsPerBar">Beats in most bars; 0 when there is no beat.</param>
internal sealed record HandGrid(IReadOnlyList<double> Beats, IReadOnlyList<int> Downbeats, int BeatsPerBar)
{
    /// <summary>Stretches that were set on their own, in order and apart; what is tapped beside one does not run into it.</summary>
    public IReadOnlyList<Reach> Set { get; init; } = [];

    /// <summary>So far rounding, to a millionth at each change, may carry a beat over the edge of a song.</summary>
    public const double RoundedSeconds = 1e-5;

    /// <summary>The part of the grid that lies inside a song.</summary>
    public HandGrid Inside(double durationSeconds)
    {
        var before = Beats.TakeWhile(beat => beat < 0).Count();
        var count = Beats.Skip(before).TakeWhile(beat => beat < durationSeconds - RoundedSeconds).Count();
        return this with
        {
            Beats = [.. Beats.Skip(before).Take(count)],
            Downbeats = [.. Downbeats.Select(index => index - before).Where(index => index >= 0 && index < count)],
        };
    }
}

/// <summary>A stretch of the song.</summary>
/// <param name="From">Seconds.</param>
/// <param name="To">Seconds, itself outside.</param>
internal readonly record struct Reach(double From, double To)
{
    /// <summary>What stands this little before an edge stands on it: times are rounded when they are kept.</summary>
    public const double GraceSeconds = 0.001;

    /// <summary>Whether a moment lies in it.</summary>
    public bool Holds(double seconds) => seconds >= From - GraceSeconds && seconds < To - GraceSeconds;
}

/// <summary>A part of the song as a person set it.</summary>
/// <param name="Start">Seconds.</param>
/// <param name="End">Seconds.</param>
/// <param name="Label">Name.</param>
/// <param name="Group">Parts that repeat each other share it; counted from 0.</param>
internal sealed record HandSection(double Start, double End, string Label, int Group);

/// <summary>A key as a person set it.</summary>
/// <param name="Tonic">Name with sharps.</param>
/// <param name="Mode">major or minor.</param>
internal sealed record HandKey(string Tonic, string Mode);

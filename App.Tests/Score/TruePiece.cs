using System.Text.Json;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Score;

/// <summary>A recording and what is known of it, as an entry of a <c>truth.json</c> says. What the entry leaves out is not known; what it says beyond this is not read.</summary>
/// <param name="Name">Name of the file or folder.</param>
/// <param name="Files">Full paths of the sound files whose sum is the recording.</param>
/// <param name="TempoBpm">True tempo.</param>
/// <param name="FairBpm">Tempi at other metrical levels that a listener would accept.</param>
/// <param name="Grid">Beats as a constant grid.</param>
/// <param name="Beats">Beats one by one, in seconds; empty when the recording is known to have none.</param>
/// <param name="Downbeats">First beats of bars, in seconds.</param>
/// <param name="Parts">Form; empty when not known.</param>
/// <param name="Keys">Keys that are right; empty when not known.</param>
internal sealed record TruePiece(
    string Name,
    IReadOnlyList<string> Files,
    double? TempoBpm,
    IReadOnlyList<double> FairBpm,
    TrueGrid? Grid,
    double[]? Beats,
    double[]? Downbeats,
    IReadOnlyList<Stretch> Parts,
    IReadOnlyList<MusicKey> Keys)
{
    /// <summary>Whether one tempo holds from end to end.</summary>
    public bool IsSteady => Grid is not null;

    /// <summary>Whether a tempo found here is a false alarm.</summary>
    public bool HasNoBeat => Beats is { Length: 0 };

    /// <summary>Reads the <c>truth.json</c> of a folder.</summary>
    /// <exception cref="FileNotFoundException">The folder has none.</exception>
    /// <exception cref="JsonException">It is no JSON array.</exception>
    public static IReadOnlyList<TruePiece> ReadAll(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "truth.json")));
        return json.RootElement.ValueKind == JsonValueKind.Array
            ? [.. json.RootElement.EnumerateArray().Select(entry => Read(folder, entry))]
            : throw new JsonException("truth.json must be an array with one entry for each piece.");
    }

    /// <summary>The true beats, as written first and then at the other levels that are fair; empty when they are not known.</summary>
    public IReadOnlyList<double[]> BeatsAtFairLevels(double durationSeconds) => Grid is { } grid
        ? [.. Levels.Select(bpm => BeatScore.Grid(grid.OriginSeconds, bpm, durationSeconds))]
        : AtFairLevels(Beats);

    /// <summary>The true first beats of bars likewise.</summary>
    public IReadOnlyList<double[]> DownbeatsAtFairLevels(double durationSeconds) => Grid is { BeatsPerBar: { } beatsPerBar } grid
        ? [.. Levels.Select(bpm => BeatScore.Grid(grid.OriginSeconds, bpm / beatsPerBar, durationSeconds))]
        : AtFairLevels(Downbeats);

    private IEnumerable<double> Levels => FairBpm.Prepend(TempoBpm!.Value);

    private List<double[]> AtFairLevels(double[]? times)
    {
        List<double[]> levels = times is { Length: > 0 } ? [times] : [];
        foreach (var ratio in levels.Count > 0 && TempoBpm is { } bpm ? FairBpm.Select(fair => fair / bpm) : [])
        {
            levels.AddRange(Math.Round(2 * ratio) switch
            {
                4 => [Continuity.Doubled(levels[0])],
                1 => [Continuity.EverySecond(levels[0], 0), Continuity.EverySecond(levels[0], 1)],
                _ => Array.Empty<double[]>(),
            });
        }

        return levels;
    }

    private static TruePiece Read(string folder, JsonElement entry)
    {
        var file = Text(entry, "file");
        var path = Path.Combine(folder, file);
        var (tempoBpm, origin) = (Number(entry, "bpm"), Number(entry, "grid_origin_s"));
        var beatsPerBar = entry.TryGetProperty("grid_origin_is_downbeat", out var begins) && begins.ValueKind == JsonValueKind.True ? Number(entry, "beats_per_bar") : null;
        return new(
            Path.GetFileName(file),
            Directory.Exists(path) ? [.. Items(entry, "stems").Select(stem => Path.Combine(path, stem.GetString()!))] : [path],
            tempoBpm,
            Numbers(entry, "bpm_also_fair") ?? [],
            tempoBpm is not null && origin is not null ? new(origin.Value, (int?)beatsPerBar) : null,
            Numbers(entry, "beats") ?? (SaysNoBeat(Text(entry, "source")) && tempoBpm is null ? [] : null),
            Numbers(entry, "downbeats"),
            Sections(Items(entry, "sections")),
            KeyScore.Parse(Text(entry, "key") is { Length: > 0 } key ? key : Text(entry, "key_from_midi_histogram")));
    }

    /// <summary>A part without an end lasts to the start of the next; one of which not even that is known is left out.</summary>
    private static Stretch[] Sections(JsonElement[] parts) =>
    [
        .. from part in parts.Index()
           let start = Number(part.Item, "start")
           let end = Number(part.Item, "end") ?? (part.Index + 1 < parts.Length ? Number(parts[part.Index + 1], "start") : null)
           where start is not null && end > start
           select new Stretch(start.Value, end.Value, Text(part.Item, "label")),
    ];

    private static bool SaysNoBeat(string source) =>
        source.Contains("no music", StringComparison.OrdinalIgnoreCase) || source.Contains("no accompaniment", StringComparison.OrdinalIgnoreCase);

    private static double[]? Numbers(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => item.GetDouble())] : null;

    private static double? Number(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static JsonElement[] Items(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];
}

/// <summary>Beats at <paramref name="OriginSeconds"/> + k · 60 / tempo.</summary>
/// <param name="OriginSeconds">One of the beats; may lie before the recording.</param>
/// <param name="BeatsPerBar">Beats from one first beat to the next, counted from the origin; null when first beats are not known.</param>
internal readonly record struct TrueGrid(double OriginSeconds, int? BeatsPerBar);

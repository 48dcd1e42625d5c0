using System.Text.Json;
using System.Text.Json.Nodes;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Handover;

/// <summary>
/// A film as OpenTimelineIO JSON (the serialised data model of its version 0.17): a track of shots with their transitions and speeds, a track of the song, beats and parts as markers.
/// All times of the film and places in clips count frames of the film, also fractions of them, so that nothing is rounded; what is there of a clip counts its own frames.
/// </summary>
internal static class OtioText
{
    private const string MediaKey = "DEFAULT_MEDIA";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The text.</summary>
    public static string Of(HandoverFilm film)
    {
        var (cut, rate) = (film.Cut, film.Cut.Rate);
        var shots = new List<JsonNode>();
        foreach (var run in film.Runs())
        {
            if (run.BeginsShot && run.Shot.Transition is { } transition)
            {
                shots.Add(TransitionOf(transition, rate));
            }

            shots.Add(ClipOf(film.Clips[run.Shot.ClipId], run, cut));
        }

        var song = Clip(
            film.Song.Title, Range(cut.StartSeconds * rate.PerSecond, cut.Frames, rate.PerSecond), Media(film.Song.Title, film.Song.Address, film.Song.DurationSeconds, film.Song.SampleRateHz), [], new());
        var tracks = Item("Stack.1", "tracks", null, [], [.. film.Markers.Select(marker => MarkerOf(film, marker))], new());
        tracks["children"] = new JsonArray(Track("Shots", "Video", [.. shots]), Track("Song", "Audio", song));
        return new JsonObject
        {
            ["OTIO_SCHEMA"] = "Timeline.1",
            ["name"] = film.Title,
            ["metadata"] = Own(new() { ["width"] = cut.Width, ["height"] = cut.Height, ["fit"] = JsonSerializer.SerializeToNode(cut.Fit), ["hits"] = JsonSerializer.SerializeToNode(cut.Hits, Json) }),
            ["global_start_time"] = Time(0, rate.PerSecond),
            ["tracks"] = tracks,
        }.ToJsonString();
    }

    private static JsonObject ClipOf(HandoverClip clip, FilmRun run, Cut cut)
    {
        var effects = clip.IsStill || run.Speed == 1 ? [] : new JsonArray(new JsonObject
        {
            ["OTIO_SCHEMA"] = run.IsHeld ? "FreezeFrame.1" : "LinearTimeWarp.1",
            ["name"] = "",
            ["effect_name"] = run.IsHeld ? "FreezeFrame" : "LinearTimeWarp",
            ["time_scalar"] = run.Speed,
            ["metadata"] = new JsonObject(),
        });
        var shot = new JsonObject
        {
            ["shot"] = run.Shot.Index,
            ["clipId"] = run.Shot.ClipId,
            ["beatIndex"] = run.Shot.BeatIndex,
            ["plannedSeconds"] = run.Shot.PlannedSeconds,
            ["filling"] = JsonSerializer.SerializeToNode(run.Shot.Filling),
            ["sourceEndSeconds"] = run.Shot.SourceEndSeconds,
            ["motion"] = JsonSerializer.SerializeToNode(run.Shot.Motion),
        };
        return Clip(
            clip.Title,
            Range(run.SourceSeconds * cut.Rate.PerSecond, run.Frames.Count, cut.Rate.PerSecond),
            clip.IsStill ? Media(clip.Title, clip.Address, null, 0) : Media(clip.Title, clip.Address, clip.DurationSeconds, clip.Rate.PerSecond),
            effects,
            Own(shot));
    }

    /// <summary>A transition between the clips before and after it, half over each; the schema knows one kind by name.</summary>
    private static JsonObject TransitionOf(Transition transition, FrameRate rate) => new()
    {
        ["OTIO_SCHEMA"] = "Transition.1",
        ["name"] = $"{transition.Kind}",
        ["transition_type"] = transition.Kind is TransitionKind.Fade or TransitionKind.Dissolve ? "SMPTE_Dissolve" : "Custom_Transition",
        ["in_offset"] = Time(transition.Frames / 2, rate.PerSecond),
        ["out_offset"] = Time(transition.Frames / 2, rate.PerSecond),
        ["metadata"] = Own(new() { ["kind"] = JsonSerializer.SerializeToNode(transition.Kind) }),
    };

    private static JsonObject MarkerOf(HandoverFilm film, HandoverMarker marker)
    {
        var (start, rate) = (film.FrameAt(marker.StartSeconds), film.Cut.Rate.PerSecond);
        return new()
        {
            ["OTIO_SCHEMA"] = "Marker.2",
            ["name"] = marker.Name,
            ["color"] = marker.Kind switch { MarkerKind.Section => "GREEN", MarkerKind.Bar => "RED", _ => "CYAN" },
            ["comment"] = "",
            ["marked_range"] = Range(start, film.FrameAt(marker.EndSeconds) - start, rate),
            ["metadata"] = Own(new() { ["kind"] = $"{marker.Kind}".ToLowerInvariant(), ["songSeconds"] = marker.StartSeconds }),
        };
    }

    private static JsonObject Track(string name, string kind, params JsonNode[] children)
    {
        var track = Item("Track.1", name, null, [], [], new());
        track["kind"] = kind;
        track["children"] = new JsonArray(children);
        return track;
    }

    private static JsonObject Clip(string name, JsonObject range, JsonObject media, JsonArray effects, JsonObject metadata)
    {
        var clip = Item("Clip.2", name, range, effects, [], metadata);
        clip["media_references"] = new JsonObject { [MediaKey] = media };
        clip["active_media_reference_key"] = MediaKey;
        return clip;
    }

    private static JsonObject Item(string schema, string name, JsonObject? range, JsonArray effects, JsonArray markers, JsonObject metadata) => new()
    {
        ["OTIO_SCHEMA"] = schema,
        ["name"] = name,
        ["enabled"] = true,
        ["source_range"] = range,
        ["effects"] = effects,
        ["markers"] = markers,
        ["metadata"] = metadata,
    };

    private static JsonObject Media(string name, string address, double? seconds, double rate) => new()
    {
        ["OTIO_SCHEMA"] = "ExternalReference.1",
        ["name"] = name,
        ["target_url"] = address,
        ["available_range"] = seconds is { } length ? Range(0, Math.Round(length * rate), rate) : null,
        ["available_image_bounds"] = null,
        ["metadata"] = new JsonObject(),
    };

    /// <summary>What only Downbeat knows to read stands under its own name, as the format asks.</summary>
    private static JsonObject Own(JsonObject values) => new() { ["downbeat"] = values };

    private static JsonObject Range(double start, double duration, double rate) =>
        new() { ["OTIO_SCHEMA"] = "TimeRange.1", ["start_time"] = Time(start, rate), ["duration"] = Time(duration, rate) };

    private static JsonObject Time(double value, double rate) => new() { ["OTIO_SCHEMA"] = "RationalTime.1", ["rate"] = rate, ["value"] = value };
}

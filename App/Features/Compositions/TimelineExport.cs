using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Songs;

namespace Downbeat.Features.Compositions;

/// <summary>Hands a cut over to an editing program, as OpenTimelineIO or as a CMX 3600 edit decision list.</summary>
internal sealed class TimelineExport(CompositionStudio studio, SongLibrary songs, ClipLibrary clips)
{
    /// <summary>The cut as OpenTimelineIO JSON: one track of shots, one of the song; media are named by their address in the studio.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>.</exception>
    public async Task<string> OtioAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var (cut, song, titles) = await ReadAsync(ownerId, id, stop);
        return Otio(cut, song, titles).ToJsonString();
    }

    /// <summary>The cut as a CMX 3600 list: one event a shot, non-drop-frame time codes from 00:00:00:00.</summary>
    /// <exception cref="StudioProblem">404 <c>composition.not_found</c>.</exception>
    public async Task<string> EdlAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var (cut, song, titles) = await ReadAsync(ownerId, id, stop);
        return Edl(cut, song.Title, titles);
    }

    /// <summary>The OpenTimelineIO value of a cut.</summary>
    public static JsonObject Otio(Cut cut, Song song, IReadOnlyDictionary<Guid, string> titles)
    {
        var rate = cut.Rate.PerSecond;
        var shots = cut.Shots.Select(shot => Clip(
            titles.GetValueOrDefault(shot.ClipId, "Deleted clip"),
            $"/api/v1/clips/{shot.ClipId}/video",
            Range(Math.Round(shot.SourceStartSeconds * rate), shot.Frames.Count, rate)));
        var sound = Clip(song.Title, $"/api/v1/songs/{song.Id}/audio", Range(Math.Round(cut.StartSeconds * rate), cut.Frames, rate));
        return new()
        {
            ["OTIO_SCHEMA"] = "Timeline.1",
            ["name"] = song.Title,
            ["global_start_time"] = Time(0, rate),
            ["tracks"] = new JsonObject
            {
                ["OTIO_SCHEMA"] = "Stack.1",
                ["name"] = "tracks",
                ["children"] = new JsonArray(Track("Shots", "Video", [.. shots]), Track("Song", "Audio", sound)),
            },
        };
    }

    /// <summary>The edit decision list of a cut.</summary>
    public static string Edl(Cut cut, string title, IReadOnlyDictionary<Guid, string> titles)
    {
        var nominal = (int)Math.Round(cut.Rate.PerSecond);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"TITLE: {OneLine(title)}\r\nFCM: NON-DROP FRAME\r\n");
        foreach (var shot in cut.Shots)
        {
            var source = (int)Math.Round(shot.SourceStartSeconds * cut.Rate.PerSecond);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{shot.Index + 1:000}  AX       V     C        {Code(source, nominal)} {Code(source + shot.Frames.Count, nominal)} {Code(shot.Frames.Start, nominal)} {Code(shot.Frames.End, nominal)}\r\n");
            text.Append(CultureInfo.InvariantCulture, $"* FROM CLIP NAME: {OneLine(titles.GetValueOrDefault(shot.ClipId, "Deleted clip"))}\r\n");
        }

        return text.ToString();
    }

    private async Task<(Cut Cut, Song Song, IReadOnlyDictionary<Guid, string> Titles)> ReadAsync(Guid ownerId, Guid id, CancellationToken stop)
    {
        var composition = await studio.GetAsync(ownerId, id, stop);
        var cut = await studio.CutOfAsync(ownerId, id, stop);
        var song = await songs.GetAsync(ownerId, composition.SongId, stop);
        return (cut, song, (await clips.ListAsync(ownerId, composition.SongId, stop)).ToDictionary(clip => clip.Id, clip => clip.Title));
    }

    private static JsonObject Track(string name, string kind, params JsonNode[] children) =>
        new() { ["OTIO_SCHEMA"] = "Track.1", ["name"] = name, ["kind"] = kind, ["children"] = new JsonArray(children) };

    private static JsonObject Clip(string name, string address, JsonObject range) => new()
    {
        ["OTIO_SCHEMA"] = "Clip.1",
        ["name"] = name,
        ["source_range"] = range,
        ["media_reference"] = new JsonObject { ["OTIO_SCHEMA"] = "ExternalReference.1", ["target_url"] = address },
    };

    private static JsonObject Range(double start, double duration, double rate) =>
        new() { ["OTIO_SCHEMA"] = "TimeRange.1", ["start_time"] = Time(start, rate), ["duration"] = Time(duration, rate) };

    private static JsonObject Time(double value, double rate) => new() { ["OTIO_SCHEMA"] = "RationalTime.1", ["rate"] = rate, ["value"] = value };

    private static string Code(int frame, int nominal) =>
        string.Create(CultureInfo.InvariantCulture, $"{frame / nominal / 3600:00}:{frame / nominal / 60 % 60:00}:{frame / nominal % 60:00}:{frame % nominal:00}");

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}

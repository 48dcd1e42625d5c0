using System.Text.Json;
using System.Text.Json.Nodes;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Handover;

/// <summary>Reads a cut from OpenTimelineIO: clips, lengths, places, speeds and transitions from the structure that every program reads, the rest from our own notes.</summary>
internal static class OtioReader
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Cut Read(string text)
    {
        var timeline = JsonNode.Parse(text)!;
        var own = timeline["metadata"]!["downbeat"]!;
        var tracks = timeline["tracks"]!["children"]!.AsArray();
        var song = tracks.Single(track => (string)track!["kind"]! == "Audio")!["children"]!.AsArray().Single()!["source_range"]!;
        var rate = FrameRate.Nearest((double)timeline["global_start_time"]!["rate"]!);
        var shots = Shots(tracks.Single(track => (string)track!["kind"]! == "Video")!["children"]!.AsArray());
        return new(
            rate, (int)own["width"]!, (int)own["height"]!, own["fit"].Deserialize<Fit>(), Rounded(Seconds(song["start_time"]!)), Frames(song["duration"]!), shots)
        {
            Hits = own["hits"].Deserialize<EffectHit[]>(Json)!,
        };
    }

    /// <summary>The cut with places in clips rounded to a nanosecond, for comparison.</summary>
    public static Cut Rounded(Cut cut) => cut with
    {
        StartSeconds = Rounded(cut.StartSeconds),
        Shots = [.. cut.Shots.Select(shot => shot with { SourceStartSeconds = Rounded(shot.SourceStartSeconds) })],
    };

    private static List<Shot> Shots(JsonArray children)
    {
        var shots = new List<Shot>();
        Transition? transition = null;
        foreach (var child in children)
        {
            if ((string)child!["OTIO_SCHEMA"]! == "Transition.1")
            {
                Assert.Equal(Frames(child["in_offset"]!), Frames(child["out_offset"]!));
                transition = new(child["metadata"]!["downbeat"]!["kind"].Deserialize<TransitionKind>(), 2 * Frames(child["in_offset"]!));
                continue;
            }

            var own = child["metadata"]!["downbeat"]!;
            var (index, length) = ((int)own["shot"]!, Frames(child["source_range"]!["duration"]!));
            if (index < shots.Count)
            {
                // Another run of the same shot.
                shots[index] = shots[index] with { Frames = new(shots[index].Frames.Start, shots[index].Frames.End + length) };
                continue;
            }

            var start = shots.Count == 0 ? 0 : shots[^1].Frames.End;
            var address = (string)child["media_references"]!["DEFAULT_MEDIA"]!["target_url"]!;
            var effect = child["effects"]!.AsArray().SingleOrDefault();
            shots.Add(new(
                index, Guid.Parse(address.Split('/')[^2]), new(start, start + length), Rounded(Seconds(child["source_range"]!["start_time"]!)), (int?)own["beatIndex"],
                (double)own["plannedSeconds"]!, own["filling"].Deserialize<Filling>())
            {
                Speed = effect is null ? 1 : (double)effect["time_scalar"]!,
                Transition = transition,
                SourceEndSeconds = (double?)own["sourceEndSeconds"],
                Motion = own["motion"].Deserialize<Motion>(),
            });
            transition = null;
        }

        return shots;
    }

    private static int Frames(JsonNode time)
    {
        var value = (double)time["value"]!;
        Assert.Equal(Math.Round(value), value);
        return (int)value;
    }

    private static double Seconds(JsonNode time) => (double)time["value"]! / (double)time["rate"]!;

    private static double Rounded(double seconds) => Math.Round(seconds, 9);
}

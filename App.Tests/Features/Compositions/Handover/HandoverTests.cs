using System.Text.Json.Nodes;
using System.Xml.Linq;
using CsCheck;
using Downbeat.Features.Compositions.Handover;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Handover;

/// <summary>What editing programs are given, read again by readers that share no code with the writers.</summary>
public class HandoverTests
{
    private const int FilmsTried = 100;

    [Fact]
    public void A_film_read_again_from_OpenTimelineIO_is_the_same_cut() => Films.All.Sample(film =>

        // Who made it is not handed over.
        Assert.Equal((OtioReader.Rounded(film.Cut) with { IsByHand = null }).ToJson(), OtioReader.Read(OtioText.Of(film)).ToJson()), iter: FilmsTried);

    [Fact]
    public void OpenTimelineIO_keeps_to_its_published_schema() => Films.All.Sample(film =>
    {
        var timeline = JsonNode.Parse(OtioText.Of(film))!;

        OtioSchema.Check(timeline);
        Assert.Equal(Films.Clean, (string)timeline["name"]!);
        var markers = timeline["tracks"]!["markers"]!.AsArray();
        Assert.Equal(film.Markers.Select(marker => (marker.Name, film.FrameAt(marker.StartSeconds))), markers.Select(marker => ((string)marker!["name"]!, (int)marker["marked_range"]!["start_time"]!["value"]!)));

        // What is used of a clip is there, except where a transition shows more.
        foreach (var clip in timeline["tracks"]!["children"]![0]!["children"]!.AsArray().Where(child => (string)child!["OTIO_SCHEMA"]! == "Clip.2"))
        {
            if (clip!["media_references"]!["DEFAULT_MEDIA"]!["available_range"]?["duration"] is { } available && clip["effects"]!.AsArray().Count == 0)
            {
                var (start, length) = (clip["source_range"]!["start_time"]!, clip["source_range"]!["duration"]!);
                var end = ((double)start["value"]! + (double)length["value"]!) / (double)start["rate"]!;
                Assert.True(end <= ((double)available["value"]! + 1) / (double)available["rate"]! + film.Cut.Rate.SecondsAt(1), $"{end} s of a clip are used.");
            }
        }
    }, iter: FilmsTried);

    [Fact]
    public void An_edit_decision_list_covers_the_film_and_says_where_each_run_comes_from() => Films.All.Sample(film =>
    {
        var list = EdlReader.Read(EdlText.Of(film), film.Cut.Rate);

        Assert.Equal(Films.Clean, list.Title);
        Assert.Equal(film.Cut.Rate.Denominator == 1001 && film.Cut.Rate.Numerator != 24000, list.IsDropFrame);
        var pictures = list.Events.Where(line => line.Channels == "V").ToList();
        Assert.Equal((0, film.Cut.Frames), (pictures[0].Record.Start, pictures[^1].Record.End));
        Assert.All(pictures.Zip(pictures.Skip(1)), pair => Assert.Equal(pair.First.Record.End, pair.Second.Record.Start));
        Assert.Equal(new FrameRange(0, film.Cut.Frames), list.Events[^1].Record);
        Assert.All(pictures.Where(line => line.Record.Count > 0), line => Assert.Equal(line.Speed == 0, line.Notes.Contains("FREEZE FRAME")));
        AssertSameRuns(film, [.. pictures.Where(line => line.Record.Count > 0).Select(line => new ReadRun(
            Guid.Parse(line.Note("SOURCE FILE")!.Split('/')[^2]),
            line.Record.Start + (line.TransitionFrames / 2),
            film.Cut.Rate.SecondsAt(line.Source.Start) + (film.Cut.Rate.SecondsAt(line.TransitionFrames / 2) * line.Speed),
            line.Speed,
            line.TransitionFrames == 0 ? null : new(Enum.Parse<TransitionKind>(line.Note("EFFECT NAME")!), line.TransitionFrames)))], speedDigits: 2);
        var marks = pictures.SelectMany(line => line.Notes.Where(note => note.StartsWith("LOC: ", StringComparison.Ordinal))).Select(note => EdlReader.FrameOf(note.Split(' ')[1], film.Cut.Rate, list.IsDropFrame));
        Assert.Equal(film.Markers.Select(marker => film.FrameAt(marker.StartSeconds)), marks);
    }, iter: FilmsTried);

    [Fact]
    public void A_transition_is_an_event_of_two_lines_whose_old_clip_goes_on_where_it_was() => Films.All.Sample(film =>
    {
        var events = EdlReader.Read(EdlText.Of(film), film.Cut.Rate).Events.GroupBy(line => line.Number).ToList();

        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(lines => lines.Key));
        Assert.All(events, lines => Assert.Equal(lines.Last().TransitionFrames > 0 ? 2 : 1, lines.Count()));
        foreach (var (before, lines) in events.Zip(events.Skip(1)).Where(pair => pair.Second.Count() == 2))
        {
            Assert.Equal((before.Last().Reel, 0, "C"), (lines.First().Reel, lines.First().Record.Count, lines.First().Edit));
            Assert.InRange(lines.First().Source.Start - before.Last().Source.End, -1, 1);
            Assert.NotNull(lines.Last().Note("TO CLIP NAME"));
        }
    }, iter: FilmsTried);

    [Fact]
    public void Final_Cut_XML_keeps_to_its_document_type_and_shows_the_same_runs() => Films.All.Sample(film =>
    {
        var root = FcpxmlReader.Read(FcpxmlText.Of(film));

        var rate = film.Cut.Rate;
        int Frame(XElement element, string attribute)
        {
            var frame = element.Seconds(attribute) * rate.PerSecond;
            Assert.Equal(Math.Round(frame), frame, 6);
            return (int)Math.Round(frame);
        }

        var assets = root.Descendants("asset").ToDictionary(asset => (string)asset.Attribute("id")!, asset => (string)asset.Element("media-rep")!.Attribute("src")!);
        foreach (var asset in root.Descendants("asset").Where(asset => asset.Attribute("hasVideo") is not null))
        {
            var format = root.Descendants("format").Single(format => (string)format.Attribute("id")! == (string)asset.Attribute("format")!);
            var frames = asset.Seconds("duration") / (format.Attribute("frameDuration") is null ? 1 : format.Seconds("frameDuration"));
            Assert.Equal(Math.Round(frames), frames, 6);
            Assert.Equal(format.Attribute("frameDuration") is null, frames == 0);
            Assert.All(root.Descendants("spine").Elements().Where(use => (string?)use.Attribute("ref") == (string)asset.Attribute("id")!), use => Assert.Equal(frames == 0 ? "video" : "asset-clip", use.Name.LocalName));
        }

        var runs = new List<ReadRun>();
        Transition? transition = null;
        var end = 0;
        foreach (var element in root.Descendants("spine").Single().Elements())
        {
            if (element.Name == "transition")
            {
                transition = new(Enum.Parse<TransitionKind>((string)element.Attribute("name")!), Frame(element, "duration"));
                Assert.Equal(end, Frame(element, "offset") + (transition.Frames / 2));
                continue;
            }

            Assert.Equal(end, Frame(element, "offset"));
            end += Frame(element, "duration");
            var points = element.Element("timeMap")?.Elements().Select(point => (Time: point.Seconds("time"), Value: point.Seconds("value"))).ToList();
            var speed = element.Name == "video" ? 0 : points is null ? 1 : (points[1].Value - points[0].Value) / (points[1].Time - points[0].Time);
            var place = (points?[0].Value ?? 0) + (Frame(element, "start") / rate.PerSecond * speed);
            runs.Add(new(Guid.Parse(assets[(string)element.Attribute("ref")!].Split('/')[^2]), Frame(element, "offset"), place, speed, transition));
            transition = null;
        }

        Assert.Equal((film.Cut.Frames, film.Cut.Frames), (end, Frame(root.Descendants("sequence").Single(), "duration")));
        AssertSameRuns(film, runs, speedDigits: 4, all: true);
        var song = root.Descendants("asset-clip").Single(clip => (string?)clip.Attribute("ref") == "song");
        Assert.Equal(film.Cut.StartSeconds, song.Seconds("start"), 1e-4);
        Assert.Equal(film.Markers.Select(marker => marker.Name), song.Elements().Select(marker => (string)marker.Attribute("value")!));
        Assert.All(film.Markers.Zip(song.Elements()), pair => Assert.Equal(pair.First.StartSeconds, pair.Second.Seconds("start"), 1e-4));
    }, iter: FilmsTried);

    [Theory]
    [InlineData(30000, 1001, 1799, "00:00:59:29")]
    [InlineData(30000, 1001, 1800, "00:01:00:02")]
    [InlineData(30000, 1001, 17981, "00:09:59:29")]
    [InlineData(30000, 1001, 17982, "00:10:00:00")]
    [InlineData(30000, 1001, 107892, "01:00:00:00")]
    [InlineData(60000, 1001, 3600, "00:01:00:04")]
    [InlineData(24000, 1001, 1440, "00:01:00:00")]
    [InlineData(25, 1, 90_000, "01:00:00:00")]
    [InlineData(30, 1, 1800, "00:01:00:00")]
    public void Time_codes_leave_out_what_the_standard_leaves_out(int numerator, int denominator, int frame, string code) =>
        Assert.Equal(code, TimeCode.Text(new(numerator, denominator), frame));

    [Fact]
    public void Every_frame_has_a_time_code_of_its_own()
    {
        foreach (var rate in (FrameRate[])[new(30000, 1001), new(60000, 1001), FrameRate.Of(30)])
        {
            Assert.All(Enumerable.Range(0, 40_000), frame => Assert.Equal(frame, EdlReader.FrameOf(TimeCode.Text(rate, frame), rate, TimeCode.IsDropFrame(rate))));
        }
    }

    [Fact]
    public void A_clip_that_is_too_short_starts_again_or_holds_its_last_picture()
    {
        var clip = new HandoverClip("clip", "address", 2, FrameRate.Of(25), 320, 180);
        var shot = new Shot(0, CutPlannerTests.Id(1), new(10, 160), 0.5, null, 0, Filling.Loop);

        Assert.Equal(
            [new(shot, new(10, 55), 0.5, 1), new(shot, new(55, 115), 0, 1), new FilmRun(shot, new(115, 160), 0, 1)],
            FilmRun.Of(shot, clip, FrameRate.Of(30)));
        shot = shot with { Filling = Filling.Hold, Frames = new(0, 46) };
        Assert.Equal([new(shot, new(0, 45), 0.5, 1), new FilmRun(shot, new(45, 46), 1.96, 0)], FilmRun.Of(shot, clip, FrameRate.Of(30)));
        shot = shot with { Speed = 2, Frames = new(0, 22) };
        Assert.Equal([new FilmRun(shot, new(0, 22), 0.5, 2)], FilmRun.Of(shot, clip, FrameRate.Of(30)));
    }

    private static void AssertSameRuns(HandoverFilm film, IReadOnlyList<ReadRun> read, int speedDigits, bool all = false)
    {
        // A list that tells a transition as part of the clip that comes in has no room for a run that is seen in the transition alone.
        int Half(int shot) => shot < film.Cut.Shots.Count ? (film.Cut.Shots[shot].Transition?.Frames ?? 0) / 2 : 0;
        var runs = film.Runs().Where(run => all || run.BeginsShot || run.Frames.Start < run.Shot.Frames.End - Half(run.Shot.Index + 1)).ToList();
        Assert.Equal(runs.Count, read.Count);
        var frame = film.Cut.Rate.SecondsAt(1);
        foreach (var (run, found) in runs.Zip(read))
        {
            Assert.Equal((run.Shot.ClipId, run.Frames.Start, run.BeginsShot ? run.Shot.Transition : null), (found.ClipId, found.Start, found.Transition));
            Assert.Equal(run.Speed, found.Speed, speedDigits);
            if (film.Clips[run.Shot.ClipId] is { IsStill: false } clip)
            {
                // A picture that is held may be told as a whole frame of its clip.
                var held = run.IsHeld ? clip.Rate.SecondsAt(1) : 0;
                Assert.InRange(run.SourceSeconds - found.SourceSeconds, -Math.Max(frame, held) / 2, Math.Max(frame * Math.Max(1, run.Speed), held) + 1e-4);
            }
        }
    }

    private sealed record ReadRun(Guid ClipId, int Start, double SourceSeconds, double Speed, Transition? Transition);
}

using System.Globalization;
using System.Numerics;
using System.Xml.Linq;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Handover;

/// <summary>
/// A film as Final Cut Pro XML 1.9: shots with their transitions and speeds in the spine, the song connected to the first of them; the song carries beats and parts as its markers, so that they
/// stay with it when shots are moved. Times are fractions of seconds; edits and places in clips lie on frames of the film, as the format wants it.
/// </summary>
internal sealed class FcpxmlText
{
    private const string CrossDissolveUid = "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265";
    private const double RoundingFrames = 1e-6;
    private const int SpeedUnits = 1_000_000;

    private readonly HandoverFilm film;
    private readonly FrameRate rate;
    private readonly List<Guid> clipIds;

    private FcpxmlText(HandoverFilm film) => (this.film, rate, clipIds) = (film, film.Cut.Rate, [.. film.Cut.Shots.Select(shot => shot.ClipId).Distinct()]);

    /// <summary>The text.</summary>
    public static string Of(HandoverFilm film)
    {
        var xml = new FcpxmlText(film);
        var root = new XElement(
            "fcpxml",
            new XAttribute("version", "1.9"),
            xml.Resources(),
            new XElement("library", new XElement("event", new XAttribute("name", film.Title), new XElement("project", new XAttribute("name", film.Title), xml.Sequence()))));
        return $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE fcpxml>\n{root}\n";
    }

    private XElement Resources() => new(
        "resources",
        Format("film", rate, film.Cut.Width, film.Cut.Height),
        clipIds.Select((id, i) => Format(Invariant($"format{i + 1}"), film.Clips[id].IsStill ? null : film.Clips[id].Rate, film.Clips[id].Width, film.Clips[id].Height)),
        clipIds.Select((id, i) => ClipAsset(film.Clips[id], i)),
        Asset("song", film.Song.Title, Sample(film.Song.DurationSeconds), film.Song.Address, [
            new("hasAudio", "1"), new("audioSources", "1"), new("audioChannels", film.Song.Channels), new("audioRate", film.Song.SampleRateHz)]),
        film.Cut.Shots.Any(shot => shot.Transition is not null) ? new XElement("effect", Id("dissolve"), Name("Cross Dissolve"), new XAttribute("uid", CrossDissolveUid)) : null);

    private static XElement Format(string id, FrameRate? rate, int width, int height) => new(
        "format",
        Id(id),
        rate is { } known ? new XAttribute("frameDuration", Fraction(known.Denominator, known.Numerator)) : null,
        new XAttribute("width", width),
        new XAttribute("height", height),
        new XAttribute("colorSpace", "1-1-1 (Rec. 709)"));

    private static XElement ClipAsset(HandoverClip clip, int i) => Asset(Invariant($"clip{i + 1}"), clip.Title, ClipTime(clip, FramesOf(clip)), clip.Address, [
        new("hasVideo", "1"), new("videoSources", "1"), new("format", Invariant($"format{i + 1}"))]);

    private static XElement Asset(string id, string name, string duration, string address, IReadOnlyList<XAttribute> kind) => new(
        "asset",
        Id(id),
        Name(name),
        new XAttribute("start", "0s"),
        new XAttribute("duration", duration),
        kind,
        new XElement("media-rep", new XAttribute("kind", "original-media"), new XAttribute("src", address)));

    private XElement Sequence()
    {
        var spine = new XElement("spine");
        foreach (var run in film.Runs())
        {
            if (run.BeginsShot && run.Shot.Transition is { } transition)
            {
                spine.Add(TransitionOf(transition, run.Frames.Start));
            }

            spine.Add(ShotOf(run));
        }

        return new(
            "sequence",
            new XAttribute("format", "film"),
            new XAttribute("duration", FrameTime(film.Cut.Frames)),
            new XAttribute("tcStart", "0s"),
            new XAttribute("tcFormat", TimeCode.IsDropFrame(rate) ? "DF" : "NDF"),
            new XAttribute("audioLayout", "stereo"),
            new XAttribute("audioRate", "48k"),
            spine);
    }

    private XElement ShotOf(FilmRun run)
    {
        var clip = film.Clips[run.Shot.ClipId];

        // Where a clip is sped up or held, places in it are told in the time that the time map gives.
        var start = FrameTime(run.IsHeld ? 0 : (int)Math.Floor((run.SourceSeconds / run.Speed * rate.PerSecond) + RoundingFrames));
        return new(
            clip.IsStill ? "video" : "asset-clip",
            new XAttribute("ref", Invariant($"clip{clipIds.IndexOf(run.Shot.ClipId) + 1}")),
            Name(clip.Title),
            new XAttribute("offset", FrameTime(run.Frames.Start)),
            new XAttribute("start", start),
            new XAttribute("duration", FrameTime(run.Frames.Count)),
            clip.IsStill ? null : new XAttribute("srcEnable", "video"),
            clip.IsStill || clip.Rate == rate ? null : Conform(clip.Rate),
            clip.IsStill || run.Speed == 1 ? null : TimeMap(clip, run),
            run.Frames.Start == 0 ? Song(start) : null);
    }

    private static XElement Conform(FrameRate clip)
    {
        var name = clip.PerSecond.ToString("0.##", CultureInfo.InvariantCulture);
        return new(
            "conform-rate",
            new XAttribute("scaleEnabled", "0"),
            name is "23.98" or "24" or "25" or "29.97" or "30" or "60" or "47.95" or "48" or "50" or "59.94" ? new XAttribute("srcFrameRate", name) : null);
    }

    private XElement TimeMap(HandoverClip clip, FilmRun run)
    {
        var frames = FramesOf(clip);
        var (end, from, to) = run.IsHeld
            ? (FrameTime(run.Frames.Count), frames - 1, frames - 1)
            : (ClipTime(clip, frames, run.Speed), 0, frames);
        return new("timeMap", Point("0s", from), Point(end, to));

        XElement Point(string time, int frame) =>
            new("timept", new XAttribute("time", time), new XAttribute("value", ClipTime(clip, frame)), new XAttribute("interp", "linear"));
    }

    /// <summary>Other programs have no name that all share for most kinds: each comes as a cross dissolve that is called what it was.</summary>
    private XElement TransitionOf(Transition transition, int cutFrame) => new(
        "transition",
        Name($"{transition.Kind}"),
        new XAttribute("offset", FrameTime(cutFrame - (transition.Frames / 2))),
        new XAttribute("duration", FrameTime(transition.Frames)),
        new XElement("filter-video", new XAttribute("ref", "dissolve"), Name("Cross Dissolve")));

    private XElement Song(string offset) => new(
        "asset-clip",
        new XAttribute("ref", "song"),
        new XAttribute("lane", "-1"),
        Name(film.Song.Title),
        new XAttribute("offset", offset),
        new XAttribute("start", Sample(film.Cut.StartSeconds)),
        new XAttribute("duration", FrameTime(film.Cut.Frames)),
        new XAttribute("audioRole", "music"),
        film.Markers.Select(marker => new XElement(
            marker.Kind == MarkerKind.Section ? "chapter-marker" : "marker",
            new XAttribute("start", Sample(marker.StartSeconds)),
            new XAttribute("duration", FrameTime(1)),
            new XAttribute("value", marker.Name))));

    private static XAttribute Id(string id) => new("id", id);

    private static XAttribute Name(string name) => new("name", name);

    private string FrameTime(int frames) => Fraction((long)frames * rate.Denominator, rate.Numerator);

    private string Sample(double seconds) => Fraction((long)Math.Round(seconds * film.Song.SampleRateHz), film.Song.SampleRateHz);

    /// <summary>The whole frames of a clip; 0 for a still.</summary>
    private static int FramesOf(HandoverClip clip) => clip.IsStill ? 0 : Math.Max(1, (int)Math.Round(clip.DurationSeconds * clip.Rate.PerSecond));

    /// <summary>How long so many frames of a clip last at a speed, which is told in millionths.</summary>
    private static string ClipTime(HandoverClip clip, int frames, double speed = 1) =>
        Fraction((long)frames * clip.Rate.Denominator * SpeedUnits, clip.Rate.Numerator * (long)Math.Round(speed * SpeedUnits));

    private static string Fraction(long numerator, long denominator)
    {
        var common = (long)BigInteger.GreatestCommonDivisor(numerator, denominator);
        return denominator == common ? Invariant($"{numerator / common}s") : Invariant($"{numerator / common}/{denominator / common}s");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

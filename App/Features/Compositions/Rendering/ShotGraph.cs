using System.Globalization;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// One run of ffmpeg as text: the clip is decoded once, each shot is a branch of one graph, the branches follow each other into one encoder, and the segment muxer
/// splits the result into a file for each shot.
/// </summary>
internal static class ShotGraph
{
    /// <summary>A picture's stamp, rounded to the container's clock, may lie this much late.</summary>
    private const double ClockSeconds = 0.001;

    /// <summary>Where frames are uneven, the one on display when a shot begins may be this old.</summary>
    private const double UnevenFrameSeconds = 1;

    /// <summary>Jumps to the very beginning are left out: in some containers they skip the first keyframe.</summary>
    private const double LeastSeekSeconds = 0.5;

    private const double TailSeconds = 0.25;

    /// <summary>The filter graph: its input is <c>[0:v:0]</c>, its output <c>[v]</c>.</summary>
    public static string Text(Cut cut, ShotPass pass)
    {
        var graph = new StringBuilder();
        if (pass.Shots.Count == 1)
        {
            return graph.Append("[0:v:0]").Append(Branch(cut, pass, 0)).Append("[v]\n").ToString();
        }

        graph.Append(Invariant($"[0:v:0]split={pass.Shots.Count}"));
        Links(graph, 's', pass.Shots.Count).Append(";\n");
        for (var i = 0; i < pass.Shots.Count; i++)
        {
            graph.Append(Invariant($"[s{i}]")).Append(Branch(cut, pass, i)).Append(Invariant($"[v{i}];\n"));
        }

        return Links(graph, 'v', pass.Shots.Count).Append(Invariant($"concat=n={pass.Shots.Count}:v=1:a=0[v]\n")).ToString();
    }

    /// <summary>The arguments after the common ones of <see cref="Ffmpeg"/>.</summary>
    /// <param name="cut">Rate, size and fit of the film.</param>
    /// <param name="pass">Clip and shots.</param>
    /// <param name="settings">How finely.</param>
    /// <param name="version">The installed ffmpeg.</param>
    /// <param name="graphPath">File that holds <see cref="Text"/>.</param>
    /// <param name="partPattern">Path of the results with one <c>%04d</c>; other per cent signs doubled.</param>
    public static IReadOnlyList<string> Arguments(Cut cut, ShotPass pass, RenderSettings settings, FfmpegVersion version, string graphPath, string partPattern) =>
    [
        "-filter_complex_threads", "1", "-threads", "1",
        .. InputArguments(pass.Source, pass.IsLoop), .. Window(cut, pass), "-i", "file:" + pass.Source.Path,
        version.GraphFileOption, graphPath, "-map", "[v]", "-an", "-sn", "-dn",
        .. settings.EncoderArguments(cut.Rate), .. Splitting(cut, pass), partPattern,
    ];

    /// <summary>How the file is opened, without the place in it; part of a shot's key.</summary>
    public static IReadOnlyList<string> InputArguments(ShotSource source, bool isLoop)
    {
        // ffmpeg's own VP8 and VP9 decoders drop the transparency.
        var decoder = (source.HasAlpha, source.Codec) switch
        {
            (true, "vp8") => "libvpx",
            (true, "vp9") => "libvpx-vp9",
            _ => null,
        };
        return
        [
            .. MediaPolicy.InputArguments,
            .. decoder is null ? (string[])[] : ["-c:v", decoder],
            .. source.Demuxer is null ? (string[])[] : ["-f", source.Demuxer],
            .. isLoop ? (string[])["-stream_loop", "-1"] : [],
        ];
    }

    private static string[] Window(Cut cut, ShotPass pass)
    {
        if (pass.Source.IsStill)
        {
            return [];
        }

        var from = SeekSeconds(pass);
        var last = pass.Shots[^1];
        var length = last.SourceStartSeconds + cut.Rate.SecondsAt(last.Frames) - from + 0.5 + Reach(pass.Source);
        return from > 0 ? ["-ss", Seconds(from), "-t", Seconds(length)] : ["-t", Seconds(length)];
    }

    private static IReadOnlyList<string> Splitting(Cut cut, ShotPass pass)
    {
        var ends = pass.Shots.Select((_, i) => pass.Shots.Take(i + 1).Sum(shot => shot.Frames)).ToList();
        var splits = ends.Count > 1 ? ends[..^1] : ends;
        return
        [
            .. ends.Count > 1 ? (string[])["-force_key_frames", string.Join(',', splits.Select(end => Seconds((end - 0.1) / cut.Rate.PerSecond)))] : [],
            "-f", "segment", "-segment_frames", string.Join(',', splits),
            "-segment_format", "mp4", "-segment_format_options", Invariant($"movie_timescale={RenderSettings.TimescaleOf(cut.Rate)}"), "-reset_timestamps", "1",
        ];
    }

    private static string Branch(Cut cut, ShotPass pass, int i)
    {
        var shot = pass.Shots[i];
        var filters = ShotFilters.Text(cut, pass.Source, shot.Frames, i);
        if (pass.Source.IsStill)
        {
            return "trim=end_frame=1," + filters;
        }

        // It begins with the picture on display at that moment, whose own time may be earlier.
        var start = shot.SourceStartSeconds - SeekSeconds(pass) + ClockSeconds;
        var first = Math.Max(0, start - Reach(pass.Source));
        var end = start + cut.Rate.SecondsAt(shot.Frames) + TailSeconds + Reach(pass.Source);
        return (pass.IsLoop ? "" : $"trim=start={Seconds(first)}:end={Seconds(end)},") + $"setpts='max(0,PTS-{Seconds(start)}/TB)'," + filters;
    }

    private static double SeekSeconds(ShotPass pass)
    {
        var from = pass.Shots[0].SourceStartSeconds - Reach(pass.Source) - 0.05;
        return pass.Source.SeeksExactly && !pass.IsLoop && from >= LeastSeekSeconds ? Math.Floor(from * 1000) / 1000 : 0;
    }

    private static double Reach(ShotSource source) =>
        source.FramesPerSecond <= 0 ? UnevenFrameSeconds : Math.Max(source.IsVariableFrameRate ? UnevenFrameSeconds : 0, 1 / source.FramesPerSecond);

    private static StringBuilder Links(StringBuilder graph, char name, int count)
    {
        for (var i = 0; i < count; i++)
        {
            graph.Append(Invariant($"[{name}{i}]"));
        }

        return graph;
    }

    private static string Seconds(double seconds) => seconds.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

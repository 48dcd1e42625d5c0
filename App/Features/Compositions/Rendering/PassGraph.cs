using System.Globalization;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Media;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// One run of ffmpeg as text: each clip is decoded once, each piece is a branch of one graph, the branches follow each other into one encoder, and the segment muxer
/// splits the result into a file for each piece.
/// </summary>
internal static class PassGraph
{
    /// <summary>A picture's stamp, rounded to the container's clock, may lie this much late.</summary>
    private const double ClockSeconds = 0.001;

    /// <summary>Where frames are uneven, the one on display when a shot begins may be this old.</summary>
    private const double UnevenFrameSeconds = 1;

    /// <summary>Jumps to the very beginning are left out: in some containers they skip the first keyframe.</summary>
    private const double LeastSeekSeconds = 0.5;

    private const double TailSeconds = 0.25;

    /// <summary>The finished pictures go to the encoder and, seen from afar, into the trace: nothing is decoded again to check them.</summary>
    private static string WithTrace(HardwareEncoder? hardware) => hardware?.UploadFilters is { } upload
        ? $",split[u][w];\n[u]{upload}[v];\n[w]{FlashTrace.Filters}[t]\n"
        : $",split[v][w];\n[w]{FlashTrace.Filters}[t]\n";

    /// <summary>The filter graph: its inputs are the clips of the pass, its outputs are the pictures, <c>[v]</c>, and their <see cref="FlashTrace"/>, <c>[t]</c>.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="pass">Clips and pieces.</param>
    /// <param name="folder">Folder of the files that the graph reads: the captions of its pieces.</param>
    /// <param name="hardware">What codes the pictures in place of x264.</param>
    public static string Text(Cut cut, RenderPass pass, string folder = "", HardwareEncoder? hardware = null)
    {
        var graph = new StringBuilder(pass.Watermark is null ? "" : WatermarkFilters.Source(cut, pass));
        if (pass.IsOfOneClip)
        {
            AppendRunsOfClip(graph, cut, pass);
        }
        else
        {
            AppendShots(graph, cut, pass);
        }

        for (var i = 0; i < pass.Pieces.Count; i++)
        {
            var piece = pass.Pieces[i].Piece;
            graph.Append(piece.Leaving is null ? Invariant($"[b{i}]") : Invariant($"[a{i}][b{i}]")).Append(Finish(cut, piece, CaptionsPath(folder, i), i));
            graph.Append(pass.Pieces.Count == 1 ? "" : Invariant($"[v{i}];\n"));
        }

        if (pass.Pieces.Count > 1)
        {
            Links(graph, 'v', pass.Pieces.Count).Append(Invariant($"concat=n={pass.Pieces.Count}:v=1:a=0"));
        }

        return graph.Append(WithTrace(hardware)).ToString();
    }

    /// <summary>What is done to a piece's pictures once they have the film's form, and the transition before that: the part of the graph that its clips have no share in.</summary>
    /// <param name="cut">The plan.</param>
    /// <param name="piece">The piece.</param>
    /// <param name="captionsPath">Where its <see cref="CaptionScript"/> is, if it has one.</param>
    /// <param name="label">Makes the names of inner links unique in a graph of several pieces.</param>
    public static string Finish(Cut cut, FilmPiece piece, string captionsPath, int label = 0)
    {
        var filters = new List<string>();
        if (piece.Leaving is not null)
        {
            var kind = piece.Footage.Shot.Transition!.Kind;
            filters.Add(Invariant($"xfade=transition={$"{kind}".ToLowerInvariant()}:duration={Seconds(cut.Rate.SecondsAt(piece.Frames.Count))}:offset=0,setpts=PTS-STARTPTS"));
        }

        filters.AddRange(EffectFilters.Of(cut, piece.Frames));
        if (CaptionScript.Of(cut, piece.Frames) is { } captions)
        {
            filters.Add(captions.Filters(cut, captionsPath));
        }

        if (cut.Watermark is not null)
        {
            filters.Add(WatermarkFilters.Overlay(cut, label));
        }

        filters.AddRange(PictureFades.Of(cut, piece.Frames));
        filters.Add(PictureFilters.Form);
        return string.Join(',', filters);
    }

    /// <summary>The arguments after the common ones of <see cref="Ffmpeg"/>.</summary>
    /// <param name="cut">Rate, size and fit of the film.</param>
    /// <param name="pass">Clips and pieces.</param>
    /// <param name="settings">How finely.</param>
    /// <param name="version">The installed ffmpeg.</param>
    /// <param name="graphPath">File that holds <see cref="Text"/>.</param>
    /// <param name="tracePath">Path of the pictures' trace, all pieces in one.</param>
    /// <param name="partPattern">Path of the results with one <c>%04d</c>; other per cent signs doubled.</param>
    public static IReadOnlyList<string> Arguments(Cut cut, RenderPass pass, RenderSettings settings, FfmpegVersion version, string graphPath, string tracePath, string partPattern) =>
    [
        "-filter_complex_threads", "1", .. settings.Hardware?.DeviceArguments ?? [],
        .. pass.Inputs.SelectMany(input => (string[])
        [
            "-threads", "1", .. InputArguments(input.Source, IsLoop(input)), .. Window(cut, input), "-i", "file:" + input.Source.Path,
        ]),
        .. pass.Watermark is { } watermark ? (string[])["-threads", "1", .. InputArguments(watermark, false), "-i", "file:" + watermark.Path] : [],
        version.GraphFileOption, graphPath,

        // The rate is said once more: what moves the clock in a graph leaves it unknown in newer versions.
        "-map", "[t]", "-r", cut.Rate.ToString(), "-f", "rawvideo", tracePath, "-map", "[v]", "-an", "-sn", "-dn", "-r", cut.Rate.ToString(),
        .. settings.EncoderArguments(cut), .. Splitting(cut, pass), partPattern,
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

    /// <summary>Where the captions of a piece of the pass are.</summary>
    public static string CaptionsPath(string folder, int piece) => Path.Combine(folder, Invariant($"captions_{piece:0000}.ass"));

    /// <summary>Each piece's run of pictures, <c>[b0]</c> and so on, out of one decoder.</summary>
    private static void AppendRunsOfClip(StringBuilder graph, Cut cut, RenderPass pass)
    {
        var runs = pass.Inputs[0].Footage;
        if (runs.Count > 1)
        {
            Links(graph.Append(Invariant($"[0:v:0]split={runs.Count}")), 's', runs.Count).Append(";\n");
        }

        for (var i = 0; i < runs.Count; i++)
        {
            graph.Append(runs.Count > 1 ? Invariant($"[s{i}]") : "[0:v:0]").Append(Branch(cut, pass.Inputs[0], runs[i], i)).Append(Invariant($"[b{i}];\n"));
        }
    }

    /// <summary>Each shot, brought to the form of the film once and then handed out to the pieces that show it: <c>[b0]</c> and so on, and in transitions <c>[a0]</c> for what goes.</summary>
    private static void AppendShots(StringBuilder graph, Cut cut, RenderPass pass)
    {
        for (var input = 0; input < pass.Inputs.Count; input++)
        {
            var whole = pass.Inputs[input].Footage[0];
            var parts = pass.Pieces.SelectMany((missing, i) => missing.Piece.Parts.Where(part => part.Shot.Index == whole.Shot.Index)
                .Select(part => (Name: Invariant($"{(part == missing.Piece.Leaving ? 'a' : 'b')}{i}"), Part: part, IsShared: missing.Piece.Leaving is not null))).ToList();
            graph.Append(Invariant($"[{input}:v:0]")).Append(Branch(cut, pass.Inputs[input], whole, input)).Append(",setsar=1,format=yuv420p");
            if (parts.Count == 1)
            {
                graph.Append(Invariant($"[{parts[0].Name}];\n"));
                continue;
            }

            graph.Append(Invariant($",split={parts.Count}")).AppendJoin("", parts.Select(part => Invariant($"[s{part.Name}]"))).Append(";\n");
            foreach (var (name, part, isShared) in parts)
            {
                // A transition sets its clock itself, and wants to know the rate, which newer versions forget where the clock is moved.
                var first = part.Offset - whole.Offset;
                graph.Append(Invariant($"[s{name}]trim=start_frame={first}:end_frame={first + part.Frames}{(isShared ? "" : ",setpts=PTS-STARTPTS")}[{name}];\n"));
            }
        }
    }

    private static string[] Window(Cut cut, PassInput input)
    {
        var source = input.Source;
        if (source.IsStill)
        {
            return [];
        }

        var from = SeekSeconds(cut, input);
        var last = input.Footage[^1];
        var end = Turns(last) ? last.Shot.SourceEndSeconds!.Value : last.StartSeconds(cut.Rate) + last.SourceSeconds(cut.Rate);
        var length = end - from + 0.5 + Reach(source);
        return from > 0 ? ["-ss", Seconds(from), "-t", Seconds(length)] : ["-t", Seconds(length)];
    }

    private static IReadOnlyList<string> Splitting(Cut cut, RenderPass pass)
    {
        var ends = pass.Pieces.Select((_, i) => pass.Pieces.Take(i + 1).Sum(missing => missing.Piece.Frames.Count)).ToList();
        var splits = ends.Count > 1 ? ends[..^1] : ends;
        return
        [
            .. ends.Count > 1 ? (string[])["-force_key_frames", string.Join(',', splits.Select(end => Seconds((end - 0.1) / cut.Rate.PerSecond)))] : [],
            "-f", "segment", "-segment_frames", string.Join(',', splits),
            "-segment_format", "mp4", "-segment_format_options", Invariant($"movie_timescale={RenderSettings.TimescaleOf(cut.Rate)}"), "-reset_timestamps", "1",
        ];
    }

    private static string Branch(Cut cut, PassInput input, Footage footage, int label)
    {
        var source = input.Source;
        if (Turns(footage))
        {
            var whole = Math.Max(1, cut.Rate.FrameAt(footage.Shot.SourceEndSeconds!.Value));
            var clip = new Footage(footage.Shot with { SourceStartSeconds = 0, Filling = Filling.Hold }, 0, whole);
            return Branch(cut, input, clip, label) + ToAndFro(cut, footage, whole, label);
        }

        var filters = PictureFilters.Text(cut, source, footage, label);
        if (source.IsStill)
        {
            return "trim=end_frame=1," + filters;
        }

        // It begins with the picture on display at that moment, whose own time may be earlier.
        var start = footage.StartSeconds(cut.Rate) - SeekSeconds(cut, input) + ClockSeconds;
        var first = Math.Max(0, start - Reach(source));
        var end = start + footage.SourceSeconds(cut.Rate) + TailSeconds + Reach(source);
        var speed = PictureFilters.IsBlended(cut, source, footage) ? 1 : footage.Shot.Speed;
        return (IsLoop(input) ? "" : $"trim=start={Seconds(first)}:end={Seconds(end)},")
            + $"setpts='max(0,PTS-{Seconds(start)}/TB){(speed == 1 ? "" : "/" + Seconds(speed))}'," + filters;
    }

    /// <summary>The clip and its reverse, again and again, from the frame on that the footage begins with. All pictures of the clip are held, each once.</summary>
    private static string ToAndFro(Cut cut, Footage footage, int frames, int label)
    {
        var first = cut.Rate.FrameAt(footage.StartSeconds(cut.Rate));
        return Invariant($",split[c{label}][d{label}];[d{label}]reverse[e{label}];[c{label}][e{label}]concat,loop=loop=-1:size={2 * frames}:start=0,")
            + Invariant($"settb=1/90000,setpts=(N-{first})/({cut.Rate})/TB,fps={cut.Rate}:start_time=0,trim=end_frame={footage.Frames}");
    }

    private static bool Turns(Footage footage) => footage.Shot.Filling == Filling.PingPong;

    private static bool IsLoop(PassInput input) => input.Footage[0].Shot.Filling == Filling.Loop;

    private static double SeekSeconds(Cut cut, PassInput input)
    {
        var from = input.Footage[0].StartSeconds(cut.Rate) - Reach(input.Source) - 0.05;
        return input.Source.SeeksExactly && input.Footage[0].Shot.Filling == Filling.Hold && from >= LeastSeekSeconds ? Math.Floor(from * 1000) / 1000 : 0;
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

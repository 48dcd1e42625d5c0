using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Graphs, arguments, keys and passes as text: no process runs.</summary>
public class RenderTextTests
{
    private static readonly Cut Film = new(FrameRate.Of(30), 1920, 1080, Fit.Cover, 0, 60, []);
    private static readonly ShotSource Clip = new(CutPlannerTests.Id(1), "/clips/a.mp4", "hash", 1920, 1080) { Codec = "h264", FramesPerSecond = 30, ColourMatrix = "bt709" };
    private static readonly Shot First = new(0, Clip.ClipId, new(0, 30), 2, 4, 2, Filling.Hold);
    private static readonly FfmpegVersion Version = new("5.1.9");

    [Fact]
    public void A_pass_is_one_decoder_one_graph_one_encoder_and_a_file_for_each_shot()
    {
        var pass = Pass(Clip, Missing("a", 2, 30), Missing("b", 4.5, 20));

        Assert.Equal(
            "[0:v:0]split=2[s0][s1];\n" +
            "[s0]trim=start=0.051667:end=1.368333,setpts='max(0,PTS-0.085/TB)',scale=1920:1080:flags=area:out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1," +
            "fps=30:start_time=0:round=up,tpad=stop_mode=clone:stop=30,trim=end_frame=30[b0];\n" +
            "[s1]trim=start=2.551667:end=3.535,setpts='max(0,PTS-2.585/TB)',scale=1920:1080:flags=area:out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1," +
            "fps=30:start_time=0:round=up,tpad=stop_mode=clone:stop=20,trim=end_frame=20[b1];\n" +
            "[b0]setsar=1,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv[v0];\n" +
            "[b1]setsar=1,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv[v1];\n" +
            "[v0][v1]concat=n=2:v=1:a=0,split[v][w];\n[w]scale=48:27:flags=area,format=rgb24[t]\n",
            PassGraph.Text(Film, pass));
        var arguments = string.Join(' ', PassGraph.Arguments(Film, pass, RenderSettings.Of(RenderPreset.Fast), Version, "g.txt", "t.rgb", "part_%04d.mp4"));
        Assert.StartsWith("-filter_complex_threads 1 -threads 1 -protocol_whitelist file,pipe ", arguments);
        Assert.Contains("-ss 1.916 -t 3.784 -i file:/clips/a.mp4 -filter_complex_script g.txt -map [t] -r 30 -f rawvideo t.rgb -map [v] -an -sn -dn -r 30 ", arguments);
        Assert.Contains("-c:v libx264 -preset superfast -crf 25 -pix_fmt yuv420p -threads 1 -x264-params stitchable=1:chromaloc=0 -maxrate 50000k -bufsize 62500k -g 60 -profile:v high -level:v 41 ", arguments);
        Assert.EndsWith(
            "-force_key_frames 0.996667 -f segment -segment_frames 30 -segment_format mp4 -segment_format_options movie_timescale=15360 -reset_timestamps 1 part_%04d.mp4", arguments);
    }

    [Fact]
    public void A_device_that_wants_pictures_brought_to_it_gets_them_and_the_trace_does_not()
    {
        var vaapi = HardwareEncoder.All.Single(encoder => encoder.Name == "vaapi");
        var pass = Pass(Clip, Missing("a", 2, 30));

        var arguments = string.Join(' ', PassGraph.Arguments(Film, pass, RenderSettings.Of(RenderPreset.Fast) with { Hardware = vaapi }, Version, "g", "t", "p"));

        Assert.EndsWith(",split[u][w];\n[u]format=nv12,hwupload[v];\n[w]scale=48:27:flags=area,format=rgb24[t]\n", PassGraph.Text(Film, pass, hardware: vaapi));
        Assert.Contains("-vaapi_device /dev/dri/renderD128 -threads 1 ", arguments);
        Assert.Contains(" -c:v h264_vaapi -rc_mode CQP -qp 25 -bf 0 -g 60 -profile:v high -level:v 41 -color_primaries ", arguments);
        Assert.DoesNotContain("x264", arguments);
        Assert.DoesNotContain("yuv420p", arguments);
    }

    [Fact]
    public void The_beginning_of_a_clip_is_not_jumped_to() =>
        Assert.DoesNotContain("-ss", PassGraph.Arguments(Film, Pass(Clip, Missing("a", 0.2, 30)), RenderSettings.Of(RenderPreset.Fast), Version, "g", "t", "p"));

    [Fact]
    public void A_container_that_jumps_inexactly_is_read_from_its_beginning()
    {
        var pass = Pass(Clip with { SeeksExactly = false }, Missing("a", 7, 30));

        Assert.DoesNotContain("-ss", PassGraph.Arguments(Film, pass, RenderSettings.Of(RenderPreset.Fast), Version, "g", "t", "p"));
        Assert.Contains("setpts='max(0,PTS-7.001/TB)'", PassGraph.Text(Film, pass));
    }

    [Fact]
    public void A_newer_ffmpeg_reads_its_graph_by_the_new_option() =>
        Assert.Contains("-/filter_complex", PassGraph.Arguments(Film, Pass(Clip, Missing("a", 0, 30)), RenderSettings.Of(RenderPreset.Fast), new("7.1.1"), "g", "t", "p"));

    [Fact]
    public void A_loop_repeats_its_input_and_a_transparent_clip_gets_the_decoder_that_sees_it()
    {
        Assert.Equal(["-stream_loop", "-1"], PassGraph.InputArguments(Clip, true).TakeLast(2));
        Assert.Equal(["-c:v", "libvpx-vp9"], PassGraph.InputArguments(Clip with { Codec = "vp9", HasAlpha = true }, false).TakeLast(2));
        Assert.Equal(["-f", "png_pipe"], PassGraph.InputArguments(Clip with { IsStill = true, Demuxer = "png_pipe" }, false).TakeLast(2));
    }

    [Fact]
    public void More_frames_than_needed_are_dropped_before_they_are_scaled()
    {
        var fast = PictureFilters.Text(Film, Clip with { FramesPerSecond = 60 }, Shown(30));
        var slow = PictureFilters.Text(Film, Clip with { FramesPerSecond = 24 }, Shown(30));

        Assert.True(fast.IndexOf("fps=", StringComparison.Ordinal) < fast.IndexOf("scale=", StringComparison.Ordinal));
        Assert.True(slow.IndexOf("fps=", StringComparison.Ordinal) > slow.IndexOf("scale=", StringComparison.Ordinal));
    }

    [Fact]
    public void A_still_is_scaled_once()
    {
        var text = PictureFilters.Text(Film, Clip with { IsStill = true }, Shown(30));

        Assert.Matches("^scale=.*,setsar=1,loop=loop=-1:size=1:start=0,fps=30", text);
    }

    [Theory]
    [InlineData(Fit.Contain, 608, 1080, "pad=1920:1080:656:0")]
    [InlineData(Fit.Cover, 1920, 3414, "crop=1920:1080:0:1166")]
    [InlineData(Fit.Stretch, 1920, 1080, "scale=1920:1080")]
    [InlineData(Fit.Blur, 608, 1080, "gblur=sigma=5,scale=1920:1080:flags=bilinear,setsar=1[g3];[g3][f3]overlay=656:0")]
    internal void A_portrait_clip_is_fitted(Fit fit, int width, int height, string text)
    {
        var film = Film with { Fit = fit };
        var portrait = Clip with { Width = 1080, Height = 1920 };

        Assert.Equal((width, height), PictureFilters.ScaledSize(film, portrait));
        Assert.Contains(text, PictureFilters.Text(film, portrait, Shown(30), 3));
    }

    [Fact]
    public void High_dynamic_range_is_mapped_where_the_picture_is_smallest()
    {
        var hdr = Clip with { Transfer = ColourTransfer.Hlg };
        var large = PictureFilters.Text(Film, hdr with { Width = 3840, Height = 2160 }, Shown(30));
        var small = PictureFilters.Text(Film, hdr with { Width = 640, Height = 360 }, Shown(30));

        Assert.True(large.IndexOf("tonemap", StringComparison.Ordinal) > large.IndexOf("scale=1920", StringComparison.Ordinal));
        Assert.True(small.IndexOf("tonemap", StringComparison.Ordinal) < small.IndexOf("scale=1920", StringComparison.Ordinal));
    }

    [Fact]
    public void The_key_changes_with_everything_that_shapes_a_shot_and_with_nothing_else()
    {
        var fast = RenderSettings.Of(RenderPreset.Fast);
        var key = Key(Film, First, Clip, fast, Version);
        string[] others =
        [
            Key(Film with { Fit = Fit.Blur }, First, Clip with { Width = 1080 }, fast, Version),
            Key(Film with { Rate = FrameRate.Of(25) }, First, Clip, fast, Version),
            Key(Film with { Width = 1280, Height = 720 }, First, Clip, fast, Version),
            Key(Film, First with { SourceStartSeconds = 2.001 }, Clip, fast, Version),
            Key(Film, First with { Frames = new(0, 31) }, Clip, fast, Version),
            Key(Film, First with { Filling = Filling.Loop }, Clip, fast, Version),
            Key(Film, First, Clip with { ContentHash = "other" }, fast, Version),
            Key(Film, First, Clip, RenderSettings.Of(RenderPreset.High), Version),
            Key(Film, First, Clip, fast with { Crf = 24.5 }, Version),
            Key(Film, First, Clip, fast with { Hardware = HardwareEncoder.All[1] }, Version),
            Key(Film, First, Clip, fast, new("6.0")),
        ];

        Assert.Matches("^[0-9a-f]{64}$", key);
        Assert.Equal(others.Length + 1, others.Append(key).Distinct().Count());
        Assert.Equal(key, Key(Film, First with { Index = 9, Frames = new(300, 330), BeatIndex = null, PlannedSeconds = 10 }, Clip with { Path = "/elsewhere" }, fast, Version));
    }

    [Fact]
    public void Shots_that_would_overlap_in_the_clip_go_into_different_passes()
    {
        var passes = Plan(1, (1, 0), (1, 0.5), (1, 1.4), (1, 2.0));

        Assert.All(passes, pass => Assert.All(pass.Pieces.Zip(pass.Pieces.Skip(1)), pair => Assert.True(pair.First.Piece.Footage.StartSeconds(Film.Rate) + 1.3 <= pair.Second.Piece.Footage.StartSeconds(Film.Rate))));
        Assert.Equal(4, passes.Sum(pass => pass.Pieces.Count));
    }

    [Fact]
    public void One_clip_is_divided_so_that_all_workers_have_work()
    {
        var passes = Plan(4, [.. Enumerable.Range(0, 24).Select(i => (1, i * 1.5))]);

        Assert.Equal(8, passes.Count);
        Assert.All(passes, pass => Assert.Equal(3, pass.Pieces.Count));
    }

    [Fact]
    public void A_long_gap_is_jumped_and_a_pass_stays_small()
    {
        Assert.Equal(2, Plan(1, (1, 0), (1, 60), (2, 0), (2, 2), (2, 4), (2, 6)).Count(pass => pass.Inputs[0].Source.ClipId == CutPlannerTests.Id(1)));
        Assert.All(Plan(1, [.. Enumerable.Range(0, 200).Select(i => (1, i * 1.5))]), pass => Assert.InRange(pass.Pieces.Count, 1, 12));
    }

    [Fact]
    public void Equal_pieces_are_rendered_once_and_the_longest_pass_comes_first()
    {
        var still = Clip with { IsStill = true };
        var loop = Clip with { ClipId = CutPlannerTests.Id(2) };
        var looped = Missing("loop", 0, 90, loop.ClipId);
        var pieces = Enumerable.Repeat(Missing("same", 0, 30), 5)
            .Append(looped with { Piece = looped.Piece with { Footage = looped.Piece.Footage with { Shot = looped.Piece.Footage.Shot with { Filling = Filling.Loop } } } });

        var passes = RenderPasses.Plan(pieces, new Dictionary<Guid, ShotSource> { [still.ClipId] = still, [loop.ClipId] = loop }, Film, 2);

        Assert.Equal(["loop", "same"], passes.Select(pass => pass.Pieces.Single().Key));
    }

    [Fact]
    public void A_transition_is_a_piece_of_two_shots_around_the_cut()
    {
        var cut = Film with { Shots = [First, First with { Index = 1, Frames = new(30, 60), SourceStartSeconds = 7, Transition = new(TransitionKind.Fade, 10) }] };

        var pieces = FilmPiece.Of(cut);

        Assert.Equal([new(0, 25), new(25, 35), new FrameRange(35, 60)], pieces.Select(piece => piece.Frames));
        Assert.Equal([(0, 25, -5), (10, 10, 5)], [(pieces[0].Footage.Offset, pieces[1].Leaving!.Offset, pieces[1].Footage.Offset), (pieces[1].Frames.Count, pieces[1].Footage.Frames, pieces[2].Footage.Offset)]);
        Assert.Equal(7 - (5 / 30.0), pieces[1].Footage.StartSeconds(Film.Rate), 9);
        var text = PassGraph.Text(cut, RenderPass.OfStretch(new Dictionary<Guid, ShotSource> { [Clip.ClipId] = Clip }, [new("t", pieces[1])]));
        Assert.StartsWith("[0:v:0]trim=", text);
        Assert.Contains("[a0];\n[1:v:0]trim=", text);
        Assert.Contains("[a0][b0]xfade=transition=fade:duration=0.333333:offset=0,setpts=PTS-STARTPTS,setsar=1", text);
    }

    [Fact]
    public void Transitions_share_the_decoders_of_the_shots_beside_them()
    {
        var cut = Dissolving(20);
        var passes = Plan(cut, 1);

        Assert.All(passes, pass => Assert.InRange(pass.Inputs.Count, 2, 7));
        Assert.Equal(FilmPiece.Of(cut), passes.SelectMany(pass => pass.Pieces).Select(missing => missing.Piece).OrderBy(piece => piece.Frames.Start));
        Assert.InRange(passes.Sum(pass => pass.Inputs.Count), cut.Shots.Count, cut.Shots.Count + passes.Count);
        Assert.All(passes, pass => Assert.All(pass.Pieces.Zip(pass.Pieces.Skip(1)), pair => Assert.Equal(pair.First.Piece.Frames.End, pair.Second.Piece.Frames.Start)));
    }

    [Fact]
    public void What_is_shown_before_the_beginning_of_a_clip_is_not_shared()
    {
        // There is no material for the transition: it holds the first picture, and the shot's own piece begins with it.
        var cut = Dissolving(2);
        var early = cut with { Shots = [cut.Shots[0], cut.Shots[1] with { SourceStartSeconds = 0 }] };

        Assert.Equal([1, 2], Plan(cut with { Shots = early.Shots }, 1).Select(pass => pass.Pieces.Count).Order());
        Assert.Equal(3, Assert.Single(Plan(cut, 1)).Pieces.Count);
    }

    [Theory]
    [InlineData(30, 1, 15360)]
    [InlineData(24, 1, 12288)]
    [InlineData(60, 1, 15360)]
    [InlineData(30000, 1001, 30000)]
    public void Every_frame_starts_on_a_tick(int numerator, int denominator, int ticks) => Assert.Equal(ticks, RenderSettings.TimescaleOf(new(numerator, denominator)));

    [Fact]
    public void The_list_of_shots_quotes_names_and_adds_up_to_the_film()
    {
        var cut = Film with { Rate = new(30000, 1001), Frames = 3, Shots = [First with { Frames = new(0, 1) }, First with { Frames = new(1, 3) }] };

        Assert.Equal(
            "ffconcat version 1.0\nfile 'file:/it'\\''s/a'\nduration 0.033367\nfile 'file:/b'\nduration 0.066733\n",
            FilmJoiner.ListText(cut, ["/it's/a", "/b"]));
    }

    [Fact]
    public void The_sync_report_measures_only_cuts_that_claim_a_beat()
    {
        var cut = Film with { StartSeconds = 10, Shots = [First with { BeatIndex = null }, First with { Frames = new(30, 60), BeatIndex = 7, PlannedSeconds = 11.01 }] };

        var report = SyncReport.Of(cut, [0, 0.5, 1.0333]);

        var measured = Assert.Single(report.Cuts);
        Assert.Equal((11.01, 11.0333, null), (measured.PlannedBeatSeconds, measured.MeasuredSeconds, measured.Seen));
        Assert.Equal(23.3, report.MaxErrorMs, 1);
        Assert.Equal(0, SyncReport.Of(cut with { Shots = [] }, [0]).MaxErrorMs);
    }

    private static Cut Dissolving(int shots) => Film with
    {
        Frames = shots * 30,
        Shots =
        [
            .. Enumerable.Range(0, shots).Select(i => First with { Index = i, Frames = new(i * 30, (i + 1) * 30), SourceStartSeconds = 1 + (i % 3), Transition = i == 0 ? null : new(TransitionKind.Fade, 10) }),
        ],
    };

    private static IReadOnlyList<RenderPass> Plan(Cut cut, int workers) =>
        RenderPasses.Plan(FilmPiece.Of(cut).Select((piece, i) => new MissingPiece($"{i}", piece)), new Dictionary<Guid, ShotSource> { [Clip.ClipId] = Clip }, cut, workers);

    private static Footage Shown(int frames) => new(First, 0, frames);

    private static MissingPiece Missing(string key, double start, int frames, Guid? clip = null) =>
        new(key, new(new(0, frames), new(First with { ClipId = clip ?? Clip.ClipId, SourceStartSeconds = start, Frames = new(0, frames) }, 0, frames)));

    private static RenderPass Pass(ShotSource source, params MissingPiece[] pieces) => RenderPass.OfClip(source, pieces);

    private static string Key(Cut cut, Shot shot, ShotSource source, RenderSettings settings, FfmpegVersion version) =>
        PieceKey.Of(cut, new(shot.Frames, new(shot, 0, shot.Frames.Count)), new Dictionary<Guid, ShotSource> { [source.ClipId] = source }, settings, version);

    private static IReadOnlyList<RenderPass> Plan(int workers, params (int Clip, double Start)[] shots) => RenderPasses.Plan(
        shots.Select((shot, i) => Missing($"{i}", shot.Start, 30, CutPlannerTests.Id(shot.Clip))),
        shots.Select(shot => CutPlannerTests.Id(shot.Clip)).Distinct().ToDictionary(id => id, id => Clip with { ClipId = id }),
        Film,
        workers);
}

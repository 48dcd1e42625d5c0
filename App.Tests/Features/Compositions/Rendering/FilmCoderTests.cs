using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Tests.Support;
using Downbeat.Timing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Films at a bit rate, and with encoders that fail. No machine that runs these tests needs a device: encoders are made up of what every ffmpeg has.</summary>
public sealed class FilmCoderTests : IDisposable
{
    private const int Width = 320;
    private const int Height = 180;

    /// <summary>Works, with other parameter sets than the studio's own.</summary>
    private static readonly HardwareEncoder Working = new("working", "libx264", quality => ["-pix_fmt", "yuv420p", "-preset", "ultrafast", "-qp", $"{quality}", "-x264-params", "stitchable=1"]);

    /// <summary>Passes its trial of two pictures and ends after twenty.</summary>
    private static readonly HardwareEncoder Failing = new("failing", "libx264", quality => [.. Working.QualityArguments(quality), "-frames:v", "20"]);

    private readonly FilmWorkshop workshop = new();
    private readonly List<string> log = [];

    public void Dispose() => workshop.Dispose();

    [Theory]
    [InlineData("video/bbb_960x540_60fps_vp8.webm", 4, 300)]
    [InlineData("video/bbb_960x540_60fps_vp8.webm", 4, 1500)]
    [InlineData("video/frog.mp4", 4, 700)]
    [InlineData("video/sk_bikes.mp4", 2, 1200)]
    [InlineData("noise", 1, 2500)]
    public async Task The_pictures_of_a_film_have_the_rate_that_was_asked_for(string clip, int seconds, int kbps)
    {
        var (cut, sources) = await FilmAsync(clip == "noise" ? await NoiseAsync() : TestData.PathOf(clip), seconds);

        var film = await CodeAsync(new(RenderPreset.Fast, null, kbps), cut, sources);

        var path = Path.Combine(workshop.Folder, "film.mp4");
        await workshop.Joiner.JoinAsync(
            film.Cut, film.Pieces.Paths, await workshop.ToneAsync(seconds), sources, workshop.Store, workshop.Work, path, Path.Combine(workshop.Folder, "poster.webp"), null, FilmWorkshop.Stop);
        var packets = await PacketReader.ReadAsync(workshop.Ffmpeg, path, FilmWorkshop.Stop);
        Assert.InRange(packets.VideoBytes * 8 / 1000.0 / packets.VideoSeconds / kbps, 0.9, 1.1);
        Assert.StartsWith("The pictures have ", Assert.Single(log));
    }

    [Fact]
    public async Task A_rate_is_met_again_with_the_pieces_that_are_there_and_a_changed_shot_alone()
    {
        var (cut, sources) = await FilmAsync(await NoiseAsync(), 4);
        var wish = new CodingWish(RenderPreset.Draft, null, 900);
        var first = await CodeAsync(wish, cut, sources);

        var second = await CodeAsync(wish, cut, sources);
        var third = await CodeAsync(wish, cut with { Shots = [.. cut.Shots.Select(shot => shot.Index == 2 ? shot with { SourceStartSeconds = 0.1 } : shot)] }, sources);

        Assert.Equal((0, 4), (first.Pieces.ReusedShots, first.Pieces.RenderedShots));
        Assert.Equal((4, 0), (second.Pieces.ReusedShots, second.Pieces.RenderedShots));
        Assert.Equal(first.Pieces.Paths, second.Pieces.Paths);
        Assert.Equal((3, 1), (third.Pieces.ReusedShots, third.Pieces.RenderedShots));
    }

    [Fact]
    public async Task A_film_that_needs_no_more_bits_ends_lower_and_says_so()
    {
        var (cut, sources) = await FilmAsync(await MakeAsync("still.mp4", $"color=teal:s={Width}x{Height}:r=30:d=4"), 2);

        var film = await CodeAsync(new(RenderPreset.Draft, null, 20_000), cut, sources);

        Assert.Equal(4, film.Pieces.Paths.Count);
        Assert.Contains("More bits would show nothing more in this material.", Assert.Single(log));
    }

    [Fact]
    public async Task An_encoder_that_fails_in_the_middle_leaves_the_whole_film_to_x264_and_is_not_used_again()
    {
        var (cut, sources) = await FilmAsync(await NoiseAsync(), 4);
        cut = cut with { Shots = [cut.Shots[0] with { Frames = new(0, 15) }, cut.Shots[1] with { Frames = new(15, 120), Filling = Filling.Loop }] };
        using var trials = Trials(Failing);

        var film = await CodeAsync(new(RenderPreset.Draft, EncoderTrials.Auto, null), cut, sources, trials);

        Assert.Contains($"{Failing.Name} has failed", Assert.Single(log));
        Assert.Contains("gave 20 of 105 frames", log[0]);
        Assert.Equal((2, 0), (film.Pieces.RenderedShots, film.Pieces.ReusedShots));
        var software = await workshop.Renderer.RenderAsync(cut, sources, RenderSettings.Of(RenderPreset.Draft), workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        Assert.Equal(software.Paths, film.Pieces.Paths);
        Assert.Null(await trials.FindBestAsync(FilmWorkshop.Stop));

        log.Clear();
        await CodeAsync(new(RenderPreset.Draft, Failing.Name, null), cut, sources, trials);
        Assert.Contains($"{Failing.Name} does not work on this machine any more", Assert.Single(log));
    }

    [Fact]
    public async Task A_working_encoder_is_taken_and_its_film_is_what_phones_play()
    {
        var (cut, sources) = await FilmAsync(await NoiseAsync(), 2);
        using var trials = Trials(new("nowhere", "h264_nowhere", _ => []), Working);

        var film = await CodeAsync(new(RenderPreset.Draft, EncoderTrials.Auto, null), cut, sources, trials);

        Assert.Equal(["Coded with working."], log);
        var path = Path.Combine(workshop.Folder, "film.mp4");
        var finished = await workshop.Joiner.JoinAsync(
            film.Cut, film.Pieces.Paths, await workshop.ToneAsync(2), sources, workshop.Store, workshop.Work, path, Path.Combine(workshop.Folder, "poster.webp"), null, FilmWorkshop.Stop);
        Assert.StartsWith("Checked: H.264 ", finished.Form);
        var software = await workshop.Renderer.RenderAsync(cut, sources, RenderSettings.Of(RenderPreset.Draft), workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        Assert.Equal(cut.Shots.Count, software.RenderedShots);
    }

    [Fact]
    public async Task Pieces_that_were_not_coded_alike_are_all_rendered_anew()
    {
        var (cut, sources) = await FilmAsync(await NoiseAsync(), 2);
        Task<RenderedPieces> RenderAsync(RenderPreset preset) => workshop.Renderer.RenderAsync(cut, sources, RenderSettings.Of(preset), workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        var (draft, fast) = (await RenderAsync(RenderPreset.Draft), await RenderAsync(RenderPreset.Fast));
        Assert.NotEqual(Mp4Pictures.ParameterSetsOf(draft.Paths[1]), Mp4Pictures.ParameterSetsOf(fast.Paths[1]));
        await workshop.Store.AddAsync(Path.GetFileName(draft.Paths[1]), fast.Paths[1]);

        var mended = await RenderAsync(RenderPreset.Draft);

        Assert.Equal(cut.Shots.Select(shot => shot.Index), mended.Rendered.Order());
        Assert.Equal(Mp4Pictures.ParameterSetsOf(mended.Paths[0]), Mp4Pictures.ParameterSetsOf(mended.Paths[1]));
    }

    [Fact]
    public async Task A_clip_that_cannot_be_read_is_no_fault_of_the_encoder()
    {
        var (cut, sources) = await FilmAsync(await NoiseAsync(), 2);
        using var trials = Trials(Working);
        var id = cut.Shots[0].ClipId;

        await Assert.ThrowsAsync<MediaFailure>(() => CodeAsync(
            new(RenderPreset.Draft, Working.Name, null), cut, new Dictionary<Guid, ShotSource> { [id] = sources[id] with { Path = Path.Combine(workshop.Folder, "gone.mp4") } }, trials));

        Assert.Equal(Working, await trials.FindBestAsync(FilmWorkshop.Stop));
    }

    private EncoderTrials Trials(params HardwareEncoder[] encoders) => new(workshop.Ffmpeg, encoders, NullLogger<EncoderTrials>.Instance);

    private async Task<GuardedFilm> CodeAsync(CodingWish wish, Cut cut, IReadOnlyDictionary<Guid, ShotSource> sources, EncoderTrials? trials = null)
    {
        using var none = Trials();
        return await new FilmCoder(new(workshop.Renderer), workshop.Renderer, trials ?? none).RenderAsync(wish, cut, false, sources, workshop.Store, workshop.Work, null, log.Add, FilmWorkshop.Stop);
    }

    private Task<string> NoiseAsync() => MakeAsync("noise.mp4", $"testsrc2=s={Width}x{Height}:r=30:d=4,noise=alls=30:allf=t");

    private async Task<string> MakeAsync(string name, string source)
    {
        var path = Path.Combine(workshop.Folder, name);
        await workshop.Ffmpeg.RunAsync(["-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p", path], RunLimits.Short, null, FilmWorkshop.Stop);
        return path;
    }

    /// <summary>Four shots of a clip.</summary>
    private static async Task<(Cut Cut, IReadOnlyDictionary<Guid, ShotSource> Sources)> FilmAsync(string path, int seconds)
    {
        var id = CutPlannerTests.Id(1);
        var (source, clipSeconds) = await FilmWorkshop.ProbeAsync(id, path);
        var frames = seconds * 30;
        var shots = Enumerable.Range(0, 4).Select(i => new Shot(i, id, new(i * frames / 4, (i + 1) * frames / 4), i * Math.Max(0, clipSeconds - (seconds / 4.0)) / 4, null, 0, Filling.Loop));
        return (new(FrameRate.Of(30), Width, Height, Fit.Cover, 0, frames, [.. shots]), new Dictionary<Guid, ShotSource> { [id] = source });
    }
}

using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Films that flash, made for real; their verdict is taken again from the decoded files.</summary>
public class FlashGuardTests
{
    private const string Dark = "mandelbrot=size=160x90:rate=30,format=yuv420p,eq=brightness=-0.25:contrast=0.5";
    private const string Gray = "color=0x808080:s=160x90:r=30";
    private const string White = "color=white:s=160x90:r=30";
    private const string Corner = "color=0x303030:s=160x90:r=30,drawbox=x=100:w=60:h=40:color=white:t=fill:enable='lt(mod(n,6),3)'";
    private const string Red = "color=0x007100:s=160x90:r=30,drawbox=color=0xdc0000:t=fill:enable='lt(mod(n,6),3)'";

    [Fact]
    public async Task Strobes_on_beats_over_dark_clips_are_unsafe_as_asked_for_and_safe_when_guarded()
    {
        using var workshop = new FilmWorkshop();
        var (cut, sources) = await CutAsync(workshop, (Dark, 60), (Gray, 60));
        cut = cut with { Hits = [.. Enumerable.Range(0, 8).Select(beat => new EffectHit(EffectKind.Strobe, beat * 15, 15, 1))] };

        var (asked, verdict) = await MakeAsync(workshop, cut, sources, isFlashSafe: false);
        Assert.Equal(cut, asked.Cut);
        Assert.InRange(verdict.MostFlashes, 6, 8);
        AssertSame(verdict, asked.Flash);

        var (guarded, safe) = await MakeAsync(workshop, cut, sources, isFlashSafe: true);
        Assert.True(safe.Passes);
        AssertSame(safe, guarded.Flash);
        Assert.InRange(guarded.Cut.Hits.Count, 2, 4);
        Assert.Equal(8, guarded.Cut.WeakenedHits);
        Assert.InRange(safe.MostFlashes, 2, 3);
    }

    [Fact]
    public async Task Pulses_that_only_the_picture_shows_to_flash_are_thinned_where_they_do_and_nothing_else_is_rendered_again()
    {
        using var workshop = new FilmWorkshop();
        var (cut, sources) = await CutAsync(workshop, (Gray, 60), (White, 60), (White, 40));
        cut = cut with { Hits = [.. Enumerable.Range(0, 40).Select(i => new EffectHit(EffectKind.BrightnessPulse, i * 4, 4, 1))] };

        var (guarded, verdict) = await MakeAsync(workshop, cut, sources, isFlashSafe: true);

        Assert.True(verdict.Passes);
        AssertSame(verdict, guarded.Flash);
        Assert.InRange(guarded.Cut.Hits.Count(hit => hit.Frame < 60), 3, 6);
        Assert.InRange(guarded.Cut.Hits.Count(hit => hit.Frame is >= 60 and < 120), 12, 15);
        Assert.Equal(10, guarded.Cut.Hits.Count(hit => hit.Frame >= 120));
        Assert.Equal(3, guarded.Pieces.RenderedShots);
        Assert.Single(workshop.Store.Added, guarded.Pieces.Paths[2].EndsWith);
    }

    [Fact]
    public async Task Flashing_in_a_corner_and_in_red_that_the_clips_bring_is_named_and_takes_no_hit_from_elsewhere()
    {
        using var workshop = new FilmWorkshop();
        var (cut, sources) = await CutAsync(workshop, (Corner, 60), (Gray, 90), (Red, 60));
        var (calm, mixed) = (new EffectHit(EffectKind.Flash, 105, 8, 1), new EffectHit(EffectKind.Shake, 180, 8, 1));
        cut = cut with { Hits = [calm, mixed] };

        var (guarded, verdict) = await MakeAsync(workshop, cut, sources, isFlashSafe: true);

        AssertSame(verdict, guarded.Flash);
        Assert.Equal([calm], guarded.Cut.Hits);
        Assert.Equal(1, guarded.Cut.WeakenedHits);
        Assert.Equal(2, verdict.Unsafe.Count);
        Assert.InRange(verdict.Unsafe[0].End, 50, 75);
        Assert.InRange(verdict.Unsafe[1].Start, 140, 175);
        Assert.InRange(verdict.MostFlashes, 4, 5);
        Assert.InRange(verdict.MostRedFlashes, 4, 5);
    }

    [Fact]
    public async Task A_piece_whose_trace_is_missing_is_rendered_again()
    {
        using var workshop = new FilmWorkshop();
        var (cut, sources) = await CutAsync(workshop, (Gray, 10), (Dark, 10));
        var guard = new FlashGuard(workshop.Renderer);
        Task<GuardedFilm> RenderAsync() => guard.RenderAsync(cut, true, sources, new("ultrafast", 25), workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        var first = await RenderAsync();
        File.Delete(first.Pieces.TracePaths[1]);

        Assert.Equal([1], (await RenderAsync()).Pieces.Rendered);
        Assert.Empty((await RenderAsync()).Pieces.Rendered);
    }

    /// <summary>A film of clips that ffmpeg draws, one shot of each.</summary>
    private static async Task<(Cut Cut, Dictionary<Guid, ShotSource> Sources)> CutAsync(FilmWorkshop workshop, params (string Drawing, int Frames)[] clips)
    {
        var (sources, shots, at) = (new Dictionary<Guid, ShotSource>(), new List<Shot>(), 0);
        foreach (var (drawing, frames) in clips)
        {
            var (id, path) = (CutPlannerTests.Id(shots.Count + 1), Path.Combine(workshop.Folder, $"clip{shots.Count}.mp4"));
            await workshop.Ffmpeg.RunAsync(
                ["-f", "lavfi", "-i", drawing, "-frames:v", $"{frames}", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p", path], RunLimits.Short, null, FilmWorkshop.Stop);
            sources[id] = (await FilmWorkshop.ProbeAsync(id, path)).Source;
            shots.Add(new(shots.Count, id, new(at, at + frames), 0, null, 0, Filling.Hold));
            at += frames;
        }

        return (new(FrameRate.Of(30), 160, 90, Fit.Stretch, 0, at, shots), sources);
    }

    private static async Task<(GuardedFilm Film, FlashReport Verdict)> MakeAsync(FilmWorkshop workshop, Cut cut, Dictionary<Guid, ShotSource> sources, bool isFlashSafe)
    {
        var film = await new FlashGuard(workshop.Renderer).RenderAsync(cut, isFlashSafe, sources, new("superfast", 25), workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        var path = Path.Combine(workshop.Folder, "film.mp4");
        await workshop.Joiner.JoinAsync(
            film.Cut, film.Pieces.Paths, await workshop.ToneAsync(cut.DurationSeconds), sources, workshop.Store, workshop.Work, path, path + ".jpg", null, FilmWorkshop.Stop);
        return (film, await DecodedVerdictAsync(workshop, film.Cut, path));
    }

    private static async Task<FlashReport> DecodedVerdictAsync(FilmWorkshop workshop, Cut cut, string path)
    {
        var bytes = new MemoryStream();
        await workshop.Ffmpeg.PipeAsync(
            ["-i", path, "-an", "-vf", FlashTrace.Filters, "-f", "rawvideo", "pipe:1"], RunLimits.Short, async (block, stop) => await bytes.WriteAsync(block, stop), FilmWorkshop.Stop);
        return FlashCheck.Of(cut.Rate, cut.Frames, bytes.ToArray().Chunk(FlashTrace.PictureBytes).Select(picture => (ReadOnlyMemory<byte>)picture));
    }

    private static void AssertSame(FlashReport decoded, FlashReport traced)
    {
        Assert.Equal((decoded.Passes, decoded.MostFlashes, decoded.MostRedFlashes), (traced.Passes, traced.MostFlashes, traced.MostRedFlashes));
        Assert.Equal(decoded.Unsafe, traced.Unsafe);
    }
}

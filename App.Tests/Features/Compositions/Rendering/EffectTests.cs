using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Films with and without effects, compared picture by picture.</summary>
public class EffectTests
{
    private const int Width = 320;
    private const int Height = 180;
    private const int Onset = 10;
    private const int Lasts = 8;

    // Two hits, the second of which begins in the first shot and ends in the next.
    private const int SecondOnset = 27;

    public static TheoryData<string> Kinds => [.. Enum.GetNames<EffectKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_effect_is_seen_in_its_frames_and_nowhere_else(string kind)
    {
        using var workshop = new FilmWorkshop();
        var (plain, hit) = await FilmsAsync(workshop, Enum.Parse<EffectKind>(kind), 0.8);

        for (var frame = 0; frame < plain.Count; frame++)
        {
            var inside = (frame >= Onset && frame < Onset + Lasts) || (frame >= SecondOnset && frame < SecondOnset + Lasts);
            var distance = Distance(plain[frame], hit[frame], 0, 3);
            if (!inside)
            {
                Assert.True(distance < 1, $"Frame {frame} lies outside of every hit and differs by {distance:0.00}.");
            }
        }

        Assert.All([Onset, SecondOnset], onset => Assert.True(Distance(plain[onset], hit[onset], 0, 3) > 2.5, $"Frame {onset} is the first of a hit and hardly differs."));
    }

    [Fact]
    public async Task A_flash_is_nearly_white_at_first_and_fades()
    {
        using var workshop = new FilmWorkshop();
        var (plain, hit) = await FilmsAsync(workshop, EffectKind.Flash, 1);

        var gains = Enumerable.Range(Onset, Lasts).Select(frame => Mean(hit[frame], 0) - Mean(plain[frame], 0)).ToList();

        Assert.InRange(Mean(hit[Onset], 0), 228, 240);
        Assert.InRange(Math.Abs(Mean(hit[Onset], 1) - 128), 0, 2);
        Assert.All(gains.Zip(gains.Skip(1)), pair => Assert.True(pair.Second < pair.First));
    }

    [Fact]
    public async Task Light_adds_light_and_a_burst_adds_colour()
    {
        using var workshop = new FilmWorkshop();
        var (plain, light) = await FilmsAsync(workshop, EffectKind.BrightnessPulse, 0.5);
        var (_, burst) = await FilmsAsync(workshop, EffectKind.ColorBurst, 0.5);

        Assert.True(Mean(light[Onset], 0) > Mean(plain[Onset], 0) + 25);
        Assert.True(Colour(burst[Onset]) > 1.25 * Colour(plain[Onset]));
    }

    [Fact]
    public async Task A_zoom_shows_the_middle_of_the_picture_larger()
    {
        using var workshop = new FilmWorkshop();
        var (plain, zoom) = await FilmsAsync(workshop, EffectKind.ZoomPulse, 1);

        var zoomed = Enlarged(plain[Onset], 1.16);
        Assert.True(Distance(zoomed, zoom[Onset], 0, 1) < 0.4 * Distance(plain[Onset], zoom[Onset], 0, 1));
    }

    [Fact]
    public async Task A_glitch_moves_colour_and_leaves_light()
    {
        using var workshop = new FilmWorkshop();
        var (plain, glitch) = await FilmsAsync(workshop, EffectKind.Glitch, 1);

        Assert.InRange(Distance(plain[Onset], glitch[Onset], 0, 1), 0, 1);
        Assert.True(Distance(plain[Onset], glitch[Onset], 1, 3) > 4);
    }

    [Fact]
    public async Task A_strobe_goes_on_and_off()
    {
        using var workshop = new FilmWorkshop();
        var (plain, strobe) = await FilmsAsync(workshop, EffectKind.Strobe, 1);

        var gains = Enumerable.Range(Onset, Lasts).Select(frame => Mean(strobe[frame], 0) - Mean(plain[frame], 0) > 50);

        Assert.Equal([true, true, false, false, true, true, false, false], gains);
    }

    [Fact]
    public async Task Several_effects_and_hundreds_of_hits_in_one_shot_are_rendered()
    {
        using var workshop = new FilmWorkshop();
        var cut = await ShotsAsync(workshop, new FrameRange(0, 600));
        var hits = Enumerable.Range(0, 600 / 5).SelectMany(i => Enum.GetValues<EffectKind>().Select(kind => new EffectHit(kind, i * 5, 6, 0.3)));

        var film = await RenderAsync(workshop, cut.Cut with { Hits = [.. hits] }, cut.Source);

        Assert.Equal(600, film.Count);
    }

    private static async Task<(List<byte[]> Plain, List<byte[]> Hit)> FilmsAsync(FilmWorkshop workshop, EffectKind kind, double strength)
    {
        var (cut, source) = await ShotsAsync(workshop, new FrameRange(0, 30), new FrameRange(30, 50));
        var hit = cut with { Hits = [new(kind, Onset, Lasts, strength), new(kind, SecondOnset, Lasts, strength)] };
        return (await RenderAsync(workshop, cut, source), await RenderAsync(workshop, hit, source));
    }

    private static async Task<(Cut Cut, ShotSource Source)> ShotsAsync(FilmWorkshop workshop, params FrameRange[] shots)
    {
        var id = CutPlannerTests.Id(1);
        var path = Path.Combine(workshop.Folder, "picture.png");
        await workshop.Ffmpeg.RunAsync(
            ["-f", "lavfi", "-i", $"mandelbrot=size={Width}x{Height}:start_scale=1.2:rate=1,format=yuv444p,eq=brightness=-0.1:contrast=0.7", "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", path], RunLimits.Short, null, FilmWorkshop.Stop);
        var (source, _) = await FilmWorkshop.ProbeAsync(id, path);
        return (new(FrameRate.Of(30), Width, Height, Fit.Stretch, 0, shots[^1].End, [.. shots.Select((frames, i) => new Shot(i, id, frames, 0, null, 0, Filling.Hold))]), source);
    }

    /// <summary>The pictures of a film, each as a plane of light and two of colour.</summary>
    private static async Task<List<byte[]>> RenderAsync(FilmWorkshop workshop, Cut cut, ShotSource source)
    {
        var pieces = await workshop.Renderer.RenderAsync(
            cut, new Dictionary<Guid, ShotSource> { [source.ClipId] = source }, new("ultrafast", 4), workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        var pictures = new List<byte[]>();
        foreach (var piece in pieces.Paths)
        {
            var bytes = new MemoryStream();
            await workshop.Ffmpeg.PipeAsync(
                ["-i", piece, "-pix_fmt", "yuv444p", "-f", "rawvideo", "pipe:1"], RunLimits.Short, async (block, stop) => await bytes.WriteAsync(block, stop), FilmWorkshop.Stop);
            pictures.AddRange(bytes.ToArray().Chunk(3 * Width * Height));
        }

        return pictures;
    }

    private static double Mean(byte[] picture, int plane) => Enumerable.Range(plane * Width * Height, Width * Height).Average(i => (double)picture[i]);

    private static double Colour(byte[] picture) => Enumerable.Range(Width * Height, 2 * Width * Height).Average(i => Math.Abs(picture[i] - 128.0));

    private static double Distance(byte[] one, byte[] other, int fromPlane, int toPlane) =>
        Enumerable.Range(fromPlane * Width * Height, (toPlane - fromPlane) * Width * Height).Average(i => (double)Math.Abs(one[i] - other[i]));

    private static byte[] Enlarged(byte[] picture, double factor)
    {
        var enlarged = new byte[picture.Length];
        for (var i = 0; i < Width * Height; i++)
        {
            var (x, y) = (i % Width, i / Width);
            var (fromX, fromY) = ((int)((x - (Width / 2.0)) / factor + (Width / 2.0)), (int)((y - (Height / 2.0)) / factor + (Height / 2.0)));
            enlarged[i] = picture[(fromY * Width) + fromX];
        }

        return enlarged;
    }
}

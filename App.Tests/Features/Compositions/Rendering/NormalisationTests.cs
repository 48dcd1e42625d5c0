using System.Globalization;
using System.Text;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Support;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Real files of every odd kind become shots that can be joined uncoded.</summary>
public class NormalisationTests
{
    private static readonly string[] Films =
    [
        "bbb_960x540_60fps_vp8.webm", "bt601.mov", "crystal.webm", "fc_input_3sec_rotation_90deg.mp4", "fc_input_hdr.mov", "frog.mp4", "hlg10-color-test.mp4",
        "mb_cursed-vfr.mp4", "mb_edts.mp4", "mb_frames.webm", "mb_rotate-buck-bunny.mp4", "mb_sar_2x1.mp4", "mp_big_buck_bunny_0_30.webm", "mp_smpte-2997.mp4",
        "rabbit320.mp4", "sample.avi", "sample_12_5fps_720p_1s.mp4", "sample_15fps_720p_1s.mp4", "sample_fragmented.mp4", "sample_portrait.mp4",
        "sample_rotate_and_reflect.mp4", "sample_shorter_audio.mp4", "sample_with_chapters.mp4", "sk_bikes.mp4", "london.jpg", "exif/Landscape_6.jpg",
    ];

    [Theory]
    [InlineData(Fit.Blur, RenderPreset.Fast, 30, 1)]
    [InlineData(Fit.Cover, RenderPreset.Balanced, 30000, 1001)]
    internal async Task Clips_of_every_kind_join_with_one_set_of_parameters(Fit fit, RenderPreset preset, int numerator, int denominator)
    {
        using var workshop = new FilmWorkshop();
        var sources = new Dictionary<Guid, ShotSource>();
        var clips = new List<CutClip>();
        foreach (var path in Films.Select(name => TestData.PathOf("video/" + name)).Concat(await OddOnesAsync(workshop)))
        {
            var (source, seconds) = await FilmWorkshop.ProbeAsync(CutPlannerTests.Id(clips.Count), path);

            // One sample claims 40 hours; what really decodes is the probe's business.
            clips.Add(new(source.ClipId, Math.Min(seconds, 1.5), source.IsStill));
            sources[source.ClipId] = source;
        }

        var cut = CutPlanner.Plan(new()
        {
            Grid = new([.. Enumerable.Range(0, 400).Select(i => i * 0.2)], [], [], [], 0.4 * clips.Count),
            Clips = clips,
            MinShotSeconds = 0.4,
            Width = 256,
            Height = 144,
            Fit = fit,
            Rate = new(numerator, denominator),
        });
        Assert.InRange(cut.Shots.Count, clips.Count - 1, 2 * clips.Count);

        var (film, finished, shots) = await workshop.MakeAsync(cut, sources, await workshop.ToneAsync(30), preset);

        Assert.Equal(cut.Frames, finished.Frames);
        Assert.Single((await Task.WhenAll(shots.Paths.Select(path => ParameterSetsAsync(workshop, path)))).Distinct());

        // A strict decode of the whole film finds nothing to complain about.
        await workshop.Ffmpeg.RunAsync(["-xerror", "-err_detect", "explode", "-i", film, "-f", "null", "-"], RunLimits.Short, null, FilmWorkshop.Stop);
    }

    [Fact]
    public async Task Photos_stand_upright_whatever_their_orientation()
    {
        using var workshop = new FilmWorkshop();
        var upright = await FirstPictureAsync(workshop, "video/exif/Landscape_1.jpg", 1);
        foreach (var orientation in new[] { 3, 6, 8 })
        {
            var turned = await FirstPictureAsync(workshop, $"video/exif/Landscape_{orientation}.jpg", orientation);

            // The samples differ by a number written on them.
            Assert.InRange(upright.Zip(turned, (a, b) => Math.Abs(a - b)).Average(), 0, 12);
        }
    }

    [Fact]
    public async Task Transparent_parts_become_black()
    {
        using var workshop = new FilmWorkshop();
        var path = Path.Combine(workshop.Folder, "half.webm");
        await DrawHalfTransparentAsync(workshop, path);
        var (source, _) = await FilmWorkshop.ProbeAsync(CutPlannerTests.Id(1), path);
        Assert.True(source.HasAlpha);

        var picture = await FirstPictureAsync(workshop, source);

        Assert.True(picture[(72 * 256) + 60] > 150);
        Assert.InRange(picture[(72 * 256) + 200], 0, 20);
    }

    private static async Task<List<string>> OddOnesAsync(FilmWorkshop workshop)
    {
        async Task<string> DrawAsync(string name, params string[] arguments)
        {
            var path = Path.Combine(workshop.Folder, name);
            await workshop.Ffmpeg.RunAsync(["-f", "lavfi", "-i", "testsrc2=s=322x182:r=30:d=2", .. arguments, path], RunLimits.Short, null, FilmWorkshop.Stop);
            return path;
        }

        var alpha = Path.Combine(workshop.Folder, "alpha.webm");
        await DrawHalfTransparentAsync(workshop, alpha);
        return
        [
            alpha,
            await DrawAsync("moving.gif", "-vf", "fps=10,scale=120:-1"),
            await DrawAsync("blink.gif", "-vf", "fps=10,scale=120:-1,trim=end_frame=2"),
            await DrawAsync("still.png", "-vf", "format=rgba,colorchannelmixer=aa=0.5", "-frames:v", "1", "-update", "1"),
            await DrawAsync("interlaced.mp4", "-vf", "crop=320:180,interlace", "-c:v", "libx264", "-flags", "+ildct+ilme"),
            await DrawAsync("full.mp4", "-pix_fmt", "yuvj444p", "-color_range", "pc", "-c:v", "libx264"),
            await DrawAsync("pq.mp4", "-vf", "format=yuv420p10le", "-c:v", "libx264", "-color_trc", "smpte2084", "-color_primaries", "bt2020", "-colorspace", "bt2020nc"),
            await DrawAsync("stream.ts", "-c:v", "libx264", "-pix_fmt", "yuv420p"),
            await DrawAsync("slow.mp4", "-vf", "fps=1/2", "-c:v", "libx264", "-pix_fmt", "yuv420p"),
        ];
    }

    private static Task<string> DrawHalfTransparentAsync(FilmWorkshop workshop, string path) => workshop.Ffmpeg.RunAsync(
        ["-f", "lavfi", "-i", "color=white:s=200x112:r=30:d=1,format=yuva420p,geq=lum='p(X,Y)':a='255*lt(X,100)'", "-c:v", "libvpx-vp9", "-auto-alt-ref", "0", path],
        RunLimits.Short, null, FilmWorkshop.Stop);

    private static async Task<byte[]> FirstPictureAsync(FilmWorkshop workshop, string file, int orientation)
    {
        var (source, _) = await FilmWorkshop.ProbeAsync(CutPlannerTests.Id(1), TestData.PathOf(file));
        var (width, height) = orientation >= 5 ? (source.Height, source.Width) : (source.Width, source.Height);
        return await FirstPictureAsync(workshop, source with { Width = width, Height = height });
    }

    private static async Task<byte[]> FirstPictureAsync(FilmWorkshop workshop, ShotSource source)
    {
        var cut = new Cut(FrameRate.Of(30), 256, 144, Fit.Contain, 0, 30, [new(0, source.ClipId, new(0, 30), 0, null, 0, Filling.Hold)]);
        var sources = new Dictionary<Guid, ShotSource> { [source.ClipId] = source };
        var shots = await workshop.Renderer.RenderAsync(cut, sources, RenderSettings.Of(RenderPreset.High), workshop.Store, workshop.Work, null, FilmWorkshop.Stop);
        return await FrameCodedClipReader.GrayAsync(workshop.Ffmpeg, shots.Paths[0], 256, 144).FirstAsync(FilmWorkshop.Stop);
    }

    private static async Task<string> ParameterSetsAsync(FilmWorkshop workshop, string path)
    {
        var list = new StringBuilder();
        await workshop.Ffmpeg.PipeAsync(["-i", path, "-c", "copy", "-f", "framecrc", "pipe:1"], RunLimits.Short, (bytes, _) =>
        {
            list.Append(CultureInfo.InvariantCulture, $"{Encoding.ASCII.GetString(bytes.Span)}");
            return ValueTask.CompletedTask;
        }, FilmWorkshop.Stop);
        return list.ToString().Split('\n').First(line => line.StartsWith("#extradata", StringComparison.Ordinal));
    }
}

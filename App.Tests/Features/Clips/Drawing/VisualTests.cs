using Downbeat.Features.Clips.Drawing;
using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Clips.Drawing;

public sealed class VisualTests
{
    private const int FramesPerSecond = 30;
    private const int SmallWidth = 64;
    private const int SmallHeight = 36;

    private static readonly StageWord[] Words = [new("First", 0, 0.5, 0), new("light", 0.5, 1, 0), new("again", 1, 2, 1)];

    public static TheoryData<string> Names => [.. Visuals.All.Select(visual => visual.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_visual_is_lit_moves_and_answers_the_bass_drum(string name)
    {
        var drawing = Drawing(name, "abstract", seconds: 2);
        var pulse = DemoMusic.Song.Pulse(DemoMusic.Song.Drop, 2);
        var stroke = Enumerable.Range(10, 40).MaxBy(frame => pulse.At((double)frame / FramesPerSecond).Hit - pulse.At((double)(frame - 2) / FramesPerSecond).Hit);
        var frames = Small(drawing, pulse, [0, stroke - 4, stroke - 3, stroke - 2, stroke, 50]);

        Assert.All(frames, frame => Assert.True(frame.Average(value => value) > 10, "It is dark."));
        Assert.True(Difference(frames[0], frames[5]) > 0.8, $"It stands still: {Difference(frames[0], frames[5]):0.00}.");
        var idle = Math.Min(Difference(frames[1], frames[2]), Difference(frames[2], frames[3]));
        var brighter = frames[4].Average(value => value) - frames[3].Average(value => value);
        Assert.True(Difference(frames[3], frames[4]) > idle || brighter > 1, $"A stroke moves it by {Difference(frames[3], frames[4]):0.00}, and nothing by {idle:0.00}; it is brighter by {brighter:0.00}.");
    }

    [Theory, MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_picture_and_another_one_another(string name)
    {
        var pulse = DemoMusic.Song.Pulse(10, 1);
        byte[] Frame(int seed) => Small(Drawing(name, "paper", 1) with { Seed = seed }, pulse, [12])[0];

        Assert.Equal(Frame(5), Frame(5));

        // What is made of letters or of a picture has little to choose.
        if (!Visuals.Of(name).NeedsPicture && name != "words")
        {
            Assert.True(Difference(Frame(5), Frame(6)) > 0.5);
        }
    }

    [Fact]
    public void Visuals_look_unlike_each_other_and_styles_too()
    {
        var pulse = DemoMusic.Song.Pulse(DemoMusic.Song.Drop, 1);
        var pictures = Visuals.All.Select(visual => Small(Drawing(visual.Name, "neon", 1), pulse, [15])[0]).ToList();
        var looks = DrawingStyles.All.Select(style => Small(Drawing("horizon", style.Name, 1), pulse, [15])[0]).ToList();

        foreach (var set in (List<byte[]>[])[pictures, looks])
        {
            Assert.All(from first in Enumerable.Range(0, set.Count) from second in Enumerable.Range(0, first) select (first, second), pair => Assert.True(Difference(set[pair.first], set[pair.second]) > 8, $"{pair} differ by {Difference(set[pair.first], set[pair.second]):0.0} only."));
        }
    }

    [Theory]
    [InlineData("silk")]
    [InlineData("mandala")]
    [InlineData("lanterns")]
    public void A_loop_leads_from_its_last_picture_to_its_first(string name)
    {
        var pulse = DemoMusic.Song.Pulse(14.2, 3);
        var loop = Drawing(name, "abstract", 3) with { IsLoop = true };
        var frames = Small(loop, pulse, [0, 1, 44, 45, 89]);
        var open = Small(loop with { IsLoop = false }, pulse, [0, 89]);
        var usual = Math.Max(Difference(frames[0], frames[1]), Difference(frames[2], frames[3]));

        var jump = Difference(frames[4], frames[0]);
        Assert.InRange(jump, 0, 2.5 * usual);
        Assert.True(Difference(open[1], open[0]) > 1.5 * jump, "Without a loop it would jump no further.");
    }

    [Fact]
    public async Task A_clip_is_a_film_of_just_so_many_pictures_in_the_wanted_size()
    {
        using var rig = new MediaRig();
        var path = rig.PathOf("drawn.mp4");
        var drawing = Drawing("silk", "dream", 1) with { Width = 540, Height = 960, Frames = 31 };
        List<double> told = [];

        await new ClipArtist(rig.Ffmpeg).DrawAsync(drawing, DemoMusic.Song.Pulse(0, 1.1), [], null, path, told.Add, TestContext.Current.CancellationToken);

        var answer = await rig.Ffmpeg.AskAsync(
            "ffprobe",
            ["-v", "error", "-show_entries", "stream=codec_name,width,height,pix_fmt,avg_frame_rate,nb_frames,sample_aspect_ratio", "-of", "csv=p=0", path],
            RunLimits.Short,
            TestContext.Current.CancellationToken);
        Assert.Equal("h264,540,960,1:1,yuv420p,30/1,31", answer.Trim());
        Assert.Equal(1, told[^1]);
        Assert.Equal(told.Order(), told);
    }

    [Fact]
    public async Task A_cancelled_drawing_stops()
    {
        using var rig = new MediaRig();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ClipArtist(rig.Ffmpeg)
            .DrawAsync(Drawing("silk", "abstract", 20), DemoMusic.Song.Pulse(0, 20), [], null, rig.PathOf("never.mp4"), _ => stop.Cancel(), stop.Token));
    }

    /// <summary>A drawing in 1080p.</summary>
    internal static ClipDrawing Drawing(string visual, string style, double seconds)
    {
        var look = DrawingStyles.Of(style);
        return new(Visuals.Of(visual), look, look.Palettes[0], CameraMove.Still, 1, 1920, 1080, FramesPerSecond, (int)(seconds * FramesPerSecond), false);
    }

    /// <summary>Some pictures of a drawing, made small: RGB.</summary>
    internal static List<byte[]> Small(ClipDrawing drawing, Pulse pulse, IReadOnlyList<int> frames)
    {
        using var picture = ContactSheet.TestCard();
        var (width, height) = ClipArtist.Size(drawing);
        return [.. ClipArtist.FramesOf(drawing, pulse, Words, drawing.Visual.NeedsPicture ? picture : null, frames).Select(pixels => Shrunk(pixels.Span, width, height))];
    }

    /// <summary>Mean difference of two pictures, 0 to 255.</summary>
    internal static double Difference(byte[] first, byte[] second) => first.Zip(second, (a, b) => Math.Abs(a - b)).Average();

    private static byte[] Shrunk(ReadOnlySpan<byte> bgra, int width, int height)
    {
        var small = new byte[SmallWidth * SmallHeight * 3];
        for (var y = 0; y < SmallHeight; y++)
        {
            for (var x = 0; x < SmallWidth; x++)
            {
                var (left, right, top, bottom) = (x * width / SmallWidth, (x + 1) * width / SmallWidth, y * height / SmallHeight, (y + 1) * height / SmallHeight);
                Span<int> sums = [0, 0, 0];
                for (var row = top; row < bottom; row++)
                {
                    for (var column = left; column < right; column++)
                    {
                        var at = ((row * width) + column) * 4;
                        sums[0] += bgra[at + 2];
                        sums[1] += bgra[at + 1];
                        sums[2] += bgra[at];
                    }
                }

                for (var part = 0; part < 3; part++)
                {
                    small[(((y * SmallWidth) + x) * 3) + part] = (byte)(sums[part] / ((right - left) * (bottom - top)));
                }
            }
        }

        return small;
    }
}

using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Views that move over stills, measured on dots in the pictures.</summary>
public class MotionTests
{
    private const int Width = 640;
    private const int Height = 360;

    private static readonly (double X, double Y)[] Dots = [(0.3, 0.35), (0.7, 0.6)];

    [Fact]
    public async Task A_slow_movement_is_even_to_a_fraction_of_a_pixel_and_one_through_transitions()
    {
        using var workshop = new FilmWorkshop();
        var (dotted, plain) = (CutPlannerTests.Id(1), CutPlannerTests.Id(2));
        var sources = new Dictionary<Guid, ShotSource> { [dotted] = await StillAsync(workshop, dotted, Dots), [plain] = await StillAsync(workshop, plain, []) };
        var motion = new Motion(new(0.5, 0.5, 0.97), new(0.51, 0.49, 0.93));
        var fade = new Transition(TransitionKind.Fade, 20);
        var cut = new Cut(FrameRate.Of(30), Width, Height, Fit.Cover, 0, 100,
        [
            new(0, plain, new(0, 20), 0, null, 0, Filling.Hold),
            new(1, dotted, new(20, 80), 0, null, 0, Filling.Hold) { Transition = fade, Motion = motion },
            new(2, plain, new(80, 100), 0, null, 0, Filling.Hold) { Transition = fade },
        ]);

        var film = await workshop.PicturesAsync(cut, sources, Width, Height);

        foreach (var dot in Dots)
        {
            // At the ends it is hardly seen, and coding outweighs it.
            var away = Enumerable.Range(14, 72).Select(frame => (Frame: frame, Away: Away(CentreOf(film[frame], dot), dot, (frame - 20) / 60.0))).ToList();
            Assert.All(away, at => Assert.True(Math.Abs(at.Away.X) < 0.3 && Math.Abs(at.Away.Y) < 0.3, FormattableString.Invariant($"Frame {at.Frame}: {at.Away.X:0.00} {at.Away.Y:0.00} pixels beside its place.")));
            var alone = away.FindAll(at => at.Frame is >= 30 and < 70);
            Assert.All(alone.Zip(alone.Skip(1)), pair => Assert.True(
                Math.Abs(pair.Second.Away.X - pair.First.Away.X) < 0.1 && Math.Abs(pair.Second.Away.Y - pair.First.Away.Y) < 0.1, $"Between frames {pair.First.Frame} and {pair.Second.Frame} it jumps."));
        }

        (double X, double Y) Away((double X, double Y) seen, (double X, double Y) dot, double share)
        {
            var (x, y, size) = (0.5 + (0.01 * share), 0.5 - (0.01 * share), 0.97 - (0.04 * share));
            return (seen.X - ((((dot.X - x) / size) + 0.5) * Width), seen.Y - ((((dot.Y - y) / size) + 0.5) * Height));
        }
    }

    [Theory]
    [InlineData(Fit.Contain)]
    [InlineData(Fit.Cover)]
    [InlineData(Fit.Blur)]
    [InlineData(Fit.Stretch)]
    internal async Task A_moving_still_of_another_shape_has_its_frames_in_every_fit(Fit fit)
    {
        using var workshop = new FilmWorkshop();
        var id = CutPlannerTests.Id(1);
        var cut = new Cut(FrameRate.Of(25), 180, 320, fit, 0, 7, [new(0, id, new(0, 7), 0, null, 0, Filling.Hold) { Motion = new(new(0.5, 0.5, 1), new(0.5, 0.5, 0.9)) }]);

        var film = await workshop.PicturesAsync(cut, new Dictionary<Guid, ShotSource> { [id] = await StillAsync(workshop, id, Dots) }, 180, 320);

        Assert.Equal(7, film.Count);
        Assert.NotEqual(film[0], film[6]);
    }

    private static async Task<ShotSource> StillAsync(FilmWorkshop workshop, Guid id, (double X, double Y)[] dots)
    {
        var path = Path.Combine(workshop.Folder, $"{id}.png");
        var light = string.Concat(dots.Select(dot => FormattableString.Invariant($"+170*exp(-(pow(X+0.5-{dot.X * Width},2)+pow(Y+0.5-{dot.Y * Height},2))/50)")));
        await workshop.Ffmpeg.RunAsync(
            ["-f", "lavfi", "-i", $"color=black:s={Width}x{Height},format=gray,geq=lum='60{light}'", "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", path], RunLimits.Short, null, FilmWorkshop.Stop);
        return new(id, path, $"{id}", Width, Height) { IsStill = true, Demuxer = "png_pipe", Codec = "png" };
    }

    /// <summary>The middle of the light around a dot, in pixels from the picture's edge.</summary>
    private static (double X, double Y) CentreOf(byte[] picture, (double X, double Y) dot)
    {
        var around = from y in Enumerable.Range((int)(dot.Y * Height) - 26, 52)
                     from x in Enumerable.Range((int)(dot.X * Width) - 26, 52)
                     select (X: x, Y: y, Light: picture[(y * Width) + x]);
        var ground = around.Min(at => at.Light) + 4;
        var lit = around.Where(at => at.Light > ground).Select(at => (at.X, at.Y, Weight: Math.Pow(at.Light - ground, 2))).ToList();
        var all = lit.Sum(at => at.Weight);
        return ((lit.Sum(at => at.Weight * at.X) / all) + 0.5, (lit.Sum(at => at.Weight * at.Y) / all) + 0.5);
    }
}

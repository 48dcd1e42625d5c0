using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Media;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>What a finished file must be so that every phone plays it.</summary>
public sealed class FilmCheckTests : IDisposable
{
    private const int Width = 192;
    private const int Height = 108;

    private readonly FilmWorkshop workshop = new();

    public void Dispose() => workshop.Dispose();

    [Theory]
    [InlineData(1920, 1080, 30, 41)]
    [InlineData(1080, 1920, 30, 41)]
    [InlineData(128, 128, 24, 41)]
    [InlineData(1920, 1080, 60, 42)]
    [InlineData(2560, 1440, 30, 50)]
    [InlineData(3840, 2160, 30, 51)]
    [InlineData(3840, 2160, 60, 52)]
    [InlineData(3840, 3840, 60, 60)]
    public void A_film_has_the_least_level_that_holds_it_and_phones_know(int width, int height, int rate, int level) =>
        Assert.Equal(level, H264Level.Of(new Cut(FrameRate.Of(rate), width, height, Fit.Cover, 0, 1, [])).Number);

    [Theory]
    [InlineData(RenderPreset.Draft, "Constrained Baseline")]
    [InlineData(RenderPreset.Fast, "High")]
    internal async Task A_finished_film_is_what_phones_play(RenderPreset preset, string profile)
    {
        var (cut, sources) = await FilmAsync();

        var (path, film, _) = await workshop.MakeAsync(cut, sources, await workshop.ToneAsync(2), preset);

        Assert.Equal(
            new DeliveryFacts("h264", profile, 41, Width, Height, "yuv420p", new(30, 1), "aac", "LC", 48_000, 2, IsIndexFirst: true),
            await DeliveryProbe.ReadAsync(workshop.Ffmpeg, path, FilmWorkshop.Stop));
        Assert.StartsWith($"Checked: H.264 {profile} at level 4.1, 192 × 108, 30 frames a second throughout, 8 bit 4:2:0, ", film.Form);
    }

    /// <summary>Files that play on the machine they were made on.</summary>
    [Theory]
    [InlineData("table of contents", "-c:v libx264 -pix_fmt yuv420p -c:a aac -ac 2")]
    [InlineData("yuv444p", "-c:v libx264 -pix_fmt yuv444p -c:a aac -ac 2 -movflags +faststart")]
    [InlineData("level 5.1, not 4.1", "-c:v libx264 -pix_fmt yuv420p -level:v 51 -c:a aac -ac 2 -movflags +faststart")]
    [InlineData("pictures in mpeg4", "-c:v mpeg4 -c:a aac -ac 2 -movflags +faststart")]
    [InlineData("sound in mp3", "-c:v libx264 -pix_fmt yuv420p -c:a libmp3lame -ac 2 -movflags +faststart")]
    [InlineData("1 channels of 44100 Hz", "-c:v libx264 -pix_fmt yuv420p -c:a aac -ac 1 -ar 44100 -movflags +faststart")]
    [InlineData("frame 3 at", "-vf select=not(eq(n\\,3)) -vsync vfr -c:v libx264 -pix_fmt yuv420p -c:a aac -ac 2 -movflags +faststart")]
    public async Task A_file_that_some_phone_does_not_play_is_refused_with_what_is_wrong(string fault, string coding)
    {
        var path = Path.Combine(workshop.Folder, "wrong.mp4");
        await workshop.Ffmpeg.RunAsync(
            ["-f", "lavfi", "-i", $"testsrc2=s={Width}x{Height}:r=30:d=2", "-f", "lavfi", "-i", "sine=r=48000:d=2", .. coding.Split(' '), path], RunLimits.Short, null, FilmWorkshop.Stop);
        var (packets, facts) = (await PacketReader.ReadAsync(workshop.Ffmpeg, path, FilmWorkshop.Stop), await DeliveryProbe.ReadAsync(workshop.Ffmpeg, path, FilmWorkshop.Stop));
        var cut = new Cut(FrameRate.Of(30), Width, Height, Fit.Cover, 0, 60, []);

        var failure = Assert.Throws<MediaFailure>(() => FilmCheck.Require(cut, packets, facts));

        Assert.Contains(fault, failure.Message);
    }

    private async Task<(Cut Cut, IReadOnlyDictionary<Guid, ShotSource> Sources)> FilmAsync()
    {
        var path = Path.Combine(workshop.Folder, "clip.mp4");
        await workshop.Ffmpeg.RunAsync(["-f", "lavfi", "-i", $"testsrc2=s={Width}x{Height}:r=30:d=2", "-c:v", "libx264", path], RunLimits.Short, null, FilmWorkshop.Stop);
        var id = CutPlannerTests.Id(1);
        var cut = new Cut(FrameRate.Of(30), Width, Height, Fit.Cover, 0, 60, [new(0, id, new(0, 30), 0, null, 0, Filling.Hold), new(1, id, new(30, 60), 0.5, null, 1, Filling.Hold)]);
        return (cut, new Dictionary<Guid, ShotSource> { [id] = (await FilmWorkshop.ProbeAsync(id, path)).Source });
    }
}

using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Tests.Support;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Films of a clip that is too short for them, read back picture by picture.</summary>
public class FillingTests
{
    private const int FilmFrames = 100;

    [Theory]
    [InlineData("30", "loop")]
    [InlineData("30", "hold")]
    [InlineData("30", "slow")]
    [InlineData("60", "slow")]
    [InlineData("30", "pingPong")]
    public async Task A_short_clip_shows_the_pictures_of_its_filling(string kind, string wish)
    {
        using var workshop = new FilmWorkshop();
        var clip = await FrameCodedClip.MakeAsync(workshop.Ffmpeg, workshop.Folder, 1, kind, 1);
        var (cut, shown) = await FilmAsync(workshop, clip, Enum.Parse<ShortClips>(wish, ignoreCase: true), null);
        var shot = cut.Shots[0];

        for (var frame = 0; frame < FilmFrames; frame++)
        {
            var planned = Planned(shot, frame, clip.FramesPerSecond);
            if (shown[frame] is { } seen)
            {
                Assert.True(Math.Abs(seen.Frame - planned) <= 1, $"Frame {frame} shows {seen.Frame}; {planned} was planned.");
            }
            else
            {
                // Between two pictures there is a mixture of both.
                Assert.True(shot.Speed < 1, $"Frame {frame} cannot be read; {planned} was planned.");
            }
        }

        Assert.Equal(wish == "slow", shot.Speed < 1);
        Assert.True(shown.Count(seen => seen is not null) > FilmFrames / 4);
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("slow")]
    [InlineData("pingPong")]
    public async Task Transitions_go_out_of_and_into_short_clips(string wish)
    {
        using var workshop = new FilmWorkshop();
        var clip = await FrameCodedClip.MakeAsync(workshop.Ffmpeg, workshop.Folder, 1, "30", 0.4);

        var (cut, shown) = await FilmAsync(workshop, clip, Enum.Parse<ShortClips>(wish, ignoreCase: true), 40);

        var mixed = cut.Shots[1].Frames.Start;
        foreach (var frame in Enumerable.Range(0, FilmFrames).Where(frame => Math.Abs(frame - mixed) > 20))
        {
            var shot = cut.Shots[frame < mixed ? 0 : 1];
            var planned = Planned(shot, frame - shot.Frames.Start, clip.FramesPerSecond);
            if (shot.Speed == 1)
            {
                Assert.InRange(shown[frame]!.Value.Frame - planned, -1, 1);
            }
        }
    }

    private static double Planned(Shot shot, int frame, double clipFramesPerSecond)
    {
        var end = (int)Math.Round(shot.SourceEndSeconds!.Value * clipFramesPerSecond);
        var at = (int)Math.Floor((shot.SourceStartSeconds + (frame / 30.0 * shot.Speed) + 1e-6) * clipFramesPerSecond);
        return shot.Filling switch
        {
            Filling.Loop => at % end,
            Filling.PingPong => Math.Min(at % (2 * end), (2 * end) - 1 - (at % (2 * end))),
            _ => Math.Min(at, end - 1),
        };
    }

    private static async Task<(Cut Cut, List<(int Id, int Frame)?> Shown)> FilmAsync(FilmWorkshop workshop, FrameCodedClip clip, ShortClips wish, int? transition)
    {
        var (source, seconds) = await FilmWorkshop.ProbeAsync(CutPlannerTests.Id(1), clip.Path);
        var request = new CutRequest { Grid = new([], [], [], [], 10), Clips = [new(source.ClipId, seconds, false)], ShortClips = wish, Width = 320, Height = 180 };
        var cuts = transition is null ? new[] { 0, FilmFrames } : [0, FilmFrames / 2, FilmFrames];
        var shots = cuts.Zip(cuts.Skip(1)).Select((cut, i) => new Shot(i, source.ClipId, new(cut.First, cut.Second), 0, null, 0, Filling.Hold)
        {
            Transition = i > 0 ? new(TransitionKind.Fade, transition!.Value) : null,
        });
        var film = new Cut(FrameRate.Of(30), 320, 180, Fit.Stretch, 0, FilmFrames, SourcePlaces.Fill(request, [.. shots]));
        var (path, _, _) = await workshop.MakeAsync(film, new Dictionary<Guid, ShotSource> { [source.ClipId] = source }, await workshop.ToneAsync(film.DurationSeconds));
        return (film, await FrameCodedClipReader.ReadAsync(workshop.Ffmpeg, path, 320, 180));
    }
}

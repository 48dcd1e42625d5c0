using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Tests.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

/// <summary>Changes of the picture found in pictures that were made up: two scenes that move.</summary>
public class CutSearchTests
{
    private const int Planned = 40;

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_hard_cut_is_found_where_it_is_and_not_where_it_was_planned(int late) =>
        Assert.Equal(Planned + late, Find(Film(), frame => Scene(frame < Planned + late ? 0 : 1, frame)));

    [Fact]
    public void A_cut_within_one_scene_is_not_seen()
    {
        Assert.Null(Find(Film(), frame => Scene(0, frame)));
        Assert.Null(Find(Film(), frame => Scene(0, 0)));
    }

    [Fact]
    public void A_flash_on_the_beat_is_not_taken_for_the_cut()
    {
        // White at first, then fading, from two frames after a cut that came two frames early.
        var film = Film() with { Hits = [new(EffectKind.Flash, Planned, 6, 1)] };

        Assert.Equal(Planned - 2, Find(film, frame => Lit(Scene(frame < Planned - 2 ? 0 : 1, frame), frame < Planned ? 0 : Math.Max(0, 1 - ((frame - Planned) / 6.0)))));
        Assert.Equal(Planned, Find(film, frame => Lit(Scene(frame < Planned ? 0 : 1, frame), frame < Planned ? 0 : Math.Max(0, 1 - ((frame - Planned) / 6.0)))));

        // All that is known of a white picture is that it is not the old shot any more.
        Assert.Equal(Planned, Find(film, frame => Lit(Scene(frame < Planned + 1 ? 0 : 1, frame), frame is Planned or (Planned + 2) ? 0.99 : 0)));
        Assert.Null(Find(film, frame => Lit(Scene(0, frame), frame < Planned ? 0 : 0.8)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-2)]
    public void The_time_of_a_transition_is_its_middle(int late)
    {
        var film = Film(new(TransitionKind.Fade, 12));

        Assert.Equal(Planned + late, Find(film, frame => Mix(Scene(0, frame), Scene(1, frame), (frame - (Planned + late - 6)) / 12.0))!.Value, 1.0);

        // Through white: the scenes themselves never mix.
        Assert.Equal(Planned + late, Find(film, frame => Lit(Scene(frame < Planned + late ? 0 : 1, frame), 1 - (Math.Abs(frame - Planned - late) / 7.0)))!.Value, 1.0);
    }

    [Fact]
    public void Between_short_shots_the_search_stays_inside_them()
    {
        Shot Of(int index, int start, int end, int transition) =>
            new(index, CutPlannerTests.Id(index), new(start, end), 0, index, 0, Filling.Hold) { Transition = transition == 0 ? null : new(TransitionKind.Fade, transition) };
        var film = Film() with { Frames = 20, Shots = [Of(0, 0, 2, 0), Of(1, 2, 4, 0), Of(2, 4, 10, 2), Of(3, 10, 16, 6), Of(4, 16, 20, 4)] };

        Assert.Equal([(1, 2), (3, 6), (6, 13), (14, 19)], Enumerable.Range(1, 4).Select(shot => CutSearch.Around(film, shot).Frames).Select(frames => (frames.Start, frames.End)));
        Assert.All(Enumerable.Range(1, 4).Select(shot => CutSearch.Around(film, shot)), search => Assert.True(search.FirstSample >= 0 && search.LastSample < 20));
    }

    private static Cut Film(Transition? transition = null) => new(FrameRate.Of(30), 320, 180, Fit.Cover, 0, 80,
    [
        new(0, CutPlannerTests.Id(0), new(0, Planned), 0, null, 0, Filling.Hold),
        new(1, CutPlannerTests.Id(1), new(Planned, 80), 0, 1, 0, Filling.Hold) { Transition = transition },
    ]);

    private static double? Find(Cut film, Func<int, byte[]> picture)
    {
        var search = CutSearch.Around(film, 1);
        return search.Find([.. Enumerable.Range(search.FirstSample, search.LastSample - search.FirstSample + 1).Select(picture)]);
    }

    /// <summary>Stripes that lie and move differently in each scene.</summary>
    private static byte[] Scene(int scene, int frame)
    {
        var picture = new byte[FlashTrace.PictureBytes];
        for (var i = 0; i < picture.Length; i++)
        {
            var (column, row, colour) = (i / 3 % FlashTrace.Columns, i / 3 / FlashTrace.Columns, i % 3);
            var wave = scene == 0 ? Math.Sin((column * 0.2) + (frame * 0.02) + colour) : Math.Sin((row * 0.35) - (column * 0.1) + (frame * 0.03) + (2 * colour));
            picture[i] = (byte)(110 + (70 * wave) + ((i * 7919 + frame * 104729) % 3));
        }

        return picture;
    }

    private static byte[] Lit(byte[] picture, double light) => Mix(picture, [.. Enumerable.Repeat((byte)255, picture.Length)], light);

    private static byte[] Mix(byte[] one, byte[] other, double share)
    {
        share = Math.Clamp(share, 0, 1);
        return [.. one.Zip(other, (a, b) => (byte)Math.Round((a * (1 - share)) + (b * share)))];
    }
}

using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Planning;

namespace Downbeat.Tests.Features.Compositions;

public sealed class PlanRemedyTests
{
    private static readonly SongAnalysis Song = new() { DurationSeconds = 12, Beats = [.. Enumerable.Range(0, 24).Select(beat => beat / 2.0)], Downbeats = [0, 2, 4, 6, 8, 10] };
    private static readonly Clip[] Footage = [new() { Status = ClipStatus.Completed, DurationSeconds = 30 }, new() { Status = ClipStatus.Completed, DurationSeconds = 30 }];

    public static TheoryData<CompositionSettings, string> Infeasible => new()
    {
        { new() { Start = 40 }, "Take the whole song" },
        { new() { Start = 3, End = 3.5 }, "Take the whole song" },
        { new() { MinShotSeconds = 20 }, "Shots from 6 s" },
        { new() { End = 3, MinShotSeconds = 4 }, "Shots from 1.5 s" },
        { new() { MaxShotSeconds = 1.5 }, "Shots up to 2 s" },
        { new() { FadeInSeconds = 8, FadeOutSeconds = 8 }, "Leave the fades out" },
    };

    [Theory]
    [MemberData(nameof(Infeasible))]
    public void What_is_offered_against_a_refusal_gives_a_plan(CompositionSettings settings, string label)
    {
        var remedy = PlanRemedy.For(Assert.Throws<StudioProblem>(() => Plan(settings)), settings, Song.DurationSeconds)!;

        Assert.Equal(label, remedy.Label);
        Assert.NotNull(Plan(remedy.Settings));
    }

    [Fact]
    public void Where_one_value_does_not_help_nothing_is_offered() =>
        Assert.Null(PlanRemedy.For(Assert.Throws<StudioProblem>(() => CutPlanner.Plan(new CompositionSettings().ToRequest(Song, []))), new(), Song.DurationSeconds));

    private static Cut Plan(CompositionSettings settings) => CutPlanner.Plan(settings.ToRequest(Song, Footage));
}

using CsCheck;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Planning;

public sealed class CutSoundTests
{
    private static readonly CutRequest Request = new()
    {
        Grid = CutPlannerTests.Grid(60, 120, 0, 0, 4),
        Clips = [new(CutPlannerTests.Id(1), 100, false)],
        StartSeconds = 10,
        EndSeconds = 20,
        FadeInSeconds = 0.5,
        FadeOutSeconds = 2,
        Sound = new() { LoudnessLufs = -16, Clips = new(-6, Ducking.Vocals) },
        VoiceSeconds = [(2, 9), (9.5, 10.5), (12, 13), (19, 25), (30, 31)],
    };

    private static readonly Gen<IReadOnlyList<FrameRange>> Ranges =
        Gen.Bool.Array[0, 200].Select(marks => FrameRange.Where([.. marks.Select((_, n) => marks[n - (n % 5)])]));

    private static bool Has(IReadOnlyList<FrameRange> ranges, int frame) => ranges.Any(range => range.Start <= frame && frame < range.End);

    [Fact]
    public void Fades_and_voices_stand_in_the_cut_in_frames_of_the_film()
    {
        var cut = CutPlanner.Plan(Request);

        Assert.Equal((15, 60), (cut.FadeInFrames, cut.FadeOutFrames));
        Assert.Equal([new(0, 15), new(60, 90), new FrameRange(270, 300)], cut.Sound.Clips!.Voice);
        Assert.Equal(cut.ToJson(), Cut.FromJson(cut.ToJson()).ToJson());
        Assert.Equal(cut.Sound.Clips.Voice, Cut.FromJson(cut.ToJson()).Sound.Clips!.Voice);
    }

    [Fact]
    public void Clips_do_not_give_way_to_a_voice_that_is_not_heard() => Gen.Select(Ranges, Ranges).Sample(
        (voice, silent) =>
        {
            var left = (new ClipSound(0, Ducking.Vocals) { Voice = voice }).Without(silent).Voice;
            Assert.All(Enumerable.Range(0, 220), frame => Assert.Equal(Has(voice, frame) && !Has(silent, frame), Has(left, frame)));
            Assert.All(left.Zip(left.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
        },
        iter: 200);

    [Fact]
    public void What_the_sound_lacks_of_the_voice_is_told_in_seconds_of_the_song()
    {
        // The film begins at 10 seconds: voices at frames 0 to 15, 60 to 90, 270 to 300.
        var cut = CutPlanner.Plan(Request);
        IReadOnlyList<FrameRange> Left(params (double Start, double End)[] voiceless) => SoundTrack.Heard(cut, new("song.wav", "") { VoicelessSeconds = voiceless }).Sound.Clips!.Voice;

        Assert.Equal(cut.Sound.Clips!.Voice, Left());
        Assert.Equal([new(60, 90), new FrameRange(270, 285)], Left((0, 10.5), (19.5, 40)));
        Assert.Equal([new(0, 15), new(60, 75), new FrameRange(270, 300)], Left((12.5, 14)));
        Assert.Empty(Left((0, double.PositiveInfinity)));
    }

    [Fact]
    public void Voices_are_kept_only_where_something_gives_way_to_them() =>
        Assert.Empty(CutPlanner.Plan(Request with { Sound = new() { Clips = new(-6, Ducking.Music) } }).Sound.Clips!.Voice);

    [Fact]
    public void Fades_that_do_not_fit_are_refused()
    {
        var problem = Assert.Throws<StudioProblem>(() => CutPlanner.Plan(Request with { FadeInSeconds = 9 }));

        Assert.Equal((422, "cut.infeasible"), (problem.Status, problem.Code));
    }

    [Fact]
    public void A_cut_from_before_there_was_sound_leaves_the_song_as_it_is()
    {
        var old = Cut.FromJson("""{"rate":{"numerator":30,"denominator":1},"width":64,"height":64,"fit":"cover","startSeconds":0,"frames":30,"shots":[]}""");

        Assert.Equal(new CutSound(), old.Sound);
        Assert.Equal((0, 0), (old.FadeInFrames, old.FadeOutFrames));
    }
}

using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Planning;

/// <summary>Clips that were drawn to the song stay in step with it.</summary>
public sealed class DrawnPlacesTests
{
    private const double BarSeconds = 2;

    private static readonly BeatGrid Grid = BeatGrid.FromTimes(
        [.. Enumerable.Range(0, 120).Select(beat => beat * 0.5)], [.. Enumerable.Range(0, 30).Select(bar => bar * BarSeconds)], [0, 24], [], 60);

    [Fact]
    public void A_shot_shows_the_clip_of_its_time_and_never_the_same_twice_in_a_row()
    {
        var clips = Drawn(6, 10);
        var cut = Plan(clips);

        Assert.True(cut.Shots.Count > 12);
        Assert.All(cut.Shots.Zip(cut.Shots.Skip(1)), pair => Assert.NotEqual(pair.First.ClipId, pair.Second.ClipId));
        Assert.All(cut.Shots, shot =>
        {
            var clip = clips.Single(each => each.Id == shot.ClipId);
            Assert.InRange(SecondsOf(cut, shot) - clip.SongStartSeconds!.Value, -10.01, 20.01);
        });
        Assert.Equal(clips.Count, cut.Shots.Select(shot => shot.ClipId).Distinct().Count());
    }

    [Fact]
    public void Every_shot_stands_in_its_bar_as_the_song_does()
    {
        var clips = Drawn(6, 10);
        var cut = Plan(clips);

        Assert.All(cut.Shots, shot =>
        {
            var drawnFor = clips.Single(each => each.Id == shot.ClipId).SongStartSeconds!.Value + shot.SourceStartSeconds;
            var off = Math.Abs(SecondsOf(cut, shot) - drawnFor) % BarSeconds;
            Assert.True(Math.Min(off, BarSeconds - off) < 0.02, $"Shot {shot.Index} is {off:0.000} s off.");
            Assert.InRange(shot.SourceStartSeconds + cut.Rate.SecondsAt(shot.Frames.Count), 0, 10.001);
        });

        // Where the clip of the very time is seen, it is the very time.
        Assert.Contains(cut.Shots, shot => Math.Abs(clips.Single(each => each.Id == shot.ClipId).SongStartSeconds!.Value + shot.SourceStartSeconds - SecondsOf(cut, shot)) < 1e-6);
    }

    [Fact]
    public void An_order_given_by_hand_counts()
    {
        var clips = Drawn(4, 15);
        CutClip[] turned = [clips[2], clips[0], clips[3], clips[1]];

        Assert.Equal(turned.Select(clip => clip.Id), Plan(turned).Shots.Take(4).Select(shot => shot.ClipId));
        Assert.Empty(DrawnPlaces.InOrder(turned));
        Assert.Equal(4, DrawnPlaces.InOrder(clips).Count);
    }

    [Fact]
    public void Footage_keeps_its_places_beside_drawn_clips()
    {
        CutClip[] clips = [.. Drawn(3, 20), new(Guid.CreateVersion7(), 30, false)];
        var cut = Plan(clips);

        Assert.Contains(cut.Shots, shot => shot.ClipId == clips[3].Id);
        Assert.Equal(Plan([.. clips]).Shots, cut.Shots);
    }

    [Fact]
    public void A_clip_that_is_too_short_for_its_shot_is_filled_as_ever()
    {
        CutClip[] clips = [new(Guid.CreateVersion7(), 0.5, false, 0), new(Guid.CreateVersion7(), 0.5, false, 30)];

        Assert.All(Plan(clips).Shots, shot => Assert.True(double.IsFinite(shot.SourceStartSeconds) && shot.SourceStartSeconds >= 0));
    }

    private static List<CutClip> Drawn(int count, double seconds) => [.. Enumerable.Range(0, count).Select(i => new CutClip(Guid.CreateVersion7(), seconds, false, i * 60.0 / count))];

    private static Cut Plan(IReadOnlyList<CutClip> clips) => CutPlanner.Plan(new() { Grid = Grid, Clips = clips, CutOn = CutOn.Downbeat, MinShotSeconds = 1, MaxShotSeconds = 4 });

    private static double SecondsOf(Cut cut, Shot shot) => cut.StartSeconds + cut.Rate.SecondsAt(shot.Frames.Start);
}

using CsCheck;
using Downbeat.Features.Analysis;
using static Downbeat.Tests.Features.Analysis.CorrectorTests;

namespace Downbeat.Tests.Features.Analysis;

/// <summary>What is done to a steady beat and undone by its opposite, in a whole song and in a stretch of it.</summary>
public sealed class GridRoundTripTests
{
    private static readonly Gen<SongAnalysis> SteadySongs =
        from period in Gen.Double[0.25, 1.2]
        from first in Gen.Double[0, 0.999]
        from count in Gen.Int[40, 200]
        from beatsPerBar in Gen.OneOf(new[] { 2, 3, 4, 6 })
        from phase in Gen.Int[0, 5]
        from tail in Gen.Double[0.01, 0.99]
        select Song([.. Enumerable.Range(0, count).Select(n => period * (first + n))], beatsPerBar, phase, tail * period);

    private static readonly Gen<(SongAnalysis Song, Correction Where)> Stretches = StretchesOf(0.4);

    private static readonly Gen<(SongAnalysis Song, Correction Where)> ShortStretches = StretchesOf(0.001);

    private static readonly Gen<(Correction There, Correction Back)> Ways = Gen.OneOf(
        Gen.OneOf(new[] { 0.5, 2 }).Select(factor => (new Correction { TempoFactor = factor }, new Correction { TempoFactor = 1 / factor })),
        Gen.OneOf(new[] { 0.5, -0.5 }).Select(half => (new Correction { ShiftBeats = half }, new Correction { ShiftBeats = -half })),
        Gen.OneOf(new[] { 0.01, -0.01, 0.1, -0.2 }).Select(seconds => (new Correction { ShiftSeconds = seconds }, new Correction { ShiftSeconds = -seconds })));

    [Fact]
    public void There_and_back_is_where_it_began() => Gen.Select(Stretches, Ways).Sample((at, way) =>
        AssertSameGrid(at.Song, After(at.Song, In(at.Where, way.There), In(at.Where, way.Back))));

    [Fact]
    public void What_is_done_to_a_stretch_leaves_what_lies_outside_and_stays_inside() => Gen.Select(ShortStretches, Ways).Sample((at, way) =>
    {
        var changed = After(at.Song, In(at.Where, way.There));

        Assert.Equal(Outside(at.Song, at.Where), Outside(changed, at.Where), (a, b) => Math.Abs(a - b) < 1e-5);
    });

    [Fact]
    public void Beats_that_are_moved_are_as_many_as_before() => Gen.Select(ShortStretches, Ways.Where(way => way.There.TempoFactor is null)).Sample((at, way) =>
    {
        var changed = After(at.Song, In(at.Where, way.There));

        Assert.Equal(at.Song.Beats.Count, changed.Beats.Count, 1.0);
        Assert.All(changed.Beats.Zip(changed.Beats.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0.59 * 60 / at.Song.Bpm, 2 * 60 / at.Song.Bpm));
        Assert.InRange(changed.Downbeats.Count, at.Song.Downbeats.Count - 1, at.Song.Downbeats.Count + 1);
    });

    [Fact]
    public void A_moved_stretch_that_is_emptied_later_leaves_nothing_behind()
    {
        var song = Song([.. Enumerable.Range(0, 120).Select(n => n * 0.5)], 4, phase: 0);

        var emptied = After(song, new Correction { From = 10, To = 20, ShiftSeconds = 0.3 }, new Correction { From = 10, To = 20, Beats = [] });

        Assert.Equal(song.Beats.Where(beat => beat is < 10 or >= 20), emptied.Beats);
    }

    [Fact]
    public void A_song_moved_by_seconds_keeps_its_beat_from_end_to_end()
    {
        var song = Song([.. Enumerable.Range(0, 120).Select(n => 0.2 + (n * 0.5))], 4, phase: 0, tailSeconds: 0.4);

        Assert.Equal([0.1, 0.6, 1.1], After(song, new Correction { ShiftSeconds = 3.4 }).Beats.Take(3), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([1.6, 3.6, 5.6], After(song, new Correction { ShiftSeconds = 3.4 }).Downbeats.Take(3), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(120, After(song, new Correction { ShiftSeconds = -3.4 }).Beats.Count);
    }

    [Fact]
    public void However_far_and_often_a_song_is_moved_its_beat_fills_it()
    {
        var song = Song([.. Enumerable.Range(0, 400).Select(n => 0.2 + (n * 0.5))], 4, phase: 0, tailSeconds: 0.4);
        var far = new Correction { ShiftSeconds = 0.6 * song.DurationSeconds };

        Assert.Equal(400, After(song, far).Beats.Count, 1.0);
        Assert.Equal(400, After(song, far, far, far).Beats.Count, 1.0);
        Assert.Equal(400, After(song, new Correction { ShiftSeconds = -far.ShiftSeconds }).Beats.Count, 1.0);
        AssertSameGrid(song, After(song, far, new() { ShiftSeconds = -far.ShiftSeconds }));
    }

    [Fact]
    public void Listed_beats_that_fill_the_song_fill_it_when_they_are_moved()
    {
        var song = Song([.. Enumerable.Range(0, 120).Select(n => 0.2 + (n * 0.5))], 4, phase: 0, tailSeconds: 0.4);

        Assert.Equal([0.1, 0.6, 1.1], After(song, new Correction { Beats = song.Beats }, new() { ShiftSeconds = 3.4 }).Beats.Take(3), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(120, After(song, new Correction { Beats = [.. song.Beats.TakeLast(40)], From = 40 }, new() { ShiftSeconds = -3.4 }).Beats.Count);
    }

    [Fact]
    public void Nothing_is_put_into_a_hole()
    {
        double[] beats = [.. Enumerable.Range(0, 20).Select(n => n * 0.5), .. Enumerable.Range(0, 20).Select(n => 20 + (n * 0.5))];
        var song = Song(beats, 4, phase: 0, tailSeconds: 0.5);

        Assert.All((Correction[])[new() { TempoFactor = 2 }, new() { TempoFactor = 0.5 }, new() { ShiftBeats = 0.5 }, new() { ShiftSeconds = -0.2 }], wish =>
        {
            var changed = After(song, wish);
            Assert.DoesNotContain(changed.Beats, beat => beat is > 9.8 and < 19.7);
            Assert.Equal(song.Beats.Count * (wish.TempoFactor ?? 1), changed.Beats.Count, 1.0);
        });
    }

    [Fact]
    public void A_pick_up_comes_back()
    {
        var song = Song([0.9, 1.4, 1.9, 2.4, 2.9, 3.4, 3.9, 4.4, 4.9, 5.4, 5.9], 4, phase: 1);

        AssertSameGrid(song, After(song, new Correction { TempoFactor = 0.5 }, new Correction { TempoFactor = 2 }));
    }

    private static Gen<(SongAnalysis Song, Correction Where)> StretchesOf(double leastShare) =>
        from song in SteadySongs
        from start in Gen.Double[0, 0.3]
        from length in Gen.Double[leastShare, 0.7]
        from kind in Gen.Int[0, 3]
        select (song, new Correction
        {
            From = kind is 1 or 3 ? start * song.DurationSeconds : null,
            To = kind is 2 or 3 ? (start + length) * song.DurationSeconds : null,
        });

    private static Correction In(Correction where, Correction wish) => wish with { From = where.From, To = where.To };

    private static IEnumerable<double> Outside(SongAnalysis song, Correction where) => song.Beats.Where(beat => !new Reach(where.From ?? 0, where.To ?? song.DurationSeconds + 1).Holds(beat));
}

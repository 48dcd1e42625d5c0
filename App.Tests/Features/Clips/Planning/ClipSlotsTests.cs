using CsCheck;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips.Planning;

namespace Downbeat.Tests.Features.Clips.Planning;

public sealed class ClipSlotsTests
{
    [Fact]
    public void Slots_cover_any_song_exactly_and_are_as_long_as_was_asked_for() =>
        Gen.Select(Gen.Double[3, 600], Gen.Double[60, 180], Gen.Int[2, 6], Gen.Double[0, 20], Gen.Double[0.5, 8], Gen.Double[2, 3], Gen.Enum<SlotsOn>()).Sample(
            (seconds, bpm, metre, silence, least, factor, on) =>
            {
                var song = Song(seconds, bpm, metre, silence);
                var most = Math.Max(least * factor, 2.6 * seconds / ClipSlots.Most);
                var slots = ClipSlots.Divide(song, Math.Min(least, most / 2), most, on);

                Assert.Equal((0, seconds), (slots[0].Start, slots[^1].End));
                Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
                Assert.Equal(Enumerable.Range(0, slots.Count), slots.Select(slot => slot.Index));
                Assert.All(slots, slot => Assert.InRange(slot.End - slot.Start, 1e-9, most + 1e-6));
                Assert.All(slots.Where(slot => slot.StartBeat is not null), slot => Assert.InRange(Math.Abs(song.Beats[slot.StartBeat!.Value] - slot.Start), 0, 0.071));
            },
            iter: 300);

    [Fact]
    public void In_a_steady_song_slots_begin_on_bars_and_on_every_part()
    {
        var song = Song(60, 120, 4, 0) with { Sections = [new(0, 0, 16, "verse", 0, 0.4, 1), new(1, 16, 30, "chorus", 1, 0.8, 1), new(2, 30, 60, "outro", 2, 0.2, 1)] };
        foreach (var on in Enum.GetValues<SlotsOn>())
        {
            var slots = ClipSlots.Divide(song, 3, 8, on);

            Assert.Contains(slots, slot => slot.Start == 16);
            Assert.Contains(slots, slot => slot.Start == 30);
            Assert.All(slots, slot => Assert.True(slot.Start % 2 == 0 && slot.End - slot.Start is >= 3 and <= 8, $"{on}: {slot}"));
            Assert.All(slots, slot => Assert.Equal(slot.Start < 16 ? "verse" : slot.Start < 30 ? "chorus" : "outro", slot.Section));
        }
    }

    [Fact]
    public void A_song_without_beats_is_divided_evenly_and_a_short_one_is_one_slot()
    {
        var slots = ClipSlots.Divide(new SongAnalysis { DurationSeconds = 60 }, null, null, SlotsOn.Beat);

        Assert.InRange(slots.Count, 10, 20);
        Assert.All(slots, slot => Assert.True(slot.StartBeat is null && slot.Section is null && slot.End - slot.Start is >= 3 and <= 6));
        Assert.Equal(new ClipSlot(0, 0, 3, null, null, null), Assert.Single(ClipSlots.Divide(new SongAnalysis { DurationSeconds = 3 }, null, null, SlotsOn.Section)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(64)]
    public void Just_as_many_slots_as_wanted_cover_the_song(int count)
    {
        var song = Song(180, 120, 4, 0);
        var slots = ClipSlots.Divide(song, null, null, SlotsOn.Downbeat, count);

        Assert.Equal(count, slots.Count);
        Assert.Equal((0, 180), (slots[0].Start, slots[^1].End));
        Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Start));
        Assert.InRange(slots.Max(slot => slot.End - slot.Start) / slots.Min(slot => slot.End - slot.Start), 1, 3);
    }

    [Fact]
    public void A_number_that_the_lengths_do_not_allow_is_refused()
    {
        Assert.Equal("clips.count_infeasible", Assert.Throws<StudioProblem>(() => ClipSlots.Divide(Song(60, 120, 4, 0), 3, 6, SlotsOn.Beat, 2)).Code);
        Assert.Equal("count", Assert.Single(Assert.Throws<StudioProblem>(() => ClipSlots.Divide(Song(60, 120, 4, 0), null, null, SlotsOn.Beat, 65)).Errors!).Key);
    }

    [Fact]
    public void The_longest_song_gets_along_without_being_asked_anything() => Assert.InRange(ClipSlots.Divide(Song(600, 174, 4, 0), null, null, SlotsOn.Beat).Count, 30, ClipSlots.Most);

    [Theory]
    [InlineData(0.1, null, "minSeconds")]
    [InlineData(double.NaN, null, "minSeconds")]
    [InlineData(5.0, 4.0, "maxSeconds")]
    [InlineData(null, 1000.0, "maxSeconds")]
    [InlineData(null, double.NaN, "minSeconds")]
    public void Lengths_that_cannot_be_are_refused_by_field(double? least, double? most, string field) =>
        Assert.Equal(field, Assert.Single(Assert.Throws<StudioProblem>(() => ClipSlots.Divide(Song(60, 120, 4, 0), least, most, SlotsOn.Beat)).Errors!).Key);

    [Fact]
    public void More_slots_than_a_song_may_have_are_refused_in_words() =>
        Assert.Equal("clips.too_many_slots", Assert.Throws<StudioProblem>(() => ClipSlots.Divide(Song(600, 120, 4, 0), 1, 2, SlotsOn.Beat)).Code);

    private static SongAnalysis Song(double seconds, double bpm, int metre, double silence)
    {
        var beats = Enumerable.Range(0, 2000).Select(n => silence + (n * 60 / bpm)).TakeWhile(beat => beat < seconds - silence).ToList();
        return new()
        {
            DurationSeconds = seconds,
            Beats = beats,
            Downbeats = [.. beats.Where((_, n) => n % metre == 0)],
            Sections = [new(0, 0, seconds / 3, "verse", 0, 0.5, 1), new(1, seconds / 3, seconds, "chorus", 1, 0.7, 1)],
        };
    }
}

using CsCheck;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Tests.Timing;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Planning;

public class SafeHitsTests
{
    private static readonly FrameRate Rate = FrameRate.Of(30);

    private static readonly Gen<EffectHit[]> Hits = Gen.Select(Gen.Enum<EffectKind>(), Gen.Int[0, 300], Gen.Int[1, 40], Gen.Double[0, 1])
        .Select(hit => new EffectHit(hit.Item1, hit.Item2, hit.Item3, hit.Item4)).Array[0, 60]
        .Select(hits => hits.DistinctBy(hit => (hit.Kind, hit.Frame)).OrderBy(hit => hit.Frame).ThenBy(hit => hit.Kind).ToArray());

    [Fact]
    public void Never_more_than_three_strong_flashes_of_white_begin_in_a_second() => Gen.Select(Hits, Gen.OneOf(FrameRateTests.Rates)).Sample((hits, rate) =>
    {
        var possible = SafeHits.Possible(hits, rate);
        var flashes = possible.Where(hit => hit is { Kind: EffectKind.Flash, Strength: >= 0.35 }).Select(hit => hit.Frame).Distinct().ToList();

        for (var i = 0; i < flashes.Count; i++)
        {
            // Two within four frames are seen as one.
            Assert.True(flashes.Skip(i).TakeWhile(frame => frame < flashes[i] + rate.FrameAt(1) - 1).Aggregate((Count: 0, Last: -9), (seen, frame) => frame >= seen.Last + 4 ? (seen.Count + 1, frame) : seen).Count <= 3);
        }

        Assert.All(possible.Where(hit => hit is { Kind: EffectKind.Strobe, Strength: >= 0.35 }), strobe => Assert.InRange(strobe.Frames, 1, 12));
        Assert.Equal(possible, SafeHits.Possible(possible, rate));
        Assert.Equal(hits.Where(hit => hit.Kind is not (EffectKind.Flash or EffectKind.Strobe)), possible.Where(hit => hit.Kind is not (EffectKind.Flash or EffectKind.Strobe)));
    });

    [Fact]
    public void Flashes_on_each_beat_stay_at_three_a_second_and_become_every_second_one_above() =>
        Assert.Equal(
            [20, 10],
            new[] { 10, 8 }.Select(period => SafeHits.Possible(Every(period), Rate).Count));

    [Fact]
    public void Only_hits_that_are_seen_in_the_unsafe_frames_are_touched() => Hits.Sample(hits =>
    {
        FrameRange[] ranges = [new(50, 120), new(200, 230)];
        var outside = hits.Where(hit => ranges.All(range => hit.End <= range.Start || hit.Frame >= range.End));

        Assert.All([SafeHits.Thinned(hits, ranges), SafeHits.Halved(hits, ranges), SafeHits.Removed(hits, ranges)], changed => Assert.Subset(changed.ToHashSet(), outside.ToHashSet()));
        Assert.Equal(outside, SafeHits.Removed(hits, ranges));
        Assert.All(SafeHits.Halved(hits, ranges).Zip(hits), pair => Assert.True(pair.First == pair.Second || pair.First.Strength == pair.Second.Strength / 2));
    });

    [Fact]
    public void Flashes_that_no_hit_explains_are_those_of_the_footage()
    {
        var hits = Every(10);
        int[] FlashesAt(int most) => [.. Enumerable.Range(0, 90).Select(frame => frame is >= 50 and < 60 ? most : 0)];

        Assert.Empty(SafeHits.BeyondHits(hits, FlashesAt(7), Rate));
        Assert.Equal([new(21, 60)], SafeHits.BeyondHits(hits, FlashesAt(8), Rate));
        Assert.Equal([new(21, 60)], SafeHits.BeyondHits([], FlashesAt(5), Rate));
    }

    [Fact]
    public void Hits_of_one_frame_stay_or_go_together()
    {
        EffectHit[] hits = [.. Enumerable.Range(0, 10).SelectMany(i => new EffectHit[] { new(EffectKind.Flash, i * 5, 5, 1), new(EffectKind.ColorBurst, i * 5, 5, 1) })];

        Assert.Equal([0, 0, 10, 10, 20, 20, 30, 30, 40, 40], SafeHits.Thinned(hits, [new(0, 50)]).Select(hit => hit.Frame));
    }

    private static EffectHit[] Every(int period) => [.. Enumerable.Range(0, 20).Select(i => new EffectHit(EffectKind.Flash, i * period, 6, 1))];
}

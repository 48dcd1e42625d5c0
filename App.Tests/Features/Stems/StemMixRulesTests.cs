using Downbeat.Features.Analysis;
using Downbeat.Features.Stems;

namespace Downbeat.Tests.Features.Stems;

public sealed class StemMixRulesTests
{
    private static readonly IReadOnlyList<string> Names = StemNames.Of(4);

    [Fact]
    public void Silences_are_kept_in_order_joined_and_inside_the_song()
    {
        var kept = StemMixRules.Check(Mix(new StemTrack("drums") { Silences = [new(50, 70), new(5, 6), new(1, 3), new(2, 5), new(61, 62)] }), Names, 60);
        Assert.Equal([new SongSpan(1, 6), new SongSpan(50, 60)], Assert.Single(kept.Tracks).Silences);
    }

    [Fact]
    public void Stems_are_kept_in_their_order() =>
        Assert.Equal(["vocals", "bass"], StemMixRules.Check(Mix(new StemTrack("bass") { Muted = true }, new StemTrack("vocals") { Pan = 1 }), Names, 60).Tracks.Select(track => track.Name));

    public static TheoryData<StemTrack, string> Impossible => new()
    {
        { null!, "tracks" },
        { new StemTrack("bass") { Silences = null! }, "tracks" },
        { new StemTrack("bass") { Silences = [null!] }, "tracks" },
        { new StemTrack("guitar"), "tracks[0].name" },
        { new StemTrack("bass") { GainDb = 13 }, "tracks[0].gainDb" },
        { new StemTrack("bass") { GainDb = double.NaN }, "tracks[0].gainDb" },
        { new StemTrack("bass") { Pan = -1.1 }, "tracks[0].pan" },
        { new StemTrack("bass") { Silences = [new(2, 1)] }, "tracks[0].silences" },
        { new StemTrack("bass") { Silences = [new(-1, 1)] }, "tracks[0].silences" },
        { new StemTrack("bass") { Silences = [new(0, double.PositiveInfinity)] }, "tracks[0].silences" },
        { new StemTrack("bass") { Silences = [.. Enumerable.Range(0, 501).Select(n => new SongSpan(n, n + 0.5))] }, "tracks[0].silences" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_cannot_be_mixed_is_refused_by_field(StemTrack track, string field) =>
        Assert.Contains(field, Assert.Throws<StudioProblem>(() => StemMixRules.Check(Mix(track), Names, 60)).Errors!.Keys);

    [Fact]
    public void A_stem_stands_there_once() =>
        Assert.Contains("tracks", Assert.Throws<StudioProblem>(() => StemMixRules.Check(Mix(new StemTrack("bass"), new StemTrack("bass")), Names, 60)).Errors!.Keys);

    private static StemMix Mix(params StemTrack[] tracks) => new() { Tracks = tracks };
}

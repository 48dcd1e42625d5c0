using CsCheck;
using Downbeat.Features.Analysis.Dsp;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>What holds for the beats of any song.</summary>
public sealed class BeatPropertyTests
{
    private const string Seed = "0000KOIJpm14";

    private static readonly Groove[] Grooves = [Groove.Rock, Groove.FourOnTheFloor, Groove.Waltz, Groove.HalfTime, Groove.SixEight];

    private static readonly Gen<float[]> Songs =
        Gen.Select(Gen.Int[0, 4], Gen.Double[55, 210], Gen.Double[8, 20]).Select((groove, tempoBpm, seconds) => SynthSong.Play(Grooves[groove], SynthSong.Beat(tempoBpm, seconds)).Sound);

    [Fact]
    public void Beats_rise_and_lie_inside_the_song() =>
        Songs.Sample(song => ListeningTests.Check(Listen(song), (double)song.Length / Level.SampleRate), iter: 12, seed: Seed);

    // The second seed found a piece of 11 s that was heard at twice its level when silence stood before it.
    [Theory]
    [InlineData(Seed)]
    [InlineData("5AMR2fTEg6ad")]
    public void Silence_before_and_after_a_song_changes_nothing_but_the_time(string seed) =>
        Gen.Select(Songs, Gen.Double[0, 3], Gen.Double[0, 3]).Sample(
            (song, before, after) =>
            {
                var lead = Synth.Silence(before);
                var (plain, late) = (Listen(song), Listen([.. lead, .. song, .. Synth.Silence(after)]));
                var shift = (double)lead.Length / Level.SampleRate;

                Assert.Equal([.. plain.BeatSeconds.Select(beat => beat + shift)], late.BeatSeconds, (a, b) => Math.Abs(a - b) < 1e-6);
                Assert.Equal(plain.DownbeatIndexes, late.DownbeatIndexes);
                Assert.Equal(plain.Key, late.Key);
                Assert.Equal(plain.Sections.Select(section => section.Label), late.Sections.Select(section => section.Label));
            },
            iter: 6,
            seed: seed);

    [Fact]
    public void A_louder_or_softer_copy_has_the_same_beats() =>
        Gen.Select(Songs, Gen.Float[0.02f, 8]).Sample(
            (song, gain) =>
            {
                var (plain, scaled) = (Listen(song), Listen([.. song.Select(sample => sample * gain)]));

                Assert.Equal(plain.BeatSeconds, scaled.BeatSeconds, (a, b) => Math.Abs(a - b) < 0.006);
                Assert.Equal(plain.DownbeatIndexes, scaled.DownbeatIndexes);
            },
            iter: 8,
            seed: Seed);

    private static Heard Listen(float[] mono) => Listening.Listen(mono, null, null, TestContext.Current.CancellationToken);
}

using CsCheck;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>What holds for the beats of any song.</summary>
public sealed class BeatPropertyTests
{
    private const string Seed = "0000KOIJpm14";

    private static readonly Groove[] Grooves = [Groove.Rock, Groove.FourOnTheFloor, Groove.Waltz, Groove.HalfTime, Groove.SixEight];

    private static readonly Gen<float[]> Songs =
        Gen.Select(Gen.Int[0, 4], Gen.Double[55, 210], Gen.Double[20, 32]).Select((groove, tempoBpm, seconds) => SynthSong.Play(Grooves[groove], SynthSong.Beat(tempoBpm, seconds)).Sound);

    [Fact]
    public void Beats_rise_and_lie_inside_the_song() =>
        Songs.Sample(song => ListeningTests.Check(Listen(song), (double)song.Length / Level.SampleRate), iter: 12, seed: Seed);

    [Fact]
    public void A_song_that_begins_a_second_later_has_its_beats_a_second_later() =>
        Songs.Sample(
            song =>
            {
                var (early, late) = (Listen(song).BeatSeconds, Listen([.. Synth.Silence(1), .. song]).BeatSeconds);

                Assert.InRange(late.Length, early.Length - 1, early.Length + 1);
                Assert.True(BeatScore.Matches([.. early.Select(beat => beat + 1)], late, 0.02) >= early.Length - 1);
            },
            iter: 8,
            seed: Seed);

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

using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;
using Downbeat.Tests.Support;
using static Downbeat.Tests.Score.Stems.MadeUpStems;

namespace Downbeat.Tests.Score.Stems;

/// <summary>
/// Against the figures that museval publishes with itself (its regression test, version 0.3.0): estimates of even noise from the generator of numpy with seed 0, for vocals and accompaniment of the song
/// in the test data, window by window SDR, SIR, SAR and ISR.
/// </summary>
public sealed class MusevalTests
{
    private static readonly BssRatios[] Vocals =
    [
        new(-16.89156, -14.67801, 9.75952, -3.94092), new(-15.90668, -14.73029, 9.06763, -3.28736), new(-12.74888, -6.46932, 6.47532, -7.01513),
        new(-14.10039, -2.42318, 3.52292, -13.64068), new(-15.33723, -7.57783, 9.26284, -8.47172), new(-16.37514, -9.36930, 9.36795, -7.63887),
    ];

    private static readonly BssRatios[] Accompaniment =
    [
        new(-13.29782, -0.14012, -25.90516, -4.06010), new(-12.55332, -0.22987, -24.83962, -3.36142), new(-13.42369, -0.48281, -16.37932, -7.10641),
        new(-14.13454, -0.76336, -6.82760, -13.70428), new(-12.84300, -0.41445, -14.57014, -8.63040), new(-13.28168, -0.12459, -21.15102, -7.74802),
    ];

    [Fact]
    public async Task The_published_figures_come_out()
    {
        var file = Assert.Single(StemSource.FindAll(Path.GetDirectoryName(TestData.PathOf("stems/music_delta_80s_rock.stem.mp4"))!), source => source.Name == "music_delta_80s_rock");
        using var song = await TrueStems.LoadAsync(file, TestContext.Current.CancellationToken);
        var random = new Mersenne(0);
        StereoBlock[] estimates = [.. Enumerable.Range(0, 2).Select(_ => Of(song.Frames, _ => ((float)random.Next(), (float)random.Next())))];
        StereoBlock[] truths = [In16Bits(song.Stems[StemNames.Vocals]), Sum([.. song.Stems.Where(stem => stem.Key != StemNames.Vocals).Select(stem => (In16Bits(stem.Value), 1.0))])];

        var scores = new BssEval(truths).Score(estimates);

        // Noise explained by sounds that end at 16 kHz hangs on their last bits.
        foreach (var (published, found) in Vocals.Concat(Accompaniment).Zip(scores[0].Concat(scores[1])))
        {
            Assert.Equal(published.Sdr, found.Sdr, 1e-3);
            Assert.Equal(published.Isr, found.Isr, 2e-2);
            Assert.Equal(published.Sir, found.Sir, 2e-2);
            Assert.Equal(published.Sar, found.Sar, 2e-2);
        }
    }

    // As museval's reader of such files got them from ffmpeg, each stem on its own.
    private static StereoBlock In16Bits(StereoBlock sound) => Of(sound.Frames, n => (MathF.Round(sound.Left[n] * 32768) / 32768, MathF.Round(sound.Right[n] * 32768) / 32768));

    /// <summary>MT19937 (Matsumoto and Nishimura 1998), 53 bits at a time, as numpy draws <c>random.random</c>.</summary>
    private sealed class Mersenne
    {
        private readonly uint[] state = new uint[624];
        private int at = 624;

        public Mersenne(uint seed)
        {
            state[0] = seed;
            for (var n = 1u; n < state.Length; n++)
            {
                state[n] = (1812433253 * (state[n - 1] ^ (state[n - 1] >> 30))) + n;
            }
        }

        public double Next() => (((Draw() >> 5) * 67108864.0) + (Draw() >> 6)) / 9007199254740992.0;

        private uint Draw()
        {
            if (at == state.Length)
            {
                for (var n = 0; n < state.Length; n++)
                {
                    var both = (state[n] & 0x80000000) | (state[(n + 1) % 624] & 0x7fffffff);
                    state[n] = state[(n + 397) % 624] ^ (both >> 1) ^ ((both & 1) * 0x9908b0df);
                }

                at = 0;
            }

            var y = state[at++];
            y ^= y >> 11;
            y ^= (y << 7) & 0x9d2c5680;
            y ^= (y << 15) & 0xefc60000;
            return y ^ (y >> 18);
        }
    }
}

using System.Runtime.InteropServices;
using Downbeat.Features.Analysis;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Features.Stems;

public sealed class MixdownTests : IDisposable
{
    private const int Frames = 3 * StereoBlock.SampleRate;
    private static readonly string[] Names = ["vocals", "accompaniment"];
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("downbeat-mix-");
    private readonly (string Name, StemFile File)[] stems;

    /// <summary>The voice is 0.5 left and 0.25 right all the time, the rest −0.125 and 0.0625.</summary>
    public MixdownTests() => stems = [.. Names.Zip([(0.5, 0.25), (-0.125, 0.0625)]).Select(stem => (stem.First, Constant(stem.First, stem.Second.Item1, stem.Second.Item2)))];

    [Fact]
    public void As_they_came_the_stems_are_the_song() => Assert.All(Frame(StemMix.Flat), (sample, n) => Assert.Equal(n % 2 == 0 ? 0.375f : 0.3125f, sample, 1e-6f));

    [Fact]
    public void A_muted_stem_is_not_heard_and_of_soloed_ones_only_these_are()
    {
        Assert.Equal(-0.125f, Frame(Mix(new StemTrack("vocals") { Muted = true }))[0], 1e-6f);
        Assert.Equal(0.5f, Frame(Mix(new StemTrack("vocals") { Soloed = true }))[0], 1e-6f);
        Assert.Equal(0, Frame(Mix(new StemTrack("vocals") { Soloed = true, Muted = true }))[0]);
        Assert.Equal(-0.125f, Frame(Mix(new StemTrack("vocals") { GainDb = -60 }))[0], 1e-6f);
    }

    [Fact]
    public void A_gain_is_in_decibels() => Assert.Equal((0.5 * Math.Pow(10, -0.3)) - 0.125, Frame(Mix(new StemTrack("vocals") { GainDb = -6 }))[0], 1e-6);

    [Theory]
    [InlineData(-1, 0.75, 0)]
    [InlineData(-0.5, 0.6767767, 0.1767767)]
    [InlineData(0, 0.5, 0.25)]
    [InlineData(0.5, 0.3535534, 0.6035534)]
    [InlineData(1, 0, 0.75)]
    public void A_panorama_is_what_Web_Audio_makes_of_it(double pan, double left, double right)
    {
        var mix = Mix(new StemTrack("vocals") { Pan = pan, Soloed = true });
        Assert.Equal(left, Frame(mix)[0], 1e-6);
        Assert.Equal(right, Frame(mix)[1], 1e-6);
    }

    [Fact]
    public void In_a_silence_a_stem_is_not_heard_and_fades_inside_its_ends()
    {
        var mix = Mix(new StemTrack("vocals") { Soloed = true, Silences = [new(0.5, 1.5), new(2, 2.01)] });
        var left = Samples(mix).Where((_, n) => n % 2 == 0).ToArray();
        Assert.Equal(0.5f, left[At(0.4999)], 1e-6f);
        Assert.Equal(0.25f, left[At(0.505)], 1e-3f);
        Assert.All(left[(At(0.51) + 1)..At(1.49)], sample => Assert.Equal(0, sample));
        Assert.Equal(0.25f, left[At(1.495)], 1e-3f);
        Assert.Equal(0.5f, left[At(1.5001)], 1e-6f);
        Assert.Equal(0, left[At(2.005)], 2e-2f);
        Assert.Equal(0.5f, left[At(2.02)], 1e-6f);
    }

    [Fact]
    public void The_highest_sample_is_found_beyond_full_scale_too() =>
        Assert.Equal(0.5 * Math.Pow(10, 0.6), Mixdown.Peak(stems, Mix(new StemTrack("vocals") { GainDb = 12, Soloed = true }), CancellationToken.None), 1e-4);

    public void Dispose()
    {
        Array.ForEach(stems, stem => stem.File.Dispose());
        folder.Delete(recursive: true);
    }

    private static int At(double seconds) => (int)(seconds * StereoBlock.SampleRate);

    private static StemMix Mix(params StemTrack[] tracks) => new() { Tracks = tracks };

    private float[] Frame(StemMix mix) => Samples(mix)[..2];

    private float[] Samples(StemMix mix)
    {
        var samples = Mixdown.Bytes(stems, mix, 1, CancellationToken.None).SelectMany(block => MemoryMarshal.Cast<byte, float>(block.Span).ToArray()).ToArray();
        Assert.Equal(2 * Frames, samples.Length);
        return samples;
    }

    private StemFile Constant(string name, double left, double right)
    {
        var path = Path.Combine(folder.FullName, $"{name}.wav");
        using (var file = StemFile.Write(path, 0, Frames))
        {
            file.Append([.. Enumerable.Range(0, 2 * Frames).Select(n => (int)(StemFile.FullScale * (n % 2 == 0 ? left : right)))]);
        }

        return StemFile.Read(path);
    }
}

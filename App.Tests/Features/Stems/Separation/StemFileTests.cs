using CsCheck;
using Downbeat.Features.Stems.Separation;
using Downbeat.Media;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Stems.Separation;

public sealed class StemFileTests : IDisposable
{
    private readonly MediaRig rig = new();

    [Fact]
    public async Task What_is_written_is_read_back_and_is_what_ffmpeg_reads()
    {
        var path = rig.PathOf("stem.wav");
        int[] samples = [0, 1, -1, StemFile.FullScale - 1, -StemFile.FullScale, 4_000_000, -4_000_000, 77];
        using (var file = StemFile.Write(path, 0, 4))
        {
            file.Append(samples.AsSpan(0, 4));
            file.Append(samples.AsSpan(4));
        }

        using var back = StemFile.Read(path);
        var block = new StereoBlock(6);
        back.Read(0, block);
        Assert.Equal(4, back.Frames);
        Assert.Equal(samples.Where((_, n) => n % 2 == 0).Select(sample => sample / (float)StemFile.FullScale).Concat([0, 0]), block.Left);
        Assert.Equal(samples.Where((_, n) => n % 2 == 1).Select(sample => sample / (float)StemFile.FullScale).Concat([0, 0]), block.Right);

        await rig.Decoder.DecodeToFileAsync(path, MediaKind.Wav, StereoBlock.SampleRate, 2, 10, rig.PathOf("mix.f32"), TestContext.Current.CancellationToken);
        using var decoded = new MixFile(rig.PathOf("mix.f32"));
        var same = new StereoBlock(6);
        decoded.Read(0, same);
        Assert.Equal(4, decoded.Frames);
        Assert.Equal(block.Left, same.Left);
        Assert.Equal(block.Right, same.Right);
    }

    [Fact]
    public void It_goes_on_where_it_is_told_and_drops_what_was_behind()
    {
        var path = rig.PathOf("stem.wav");
        using (var file = StemFile.Write(path, 0, 3))
        {
            file.Append([1, 2, 3, 4, 5, 6]);
        }

        using (var file = StemFile.Write(path, 1, 2))
        {
            file.Append([7, 8]);
        }

        using var back = StemFile.Read(path);
        var block = new StereoBlock(2);
        back.Read(0, block);
        Assert.Equal(2, back.Frames);
        Assert.Equal([1f / StemFile.FullScale, 7f / StemFile.FullScale], block.Left);
    }

    [Fact]
    public void Whole_samples_of_stems_add_up_to_the_song_even_where_one_is_beyond_full_scale() =>
        Gen.Float[-1.5f, 1.5f].Array[8].Array[2, 5].Sample(stems =>
        {
            StereoBlock[] blocks = [.. stems.Select(_ => new StereoBlock(4))];
            for (var stem = 0; stem < stems.Length; stem++)
            {
                stems[stem].AsSpan(0, 4).CopyTo(blocks[stem].Left);
                stems[stem].AsSpan(4, 4).CopyTo(blocks[stem].Right);
            }

            int[][] whole = [.. blocks.Select(_ => new int[8])];
            WholeSamples.Fill(blocks, 4, whole);
            for (var n = 0; n < 4; n++)
            {
                var wanted = stems.Sum(stem => (double)stem[n]);
                var sum = whole.Sum(stem => (double)stem[2 * n]) / StemFile.FullScale;
                var limit = (double)stems.Length;
                Assert.Equal(Math.Clamp(wanted, -limit, limit), sum, 1e-6);
                Assert.All(whole, stem => Assert.InRange(stem[2 * n], -StemFile.FullScale, StemFile.FullScale - 1));
            }
        });

    public void Dispose() => rig.Dispose();
}

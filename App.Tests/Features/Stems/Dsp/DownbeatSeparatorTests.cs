using Downbeat.Features.Stems.Dsp;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Features.Stems.Dsp;

public sealed class DownbeatSeparatorTests
{
    [Fact]
    public async Task Each_player_of_a_made_up_band_comes_out_clearer_than_the_mix()
    {
        var band = MadeUpBand.Play(5);
        var mix = SplitSound.Sum(band);
        var stems = await SplitSound.SplitAsync(mix, 4, 216);
        Assert.All(band.Zip(stems), pair => Assert.True(SplitSound.Decibels(pair.First, pair.Second) > SplitSound.Decibels(pair.First, mix) + 3));
    }

    [Fact]
    public async Task Where_blocks_begin_changes_nothing()
    {
        var mix = SplitSound.Sum(MadeUpBand.Play(2));
        var (wide, narrow) = (await SplitSound.SplitAsync(mix, 5, 88), await SplitSound.SplitAsync(mix, 5, 36));
        Assert.All(wide.Zip(narrow), pair => Assert.True(SplitSound.Decibels(mix, Difference(pair.First, pair.Second, mix)) > 60));
        Assert.True(SplitSound.Decibels(mix, SplitSound.Sum(narrow)) > 100);
    }

    [Fact]
    public async Task Two_four_and_five_stems_are_the_same_players()
    {
        var mix = SplitSound.Sum(MadeUpBand.Play(0.5));
        var (two, four, five) = (await SplitSound.SplitAsync(mix, 2, 24), await SplitSound.SplitAsync(mix, 4, 24), await SplitSound.SplitAsync(mix, 5, 24));
        Assert.True(SplitSound.Decibels(two[0], four[0]) > 100);
        Assert.True(SplitSound.Decibels(two[1], SplitSound.Sum(four[1..])) > 80);
        Assert.True(SplitSound.Decibels(four[3], SplitSound.Sum(five[3..])) > 80);
    }

    [Theory]
    [InlineData("silence")]
    [InlineData("constant")]
    [InlineData("mono")]
    [InlineData("against")]
    [InlineData("left")]
    [InlineData("loud")]
    public async Task Odd_sounds_come_out_finite_and_whole(string kind)
    {
        // 0.2 s; shorter than what is looked at around it.
        var sound = new StereoBlock(8820);
        for (var n = 0; n < sound.Frames; n++)
        {
            var wave = MathF.Sin(n * 0.03f) * MathF.Exp(-n % 3000 * 0.001f);
            (sound.Left[n], sound.Right[n]) = kind switch
            {
                "silence" => (0, 0),
                "constant" => (0.5f, 0.5f),
                "mono" => (wave, wave),
                "against" => (wave, -wave),
                "left" => (wave, 0),
                _ => (1000 * wave, 900 * wave * wave),
            };
        }

        var stems = await SplitSound.SplitAsync(sound, 5, 12);
        Assert.All(stems.SelectMany(stem => stem.Channels).SelectMany(channel => channel), value => Assert.True(float.IsFinite(value)));
        Assert.True(kind == "silence" || SplitSound.Decibels(sound, SplitSound.Sum(stems)) > 100);
    }

    [Fact]
    public async Task Work_ends_when_it_is_told_to()
    {
        using var separator = new DownbeatSeparator(4, SplitSound.Facts, 12);
        var mix = new StereoBlock(separator.BlockFrames + (2 * separator.ContextFrames));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => separator.SeparateAsync(0, mix, [], new CancellationToken(canceled: true)));
    }

    // The mix, off by as much as the two are from each other.
    private static StereoBlock Difference(StereoBlock a, StereoBlock b, StereoBlock mix)
    {
        var sound = new StereoBlock(mix.Frames);
        for (var n = 0; n < mix.Frames; n++)
        {
            (sound.Left[n], sound.Right[n]) = (mix.Left[n] + a.Left[n] - b.Left[n], mix.Right[n] + a.Right[n] - b.Right[n]);
        }

        return sound;
    }
}
